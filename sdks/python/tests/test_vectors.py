"""The balancing maths on the vectors that all SDKs share."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent / "driver"))

from vectors import run_vector

FILES = sorted((Path(__file__).parents[3] / "packages/testkit/src/conformance/vectors").glob("*.json"))
CASES = [(file.stem, json.loads(file.read_text())["vector"], case) for file in FILES for case in json.loads(file.read_text())["cases"]]


@pytest.mark.parametrize(("file", "vector", "case"), CASES, ids=lambda value: value if isinstance(value, str) else value["says"])
def test_a_shared_vector(file: str, vector: str, case: dict[str, Any]) -> None:
    assert close(run_vector(vector, case["input"]), case["output"])


def close(got: Any, wanted: Any) -> bool:
    """Numbers within 1e-9, relative to the larger of 1 and the number."""
    if isinstance(wanted, dict):
        return isinstance(got, dict) and got.keys() >= wanted.keys() and all(close(got[key], wanted[key]) for key in wanted)
    if isinstance(wanted, list):
        return isinstance(got, list) and len(got) == len(wanted) and all(map(close, got, wanted))
    if isinstance(wanted, float):
        return math.isclose(got, wanted, rel_tol=1e-9, abs_tol=1e-9)
    return bool(got == wanted)

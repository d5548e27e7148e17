"""What is uploaded: the sdist, the wheel that is built of it, and that the wheel works where nothing else of this folder is."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT))
    return folder


def run(*command: str, **env: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env={**os.environ, **env}, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_wheel_holds_the_whole_package_and_nothing_else(built: Path) -> None:
    (wheel,) = built.glob("miko_client-*-py3-none-any.whl")
    packed = {name for name in ZipFile(wheel).namelist() if ".dist-info/" not in name}
    here = {path.relative_to(ROOT / "src").as_posix() for path in (ROOT / "src").rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert packed == here
    assert {"miko/py.typed", "miko/api/generated/types.py"} <= packed


def test_the_sdist_holds_the_tests_and_no_environment(built: Path) -> None:
    (sdist,) = built.glob("miko_client-*.tar.gz")
    with tarfile.open(sdist) as packed:
        names = {name.partition("/")[2] for name in packed.getnames()}
    assert {"pyproject.toml", "README.md", "src/miko/__init__.py", "tests/test_package.py"} <= names
    assert not [name for name in names if ".venv" in name or "__pycache__" in name]


def test_the_wheel_works_in_an_environment_of_its_own(built: Path, tmp_path: Path) -> None:
    (wheel,) = built.glob("*.whl")
    venv.create(tmp_path / "env", with_pip=False, symlinks=True)
    python = str(tmp_path / "env" / "bin" / "python")
    site = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
    run(sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--quiet", "--target", site, str(wheel))
    # What it depends on comes from the environment of these tests; this package itself is not there as a file.
    program = "import miko, miko.api, miko.integrations.httpx; print(miko.__file__); miko.connect; miko.MikoError"
    where = run(python, "-I", "-c", f"import sys; sys.path.append({sysconfig.get_path('purelib')!r}); {program}").strip()
    assert where.startswith(str(tmp_path))

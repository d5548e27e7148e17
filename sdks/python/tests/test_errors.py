"""A MikoError is copied, and sent between processes, with all it says."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import grpc
import httpx
import pytest
import requests

from miko import FieldProblem, MikoError
from miko._errors import error_from_problem, shown
from miko._http import NoHead
from miko.integrations import grpc as miko_grpc
from miko.integrations import httpx as miko_httpx
from miko.integrations import requests as miko_requests

FIELDS = (FieldProblem("/port", "range", "must be >= 1"),)


def plain(kind: type[MikoError]) -> MikoError:
    return kind("invalid_request", "the port is wrong", status=400, request_id="req_1", fields=FIELDS, retry_after_ms=5.0, cause=ValueError("x"))


def of_httpx() -> MikoError:
    error = plain(miko_httpx.CallTimeout)
    assert isinstance(error, httpx.TimeoutException)
    error.request = httpx.Request("POST", "http://web/x", content=iter([b"once"]))
    return error


def of_requests() -> MikoError:
    error = plain(miko_requests.CallFailed)
    assert isinstance(error, requests.ConnectionError)
    error.request = requests.Request("GET", "http://web/x").prepare()
    return error


KINDS = [lambda: plain(MikoError), lambda: plain(NoHead), of_httpx, of_requests, lambda: plain(miko_httpx.CallFailed), lambda: plain(miko_requests.CallTimeout)]


@pytest.mark.parametrize("make", KINDS)
@pytest.mark.parametrize(
    "again",
    [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error)), lambda error: pickle.loads(pickle.dumps(error, 0))],
)
def test_all_of_it_comes_again(make: Callable[[], MikoError], again: Callable[[MikoError], MikoError]) -> None:
    error = make()
    same = again(error)
    assert type(same) is type(error) and str(same) == "the port is wrong" and repr(same) == repr(error)
    assert (same.code, same.status, same.request_id, same.fields, same.retry_after_ms) == ("invalid_request", 400, "req_1", FIELDS, 5.0)


def test_the_request_comes_along() -> None:
    error = of_httpx()
    assert isinstance(error, httpx.RequestError)
    same = pickle.loads(pickle.dumps(error))
    assert same.request.url == error.request.url and same.request.method == "POST"
    assert pickle.loads(pickle.dumps(of_requests())).request.url == "http://web/x"


@pytest.mark.parametrize("again", [copy.copy, lambda error: pickle.loads(pickle.dumps(error))])
def test_that_of_grpc_too(again: Callable[[miko_grpc.CallFailed], miko_grpc.CallFailed]) -> None:
    same = again(miko_grpc.CallFailed(plain(MikoError)))
    assert same.code() is grpc.StatusCode.UNAVAILABLE and same.error.fields == FIELDS and str(same) == same.details() == "the port is wrong"


def fails() -> None:
    raise error_from_problem({"code": "denied", "detail": "not yours"}, 403, "req_2")


def test_it_comes_out_of_another_process() -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool, pytest.raises(MikoError, match="not yours") as caught:
        pool.submit(fails).result(60)
    assert (caught.value.code, caught.value.status, caught.value.request_id) == ("denied", 403, "req_2")


def test_numbers_are_shown_as_people_write_them() -> None:
    assert [shown(number) for number in (86_400_000, 0.25, 2_000.0, 1.5)] == ["86400000", "0.25", "2000", "1.5"]

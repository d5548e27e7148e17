"""Arguments before environment before defaults; a bad one is named."""

from __future__ import annotations

from typing import Any

import pytest

from miko._errors import MikoError, read_retry_after
from miko._options import read_settings
from miko._policy import Adaptive, Retry, ServicePolicy
from miko._request import split_url


def test_the_environment_stands_in() -> None:
    settings = read_settings(env={"MIKO_URL": "http://LOCALHOST:80/miko/", "MIKO_TOKEN": "t", "MIKO_PROJECT": "shop", "MIKO_CACHE_DIR": "/c"})
    assert (settings.url, settings.token, settings.project, settings.cache_dir) == ("http://localhost/miko", "t", "shop", "/c")


def test_arguments_win() -> None:
    settings = read_settings(
        "https://miko:444", token="a", project="p", cache_dir=None, env={"MIKO_URL": "http://x", "MIKO_TOKEN": "t", "MIKO_CACHE_DIR": "/c"}
    )
    assert (settings.url, settings.token, settings.project, settings.cache_dir) == ("https://miko:444", "a", "p", None)


def test_a_policy_for_one_service_goes_over_the_one_for_all() -> None:
    settings = read_settings(
        token="t", policy={"retry": {"attempts": 5}, "adaptive": {"initial": 10}}, services={"web": {"retry": {"backoff_ms": 1}, "outlier": None}}, env={}
    )
    assert settings.policy_of("mail").retry == Retry(attempts=5)
    assert settings.policy_of("web").retry == Retry(attempts=5, backoff_ms=1)
    assert settings.policy_of("web").outlier is None and settings.policy_of("web").adaptive == Adaptive(initial=10)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"token": None}, "token"),
        ({"token": "a b"}, "token"),
        ({"url": "ftp://x"}, "url"),
        ({"url": "http://example.com"}, "url"),
        ({"url": "https://me@x"}, "url"),
        ({"ttl_seconds": 1}, "ttl_seconds"),
        ({"ttl_seconds": True}, "ttl_seconds"),
        ({"poll_ms": 1.5}, "poll_ms"),
        ({"required": ["Web"]}, "required"),
        ({"required": "web"}, "required"),
        ({"fixed": {"web": []}}, "fixed.web"),
        ({"fixed": {"web": ["10.0.0.1:80"]}}, "fixed.web.0"),
        ({"propagate": 1}, "propagate"),
        ({"policy": {"retry": {"attempts": 0}}}, "policy.retry.attempts"),
        ({"policy": {"retry": None}}, "policy.retry"),
        ({"policy": {"balance": "best"}}, "policy.balance"),
        ({"policy": {"hedge": 1}}, "policy.hedge"),
        ({"policy": {"adaptive": {"min_limit": 5, "max_limit": 4}}}, "policy.adaptive.min_limit"),
        ({"policy": ServicePolicy(panic_threshold=2)}, "policy.panic_threshold"),
        ({"services": {"web": {"pool": {"warm": -1}}}}, "services.web.pool.warm"),
    ],
)
def test_a_bad_option_is_named(options: dict[str, Any], named: str) -> None:
    given = {"token": "t", **options}
    with pytest.raises(MikoError, match=f"^{named.replace('.', '[.]')} ") as caught:
        read_settings(given.pop("url", None), **given, env={})
    assert caught.value.code == "invalid_argument"


@pytest.mark.parametrize(
    ("url", "split"),
    [("web://things/1?a=b", ("web", "/things/1?a=b")), ("web:///things", ("web", "/things")), ("my-web2://", ("my-web2", "/"))],
)
def test_the_scheme_of_a_url_names_the_service(url: str, split: tuple[str, str]) -> None:
    assert split_url(url) == split


@pytest.mark.parametrize("url", ["/things", "http://web/things", "Web://x", "a_b://x"])
def test_a_url_without_a_service(url: str) -> None:
    with pytest.raises(MikoError) as caught:
        split_url(url)
    assert caught.value.code == "invalid_argument"


@pytest.mark.parametrize(
    ("value", "ms"),
    [
        (None, None),
        ("2", 2_000),
        ("9999", 300_000),
        ("soon", None),
        ("Thu, 01 Jan 1970 00:00:10 GMT", 9_000),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("-1", None),
    ],
)
def test_retry_after(value: str | None, ms: float | None) -> None:
    assert read_retry_after(value, 1_000) == ms


def test_an_empty_environment_counts_as_none() -> None:
    settings = read_settings(env={"MIKO_URL": "", "MIKO_TOKEN": "t", "MIKO_PROJECT": "", "MIKO_CACHE_DIR": ""})
    assert (settings.url, settings.project) == ("http://127.0.0.1:7450", "default")


def test_settings_do_not_show_the_token() -> None:
    assert "tok-hidden" not in repr(read_settings(token="tok-hidden", env={}))

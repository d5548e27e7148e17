"""A good list is replaced only by better knowledge."""

from __future__ import annotations

from typing import Any

import pytest

from miko._errors import MikoError
from miko._lists import Lists
from miko._wire import Delta, Snapshot, read_frame, read_list, read_snapshot
from scripted_miko import empty, endpoint, known


def snapshot(**services: Any) -> Snapshot:
    return read_snapshot({"revision": 1, "services": services})


def delta(state: str = "known", set: Any = (), gone: Any = ()) -> Delta:
    change = {"state": state, "cause": None, "revision": 2, "set": list(set), "gone": [{"instance": name, "id": id} for name, id in gone]}
    frame = read_frame("delta", __import__("json").dumps({"revision": 2, "services": {"web": change}}))
    assert isinstance(frame, Delta)
    return frame


def held(*endpoints: Any) -> Lists:
    lists = Lists()
    lists.apply_snapshot(snapshot(web=known(*endpoints)))
    return lists


def names(lists: Lists) -> list[str]:
    answer = lists.answer("web")
    return [] if answer is None else [one.instance for one in answer.endpoints]


def test_nobody_said_anything() -> None:
    assert Lists().answer("web") is None


def test_unknown_never_replaces_a_known_list() -> None:
    lists = held(endpoint("a"))
    assert lists.apply_snapshot(snapshot(web={"state": "unknown", "endpoints": []})).changed == ()
    assert names(lists) == ["a"]


def test_unknown_is_told_where_nothing_better_is_held() -> None:
    lists = Lists()
    lists.apply_snapshot(snapshot(web={"state": "unknown", "endpoints": []}))
    answer = lists.answer("web")
    assert answer is not None and answer.state == "unknown"


@pytest.mark.parametrize("cause", ["expired", "critical", None, "word-of-a-later-miko"])
def test_a_sudden_empty_list_is_held_until_it_is_confirmed(cause: str | None) -> None:
    lists = held(endpoint("a"))
    assert lists.apply_snapshot(snapshot(web=empty(cause))).held_empty == ("web",)
    assert lists.apply_snapshot(snapshot(web=empty(cause))).held_empty == ()
    assert names(lists) == ["a"] and lists.holding("web")
    assert lists.confirm("web", read_list("web", empty(cause))).changed == ("web",)
    assert names(lists) == []


@pytest.mark.parametrize("cause", ["departed", "deregistered", "draining", "denied"])
def test_a_deliberate_empty_list_is_believed(cause: str) -> None:
    lists = held(endpoint("a"))
    assert lists.apply_snapshot(snapshot(web=empty(cause))).held_empty == ()
    answer = lists.answer("web")
    assert answer is not None and (answer.state, answer.cause) == ("empty", cause)


def test_a_delta_while_an_empty_list_is_held_goes_over_mikos_own() -> None:
    lists = held(endpoint("a"), endpoint("b"))
    lists.apply_snapshot(snapshot(web=empty("expired")))
    lists.apply_delta(delta(set=[endpoint("c")]))
    assert names(lists) == ["c"] and not lists.holding("web")
    assert lists.confirm("web", read_list("web", empty("expired"))).changed == ()


def test_a_late_gone_of_an_older_registration_takes_nothing_away() -> None:
    lists = held(endpoint("a", id="ep_new"))
    lists.apply_delta(delta(gone=[("a", "ep_old")]))
    assert names(lists) == ["a"]
    lists.apply_delta(delta(gone=[("a", "ep_new")], set=[endpoint("b")]))
    assert names(lists) == ["b"]


def test_a_delta_for_a_new_service_begins_empty() -> None:
    lists = Lists()
    lists.apply_delta(delta(set=[endpoint("b"), endpoint("a")]))
    assert names(lists) == ["a", "b"]


def test_the_cause_is_that_of_the_endpoint_that_changed_last() -> None:
    lists = held(endpoint("a", health="critical", revision=5), endpoint("b", state="draining", revision=7))
    answer = lists.answer("web")
    assert answer is not None and (answer.state, answer.cause) == ("empty", "draining")
    assert [one.instance for one in answer.unusable] == ["a", "b"]


def test_the_same_list_again_changes_nothing() -> None:
    lists = held(endpoint("a"))
    assert lists.apply_snapshot(snapshot(web=known(endpoint("a")))).changed == ()
    assert lists.apply_snapshot(snapshot(web=known(endpoint("a", revision=2)))).changed == ("web",)


def test_what_the_disk_remembers_gives_way_and_is_not_saved_again() -> None:
    lists = Lists()
    lists.restore({"web": read_list("web", known(endpoint("a")))})
    answer = lists.answer("web")
    assert answer is not None and answer.source == "disk" and not lists.heard("web") and lists.save() == {}
    lists.apply_snapshot(snapshot(web=known(endpoint("a"))))
    answer = lists.answer("web")
    assert answer is not None and answer.source == "miko" and list(lists.save()) == ["web"]


@pytest.mark.parametrize(
    ("event", "data"),
    [
        ("snapshot", "{"),
        ("snapshot", "[]"),
        ("delta", '{"revision":1}'),
        ("bookmark", '{"revision":"1"}'),
        ("snapshot", '{"revision":1,"services":{"web":{"state":"odd","endpoints":[]}}}'),
    ],
)
def test_a_frame_that_is_not_what_its_event_says(event: str, data: str) -> None:
    with pytest.raises(MikoError) as caught:
        read_frame(event, data)
    assert caught.value.code == "bad_answer"

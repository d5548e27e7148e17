"""A service whose endpoints all went at once is asked for once more before that is believed (docs/protocol.md, 1.7)."""

from __future__ import annotations

from collections.abc import Callable

from miko._backoff import QUICK, wait_after
from miko._errors import MikoError, as_miko_error
from miko._http import Http
from miko._options import Settings
from miko._polling import ask_list
from miko._runtime import Runtime
from miko._wire import WireList


class ConfirmEmpty:
    """Asks again and again while `holding` says so, until Miko's answer can be had; `told` is given that one."""

    def __init__(
        self,
        http: Http,
        runtime: Runtime,
        settings: Settings,
        *,
        holding: Callable[[str], bool],
        told: Callable[[str, WireList], None],
        on_failed: Callable[[MikoError], None],
    ) -> None:
        self._http = http
        self._runtime = runtime
        self._settings = settings
        self._holding = holding
        self._told = told
        self._on_failed = on_failed

    def begin(self, service: str) -> None:
        self._ask_after(self._settings.confirm_empty_ms, service, 0)

    def _ask_after(self, ms: float, service: str, failures: int) -> None:
        self._runtime.after(ms, lambda: self._runtime.work(lambda: self._ask(service, failures)))

    def _ask(self, service: str, failures: int) -> None:
        if not self._holding(service):
            return
        try:
            told = ask_list(self._http, self._settings.project, service)
            if told is None:
                raise MikoError("bad_answer", f"Miko's list does not say anything of {service}")
        except Exception as thrown:
            error = as_miko_error(thrown, "bad_answer", "Miko's list cannot be used")
            self._on_failed(error)
            self._ask_after(wait_after(error, QUICK, failures, self._runtime.random), service, failures + 1)
            return
        self._told(service, told)

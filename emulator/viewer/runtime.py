"""CloudFront's JavaScript runtime (cloudfront-js-2.0) for the viewer function, in QuickJS: one context, compiled once.

Faithful where code breaks at the edge: only documented globals and methods are there (emulator/viewer/documented.json),
strict mode, Date frozen at the start, a KeyValueStore that throws on a missing key, no way out to files or network.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import quickjs

from emulator.quotas import viewer_function_max_bytes, viewer_function_memory_max_bytes
from emulator.viewer import compute, language

# "import cf from 'cloudfront'" stands in the first lines; it is the only import. CF:functions-custom-methods.
import_pattern = re.compile(r"""^\s*import\s+([A-Za-z_$][\w$]*)\s+from\s*["']cloudfront["']\s*;?""", re.MULTILINE)
# The absolute time limit is unpublished; this one only keeps what is not counted, a regular expression that tries for
# ever, from holding the emulator.
time_limit_s = 0.5

folder = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewerResult:
    """What a run came to: the request to go on with, the answer for the viewer, or CloudFront's name of the failure.

    `error` is FunctionExecutionError (503) or FunctionValidationError (502); `message` is for the log.
    `compute_percent` is an estimate (emulator/viewer/compute.py).
    """

    output: dict[str, object] | None = None
    error: str | None = None
    message: str | None = None
    selected_origin: str | None = None
    selected_group: Mapping[str, object] | None = None
    logs: tuple[str, ...] = ()
    compute_percent: float = 0.0


class ViewerRuntime:
    """A function that is loaded and can be run; `kvs` is its KeyValueStore as it is at each run, None without one."""

    def __init__(self, code: str, kvs: Mapping[str, str] | None) -> None:
        """Raises ValueError where the code is larger than CloudFront takes, or cannot be loaded."""
        if len(code.encode()) > viewer_function_max_bytes:
            raise ValueError(
                f"FunctionSizeLimitExceeded: Expected a function of at most {viewer_function_max_bytes} bytes, "
                f"received {len(code.encode())}."
            )
        self._kvs = kvs
        self._context = quickjs.Context()
        self._context.set_time_limit(time_limit_s)
        self._driver = _world(self._context)
        self._stocked = ""
        self._stock()
        try:
            self._driver["load"](self._context.eval(_loader(code)))
        except (quickjs.JSException, language.Undocumented) as error:
            raise ValueError(f"Expected a function that can be loaded, received {error}") from error

    def run(self, event: Mapping[str, object], *, now: float) -> ViewerResult:
        """What the handler made of the event at `now` (epoch seconds). Raises nothing."""
        self._stock()
        try:
            self._driver["run"](json.dumps(event), float(int(now * 1000)))
            while self._context.execute_pending_job():
                pass
            answer = json.loads(cast("str", self._driver["answer"]()))
        except quickjs.JSException as error:
            return ViewerResult(error="FunctionExecutionError", message=str(error))
        return replace(_result(answer), compute_percent=compute.percent(cast("int", answer["passed"])))

    def _stock(self) -> None:
        """Nothing: the context has the store as it is now, and beside it the memory that a function may have."""
        store = json.dumps(None if self._kvs is None else dict(self._kvs))
        if store == self._stocked:
            return
        self._context.set_memory_limit(-1)
        self._driver["stock"](store)
        self._context.set_memory_limit(self._context.memory()["malloc_size"] + viewer_function_memory_max_bytes)
        self._stocked = store


def _result(answer: dict[str, object]) -> ViewerResult:
    logs = tuple(cast("list[str]", answer["logs"]))
    settled = cast("dict[str, object] | None", answer["settled"])
    if settled is None or "error" in settled:
        message = "The promise was never settled." if settled is None else str(settled["error"])
        return ViewerResult(error="FunctionExecutionError", message=message, logs=logs)
    output = settled["output"]
    if not isinstance(output, dict):
        return ViewerResult(error="FunctionValidationError", message="The function returned no object.", logs=logs)
    return ViewerResult(
        output=output,
        selected_origin=cast("str | None", answer["selected"]),
        selected_group=cast("dict[str, object] | None", answer["group"]),
        logs=logs,
    )


def _world(context: quickjs.Context) -> dict[str, quickjs.Object]:
    """The functions that drive the context, after everything that is not documented has gone from it."""
    documented = json.loads((folder / "documented.json").read_text(encoding="utf-8"))
    for name in ("hashes.js", "modules.js"):
        context.eval((folder / name).read_text(encoding="utf-8"))
    make = context.eval((folder / "world.js").read_text(encoding="utf-8"))
    driver = make(
        context.parse_json(json.dumps(documented["globals"])), context.parse_json(json.dumps(documented["members"]))
    )
    context.set("__driver", driver)
    parts = {name: context.eval(f"__driver.{name}") for name in ("load", "stock", "run", "answer")}
    context.eval("delete globalThis.__driver")
    return parts


def _loader(code: str) -> str:
    """What loads the code anew, and gives its handler and its count: no run finds what another left in a variable."""
    script = import_pattern.sub(lambda found: f"const {found[1]} = __cloudfront;", code, count=1)
    counted = compute.counting(f"'use strict';{script}")
    return f"(__cloudfront) => {{{counted}\nreturn {{ handler: handler, passed: () => {compute.counter} }}; }}"

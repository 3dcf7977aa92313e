"""Faults of viewer functions: a KeyValueStore that cannot be read, and a deploy in which shield and edge differ."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from emulator.faults import Faults
from emulator.viewer.runtime import ViewerResult, ViewerRuntime

# The epoch of a key's options (url-contract, "The key").
epoch_pattern = re.compile(r"/e([0-9]+)(?=,[^/]*$)")


class Unsteady(Mapping[str, str]):
    """A store that is empty to whoever reads it while the fault strikes: every get of the function's then throws."""

    def __init__(self, store: Mapping[str, str], faults: Faults) -> None:
        self._store = store
        self._faults = faults

    def __getitem__(self, name: str) -> str:
        return self._store[name]

    def __iter__(self) -> Iterator[str]:
        return iter(() if self._faults.strikes("kvs.unreadable") else self._store)

    def __len__(self) -> int:
        return len(self._store)


class Ahead:
    """A viewer function that is of the next deploy while the fault strikes."""

    def __init__(self, function: ViewerRuntime, faults: Faults) -> None:
        self._function = function
        self._faults = faults

    def run(self, event: dict[str, object], *, now: float) -> ViewerResult:
        result = self._function.run(event, now=now)
        uri = (result.output or {}).get("uri")
        if not isinstance(uri, str) or not self._faults.strikes("deploy.mixed"):
            return result
        newer = epoch_pattern.sub(lambda found: f"/e{int(found[1]) + 1}", uri)
        return replace(result, output={**(result.output or {}), "uri": newer})

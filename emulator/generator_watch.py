"""Calls per generator, as the functions' own log lines tell of them."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field

from emulator.lambdas.invocation import Invocation


@dataclass(frozen=True, slots=True)
class GeneratorWatch:
    """Told of each invocation. `calls` by the generator's name: requests that may have to be paid."""

    calls: Counter[str] = field(default_factory=Counter)

    def __call__(self, made: Invocation) -> None:
        for line in made.logs:
            if '"generator-called"' not in line and '"generator-refused"' not in line:
                continue
            try:
                told = json.loads(line)
                self.calls[str(told["generator"])] += int(told["calls"])
            except (ValueError, KeyError, TypeError):
                continue

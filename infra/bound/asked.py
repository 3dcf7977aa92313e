"""What one form of URL can say, with a preset or without one, and in how many values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from infra.viewer.config import PresetConfig, ViewerConfig
from variants.table import Option, table


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What one form of URL can say: `fixed` by a preset, `free` for the viewer."""

    config: ViewerConfig
    free: frozenset[str]
    fixed: Mapping[str, str]

    def values(self, name: str) -> int:
        """How many values of one option can come into a key, idle ones aside."""
        if name in self.free:
            return _values(table.options[name], self.config)
        return 2 if name == "q" and self._is_lowered() else 1

    def _is_lowered(self) -> bool:
        """Whether Save-Data makes a second quality of the fixed one: the next lower of the ladder, of which q, where
        it is open, has all."""
        fixed = self.fixed.get("q", table.options["q"].default)
        return self.config.save_data and fixed != "auto" and int(fixed or 0) > min(table.ladder.qualities)

    def has(self, name: str) -> bool:
        return name in self.free or name in self.fixed


def of_preset(config: ViewerConfig, preset: PresetConfig) -> Asked:
    """What a URL that names a preset can say."""
    fixed = dict(part.split("=", 1) for part in preset.options.split(",") if part)
    return Asked(config=config, free=frozenset(preset.open), fixed=fixed)


def _values(option: Option, config: ViewerConfig) -> int:
    """How many values of an open option there are, its default or its absence counted."""
    if option.name == "q" and config.sizes == "ladder":
        return len({*table.ladder.qualities, int(option.default or 0)}) + len(option.words)
    if option.kind == "point":
        step = table.ladder.focal_step if config.sizes == "ladder" else 1
        return (100 // step + 1) ** 2
    counted = {
        "integer": option.most - option.least + 1 + len(option.words) + (option.default is None),
        "flag": 2,
        "choice": len(option.values),
        "name": len(config.watermarks) + 1,
        "version": 2,
        "colour": 256**4 + len(option.words),
        "rect": (option.most + 1) ** 2 * option.most**2 + 1,
        "ratio": 1,
    }
    return counted[option.kind]

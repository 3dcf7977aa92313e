"""A stack that was looked at: its settings, and what its program declares in a preview and in an update."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from emulator.program import Declared
from emulator.stack_file import encrypted, project_name, readable, secret_prefix, texts
from infra.configuration import config
from infra.configuration.settings import StackConfig

# What an encrypted setting is taken for where nobody gave its plain value: well formed, and of no use.
stand_ins = {
    "accessKeys": '["k1 stands-in-for-a-secret-of-32-bytes-in-previews"]',
    "tokenKeys": '["default stands-in-for-a-secret-of-32-bytes-in-previews"]',
    "accessUsers": '["nobody c2l4dGVlbiBieXRlIHNhbHQ AgUp-73w_hd3fSa5njWJlM_n13lDbKJJZinhOHpFJZ0"]',
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Previewed:
    """`without` names the secrets that were not known, `in_plain` those that the stack's file has for all to read."""

    name: str
    region: str
    settings: StackConfig
    before: Declared
    after: Declared
    without: tuple[str, ...]
    in_plain: tuple[str, ...]

    @classmethod
    def of(
        cls,
        name: str,
        *,
        before: Declared,
        after: Declared,
        config: Mapping[str, str],
        project_dir: Path,
        without: tuple[str, ...],
    ) -> Previewed:
        found = texts(project_dir, name, config)
        region, prefix = found["aws:region"], f"{project_name(project_dir)}:"
        return cls(
            name=name,
            region=region,
            settings=_settings({key: text for key, text in found.items() if key.startswith(prefix)}, prefix, region),
            before=before,
            after=after,
            without=without,
            in_plain=tuple(name for name in readable(project_dir, name) if name in stand_ins),
        )


def unsaid(project_dir: Path, stack: str, environment: Mapping[str, str]) -> tuple[str, ...]:
    """The encrypted settings of a stack's file that have no plain value in the environment, and one to stand in."""
    secret = encrypted(project_dir, stack)
    return tuple(name for name in secret if name in stand_ins and f"{secret_prefix}{name}" not in environment)


def _settings(found: Mapping[str, str], prefix: str, region: str) -> StackConfig:
    return config.read({key.removeprefix(prefix): text for key, text in found.items()}, region=region)

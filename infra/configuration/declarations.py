"""Readers of generators' declarations: each item of the setting is a text, since Pulumi's settings hold no objects."""

from __future__ import annotations

import json
from dataclasses import dataclass

import yaml

from infra.configuration.values import Unreadable
from variants import declared
from variants.generators import Generator


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """A generator, and its declaration as the settings in the zip carry it."""

    generator: Generator
    declaration: str


def read(text: str) -> Registered:
    """The generator of a YAML text. Raises Unreadable with what is wrong."""
    try:
        found = yaml.safe_load(text)
        generator = declared.read(found)
    except yaml.YAMLError as error:
        where = getattr(error, "problem_mark", None)
        raise Unreadable("YAML in each of its items", f"line {where.line + 1}" if where else text[:80]) from error
    except ValueError as error:
        raise Unreadable(f"a generator as docs/generators.md has it ({error})", text.strip().split("\n")[0]) from error
    return Registered(generator=generator, declaration=json.dumps(found, separators=(",", ":")))

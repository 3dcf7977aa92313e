"""The resources of a stack, by the component that makes them."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.program import Declared, Resource

component_prefix = "mirage:infra:"
most_named = 6


def lines(found: Declared) -> Iterator[str]:
    """A line a component with what it makes, and how many they are in all."""
    own = [each for each in found.resources if each.type.startswith("aws:") and not each.is_external]
    by_urn = {each.urn: each for each in found.resources}
    homes: dict[str, dict[str, list[str]]] = {}
    for each in own:
        kinds = homes.setdefault(_home(each, by_urn), {})
        kinds.setdefault(each.type.rpartition(":")[2], []).append(_said(each))
    width = max(map(len, homes))
    for home, kinds in sorted(homes.items()):
        yield f"{home:<{width}}  {'; '.join(_together(kind, names) for kind, names in sorted(kinds.items()))}"
    yield f"{len(own)} resources; protected: {_protected(own)}."


def _protected(own: list[Resource]) -> str:
    """The names of what destroy refuses; what hangs on it is protected with it."""
    return ", ".join(dict.fromkeys(each.name for each in own if each.is_protected)) or "none"


def _home(each: Resource, by_urn: dict[str, Resource]) -> str:
    """The nearest component above, by its name; what has none is the program's own."""
    above = by_urn.get(each.parent)
    while above and not above.type.startswith(component_prefix):
        above = by_urn.get(above.parent)
    return above.name if above else "program"


def _together(kind: str, names: list[str]) -> str:
    return f"{kind} {', '.join(names)}" if len(names) <= most_named else f"{len(names)} {kind}"


def _said(each: Resource) -> str:
    region = each.inputs.get("region")
    return each.name + (f" in {region}" if isinstance(region, str) and region not in each.name else "")

"""What a month costs by the setting `traffic`, service by service, and how much other ways would."""

from __future__ import annotations

from collections.abc import Iterator

from infra.cloudfront import shield
from infra.costs import traffic
from infra.costs.month import Mode
from preview.stack import Previewed

cent = 0.005
ways: tuple[tuple[str, Mode, bool], ...] = (
    ("edge mode, Origin Shield", "edge", True),
    ("edge mode", "edge", False),
    ("regional mode, Origin Shield", "regional", True),
    ("regional mode", "regional", False),
)


def lines(found: Previewed) -> Iterator[str]:
    """A line a service that costs a cent, the sum, and the sum of each other way; a sentence without prices."""
    stack, region = found.settings, found.region
    has_shield = shield.region(stack.origin_shield, region) is not None
    try:
        cost = traffic.of_stack(stack, region=region, shield=has_shield)
    except ValueError as error:
        yield str(error)
        return
    for service, dollars in cost.lines.items():
        if dollars >= cent:
            yield f"{service:<22}{dollars:>12,.2f}"
    yield f"{'all':<22}{cost.total:>12,.2f}"
    yield ""
    yield traffic.sentence(stack.traffic, cost, region)
    full = traffic.of_stack(stack, region=region, shield=has_shield, free=False)
    yield f"- without the free tiers: {full.total:,.2f}"
    for name, mode, is_shielded in ways:
        other = traffic.of_stack(stack, region=region, shield=is_shielded, mode=mode)
        yield f"- {name}: {other.total:,.2f}"
    if stack.generators:
        yield "- generators: what their APIs charge, within the budgets above, comes on top"

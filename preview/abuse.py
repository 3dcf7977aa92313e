"""What anybody on the internet could make a stack do, and what bounds it."""

from __future__ import annotations

from collections.abc import Iterator

from infra import announce, generators
from infra.bound import bound
from infra.configuration.settings import StackConfig
from infra.costs import month
from infra.shipped import viewer_config
from preview.stack import Previewed

openly = ("open", "presets")


def lines(found: Previewed) -> Iterator[str]:
    """What is open that a stack for the public would close, the bound of variants, and each generator's budget."""
    stack = found.settings
    for sentence in announce.open_things(stack) or ("Nothing is open that a stack for the public would close.",):
        yield f"- {sentence}"
    count = generators.counted(bound.bound(viewer_config(stack)), stack.generators).total
    yield f"- variants of one original without a signature: at most {bound.said(count)}; {_price(found, count)}"
    for each in stack.generators:
        made = each.generator
        who = "anybody" if made.access in openly else f"who passes {made.access}"
        yield f"- generator {made.name}: {who}, at most {made.budget.hour:,} calls an hour, {made.budget.day:,} a day"
    yield from _closed(stack)
    for name in found.in_plain:
        set_it = f"pulumi config set --secret --path '{name}[0]'"
        yield f"- {name} can be read in Pulumi.{found.name}.yaml: {set_it} encrypts it"


def _closed(stack: StackConfig) -> Iterator[str]:
    """The paths that not everybody passes, and the modes that nobody passes for want of keys."""
    folders = [(f"/{prefix}", mode) for prefix, mode in generators.rules(stack.generators) if mode not in openly]
    closed = [(rule.prefix, rule.mode) for rule in stack.access] + folders
    yield f"- closed paths: {', '.join(map(' '.join, closed)) or 'none'}; every other path is open"
    keys = {
        "signed": ("accessKeys", stack.access_keys),
        "basic": ("accessUsers", stack.access_users),
        "jwt": ("tokenKeys", stack.token_keys),
    }
    for mode, (setting, found) in keys.items():
        if not found and any(each == mode for _, each in closed):
            yield f"- nobody passes {mode} until {setting} has a line"


def _price(found: Previewed, count: int) -> str:
    """What making them all costs once, for an original of ordinary size."""
    if count > bound.most_said:
        return "no sum can be said of that"
    try:
        unit = month.of_region(found.region)
    except ValueError:
        return f"no prices are known for {found.region}"
    traffic = found.settings.traffic
    gb_seconds = count * traffic.make_ms / 1000 * found.settings.memory / 1024
    where = "lambda" if found.settings.is_regional else "edge_lambda"
    dollars = gb_seconds * unit[f"{where}_gb_second"] + count / 1e6 * unit[f"{where}_per_million"]
    dollars += count / 1e3 * unit["put_per_1k"]
    hourly = found.settings.renders_per_hour
    bounded = f"{hourly:,} renders an hour at the most" if hourly else "with no bound by the hour"
    return (
        f"who asks for all of them makes you pay about {dollars:,.2f} USD an original, "
        f"{dollars * traffic.originals:,.0f} USD for all {traffic.originals:,} (traffic), {bounded} (rendersPerHour)"
    )

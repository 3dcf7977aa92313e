"""What a stack's traffic is said to be, and the line that tells at preview what a month of it costs."""

from __future__ import annotations

import re
from dataclasses import replace

import pulumi

from infra.configuration.settings import StackConfig
from infra.configuration.values import Unreadable
from infra.costs.month import Cost, Mode, Profile, Watching, monthly, prices

wanted = (
    "words with numbers from 0, like 'requests=5000000 originals=10000 originalKilobytes=2500 variants=4 "
    "variantKilobytes=60 hits=90 shieldHits=80 new=0.1' (the last three in percent),"
)
# Nine digits before the point: a thousand million requests a month is nobody's first stack.
number = re.compile(r"([0-9]{1,12})(\.[0-9]{1,4})?")
percents = ("hits", "shieldHits", "new")
# What a stack at work has: the metrics that its code embeds, CloudFront's additional ones, and those that its alarms
# look at (with and without the embedded ones). A test counts them.
embedded_metrics, additional_metrics = 20, 8
alarm_metrics, alarm_metrics_of_aws = 14, 9
names = ("requests", "originals", "originalKilobytes", "variants", "variantKilobytes", *percents)


def profile(text: str) -> Profile:
    """The traffic of a setting's text; what it leaves out is as in `Profile`."""
    said: dict[str, float] = {}
    for word in text.split():
        name, _, digits = word.partition("=")
        if name not in names or name in said or not number.fullmatch(digits):
            raise Unreadable(wanted, word)
        said[name] = float(digits)
    if any(said.get(name, 0) > 100 for name in percents):
        raise Unreadable("at most 100 percent of hits, shieldHits and new", text)
    return _profile(said, Profile())


def _profile(said: dict[str, float], known: Profile) -> Profile:
    requests = int(said.get("requests", known.requests))
    share = said.get("new", 100 * known.new_variants / known.requests) / 100
    return replace(
        known,
        requests=requests,
        originals=int(said.get("originals", known.originals)),
        original_bytes=int(said.get("originalKilobytes", known.original_bytes / 1000) * 1000),
        variants_per_original=said.get("variants", known.variants_per_original),
        variant_bytes=int(said.get("variantKilobytes", known.variant_bytes / 1000) * 1000),
        edge_hit_ratio=said.get("hits", 100 * known.edge_hit_ratio) / 100,
        shield_hit_ratio=said.get("shieldHits", 100 * known.shield_hit_ratio) / 100,
        new_variants=round(requests * share),
    )


def watching(stack: StackConfig) -> Watching:
    """What a stack's settings make CloudWatch cost."""
    metrics = (embedded_metrics if stack.metrics else 0) + (additional_metrics if stack.additional_metrics else 0)
    alarmed = (alarm_metrics if stack.metrics else alarm_metrics_of_aws) if stack.alarms else 0
    return Watching(metrics=metrics, alarm_metrics=alarmed, dashboards=int(stack.dashboard))


def say(stack: StackConfig, *, region: str, shield: bool) -> None:
    """Says what a month costs, or that nobody knows the Region's prices."""
    try:
        pulumi.log.info(sentence(stack.traffic, of_stack(stack, region=region, shield=shield), region))
    except ValueError as error:
        pulumi.log.warn(f"No monthly cost can be said: {error}")


def of_stack(stack: StackConfig, *, region: str, shield: bool, mode: Mode | None = None, free: bool = True) -> Cost:
    """What a month of a stack costs, as it is or in another mode. Raises ValueError for a Region without prices."""
    return monthly(
        stack.traffic,
        region=region,
        mode=mode or ("regional" if stack.is_regional else "edge"),
        shield=shield,
        free=free,
        waf=stack.waf,
        stores=stack.store or mode is not None,
        watching=watching(stack),
    )


def sentence(traffic: Profile, cost: Cost, region: str) -> str:
    """The cost of a month, and of what it is made, the dearest first."""
    lines = sorted(cost.lines.items(), key=lambda line: -line[1])
    parts = ", ".join(f"{service} {dollars:,.2f}" for service, dollars in lines if dollars >= 0.005)
    return (
        f"About {cost.total:,.2f} USD a month for {traffic.requests:,} requests of {traffic.originals:,} originals in "
        f"{region} (setting traffic; list prices of {prices()['read']}, free tiers taken off): {parts or 'nothing'}."
    )

"""What settings must not say together. Each check returns a sentence, or nothing; an unreadable setting is None."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from infra import access, generators
from infra.cloudfront import shield
from infra.configuration import header_rules, host_names, routes
from infra.configuration.settings import StackConfig
from infra.configuration.values import Unreadable
from infra.freshness import ahead
from infra.viewer.dialects import query_dialects

# url-contract, "stated maxima": some 60 of the viewer function's bytes each.
most_presets = 20


def presets_where_needed(config: StackConfig, region: str) -> str:
    if config.sizes == "presets" and config.presets == ():
        return "Expected at least one preset for presets where sizes is presets, received none."
    return ""


def presets_in_number(config: StackConfig, region: str) -> str:
    count = len(config.presets or ())
    return f"Expected at most {most_presets} of presets, received {count}." if count > most_presets else ""


def dialects_told_apart(config: StackConfig, region: str) -> str:
    asked = [name for name in config.dialect or () if name in query_dialects]
    if config.lenient and len(asked) > 1:
        return f"Expected one of {', '.join(query_dialects)} for dialect where lenient is true, received {len(asked)}."
    return ""


def presets_named_once(config: StackConfig, region: str) -> str:
    twice = _repeated(preset.name for preset in config.presets or ())
    return f"Expected each name once for presets, received {twice} again." if twice else ""


def watermarks_named_once(config: StackConfig, region: str) -> str:
    twice = _repeated(name for name, _ in config.watermarks or ())
    return f"Expected each name once for watermarks, received {twice} again." if twice else ""


def watermarks_of_presets_known(config: StackConfig, region: str) -> str:
    if config.presets is None or config.watermarks is None:
        return ""
    named = {pair.removeprefix("wm=") for each in config.presets for pair in each.options.split(",") if "wm=" in pair}
    unknown = ", ".join(sorted(named - {name for name, _ in config.watermarks}))
    return f"Expected wm to name one of watermarks for presets, received {unknown}." if unknown else ""


def access_said_once(config: StackConfig, region: str) -> str:
    twice = _repeated(rule.prefix for rule in config.access or ())
    return f"Expected each path once for access, received {twice} again." if twice else ""


def countries_in_one_list(config: StackConfig, region: str) -> str:
    both = config.geo_allow and config.geo_deny
    return "Expected countries for geoAllow or for geoDeny, received both." if both else ""


def cors_star_alone(config: StackConfig, region: str) -> str:
    beside = config.cors is not None and "*" in config.cors and len(config.cors) > 1
    return "Expected * alone for cors, received it beside others." if beside else ""


def shield_known_for_region(config: StackConfig, region: str) -> str:
    try:
        shield.region(config.origin_shield or "false", region)
    except Unreadable as error:
        return f"Expected {error.wanted} for originShield, received {error.found!r}."
    return ""


def budget_told_to_somebody(config: StackConfig, region: str) -> str:
    """A budget of AWS's needs somebody to tell, and e-mail addresses something to be told of."""
    if config.alarms is False and config.monthly_budget_usd:
        return "Expected alarms: true for monthlyBudgetUsd, which is told to the alarms' topic."
    if config.alarms is False and config.alarm_emails:
        return "Expected alarms: true for alarmEmails."
    return ""


def routes_together(config: StackConfig, region: str) -> str:
    return routes.faults(config.routes or (), config.request_headers or ())


def headers_together(config: StackConfig, region: str) -> str:
    return header_rules.fault(config.request_headers or (), config.response_headers or ())


def stored_where_it_must_be(config: StackConfig, region: str) -> str:
    if config.store is None or config.mode is None or config.store:
        return ""
    if config.mode != "regional":
        return "Expected mode regional where store is false: at the edge only the store can hand out what is large."
    if config.pregenerate:
        return "Expected no pregenerate where store is false: there is nowhere to put what is made ahead."
    return ""


def _repeated(names: Iterable[str]) -> str:
    listed = list(names)
    return ", ".join(sorted({name for name in listed if listed.count(name) > 1}))


all_checks: tuple[Callable[[StackConfig, str], str], ...] = (
    presets_where_needed,
    presets_in_number,
    presets_named_once,
    watermarks_named_once,
    watermarks_of_presets_known,
    access_said_once,
    countries_in_one_list,
    cors_star_alone,
    shield_known_for_region,
    dialects_told_apart,
    routes_together,
    headers_together,
    budget_told_to_somebody,
    stored_where_it_must_be,
    *access.checks,
    *generators.checks,
    *host_names.checks,
    ahead.presets_known,
)

"""The dashboard of a stack, as code: is it up, is it fast, what does it cost, who abuses it?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from infra.costs import daily as daily_cost
from infra.monitoring.watched import Series, Watched, combined
from infra.monitoring.widgets import Widget, alarm_states, body, graph, heading, number, table

day_s = 86_400
shown_stages = ("FetchMs", "DecodeMs", "OperationsMs", "EncodeMs", "StoreMs")


def dashboard(watched: Watched, alarm_arns: Sequence[str]) -> str:
    """The dashboard's body as JSON."""
    return body([*_up(watched, alarm_arns), *_fast(watched), *_cost(watched), *_abuse(watched)])


def _up(watched: Watched, alarm_arns: Sequence[str]) -> Iterator[Widget]:
    yield heading(
        "# Is it up?\nRates are CloudFront's, of all viewers. Errors have their code; docs/runbook.md has more."
    )
    if alarm_arns:
        yield alarm_states("Alarms", alarm_arns)
    rates = [watched.cloudfront(id, metric, "Average") for id, metric in
             (("four", "4xxErrorRate"), ("five", "5xxErrorRate"))]  # fmt: skip
    yield graph("Errors, percent of requests", rates, unit="%")
    if watched.is_edge:
        kinds = ("ExecutionError", "ValidationError", "LimitExceededError", "LimitExceededErrors")
        yield graph("Edge function, failures", [watched.cloudfront(each.lower(), f"Lambda{each}") for each in kinds])
    viewers = ("FunctionExecutionErrors", "FunctionValidationErrors", "FunctionThrottles")
    yield graph("Viewer function, failures", [watched.viewers(each.lower(), each) for each in viewers])
    if watched.stack:
        yield graph("Errors by code", [_by_code(watched, region) for region in watched.making_regions])
        late = [
            watched.ours("lag", "PurgeLagSeconds", watched.region, "Maximum"),
            watched.ours("failures", "PurgeFailures", watched.region),
        ]
        yield graph("Purges: seconds late, and failures", late)
    yield graph("Given up", [watched.waiting(f"q{at}", queue) for at, queue in enumerate(watched.failure_queues)])
    yield graph("Functions of the Region, failures", _failures(watched))
    query = "filter level = 'error' | fields @timestamp, event, code, key | sort @timestamp desc | limit 20"
    yield table("What somebody must mend", watched.making_log_group, query, watched.making_regions[0], width=16)


def _by_code(watched: Watched, region: str) -> Series:
    """A line for each code that there was in a Region: nobody has to list them."""
    wanted = f'{{Mirage,Stack,Code}} MetricName="Errors" Stack="{watched.stack}"'
    return combined(f"codes{watched.making_regions.index(region)}", f"SEARCH('{wanted}', 'Sum', 300)", region=region)


def _failures(watched: Watched) -> Iterator[Series]:
    for at, name in enumerate(watched.working):
        for metric in ("Errors", "Throttles"):
            found = watched.function(f"{metric.lower()}{at}", name, metric, watched.region)
            yield replace(found, label=f"{name} {metric}")


def _fast(watched: Watched) -> Iterator[Widget]:
    yield heading("# Is it fast?\nWhat is stored is CloudFront's and S3's; what is made is ours, stage by stage.")
    if watched.has_more:
        yield graph("Hits, percent", [watched.cloudfront("hits", "CacheHitRate", "Average")], unit="%")
        origin = [replace(watched.cloudfront(f"o{stat}", "OriginLatency", stat), label=stat) for stat in ("p50", "p90")]
        yield graph("A miss, until the first byte", origin, unit="ms")
    if watched.stack:
        total = [
            replace(each, id=f"{each.id}{stat}", label=f"{each.label} {stat}")
            for stat in ("p50", "p95", "p99")
            for each in watched.made("TotalMs", stat)
        ]
        yield graph("Making a variant", total, unit="ms")
        stages = [each for stage in shown_stages for each in watched.made(stage, "Average")]
        yield graph("… stage by stage, on average", stages, stacked=True, unit="ms")
    spent = [
        watched.function(f"d{at}", watched.making, "Duration", region, "p90")
        for at, region in enumerate(watched.making_regions)
    ]
    yield graph("The function that makes, p90", spent, unit="ms")
    if watched.stack and watched.generators:
        yield graph("Generators, p90", _each_generator(watched, "GeneratorMs", "p90"), unit="ms")


def _cost(watched: Watched) -> Iterator[Widget]:
    yield heading(
        "# What does it cost?\nEstimated from metrics and list prices, before free tiers and tax; the bill is AWS's. "
        "docs/costs.md has the months ahead."
    )
    yield graph("US dollars a day", daily_cost.series(watched), width=16, period_s=day_s, stacked=True, unit="USD")
    traffic = [watched.cloudfront("requests", "Requests"), watched.cloudfront("bytes", "BytesDownloaded")]
    yield number("A day's traffic", traffic)
    if watched.stack:
        made = [each for metric in ("Made", "Stored") for each in watched.made(metric)]
        yield graph("Variants made and stored", made)
        yield graph("Bytes made", watched.made("Bytes"))
        paths = [watched.ours(metric.lower(), metric, watched.region)
                 for metric in ("InvalidationPaths", "InvalidationsWaiting")]  # fmt: skip
        yield graph("Purges: tags sent, and waiting for the next minute", paths)
        if watched.generators:
            yield graph("Generator calls", _each_generator(watched, "GeneratorCalls", "Sum"))
    sizes = [
        watched.stored(f"{kind[:1].lower()}{at}", bucket, metric, kind)
        for at, bucket in enumerate(watched.buckets)
        for metric, kind in (("BucketSizeBytes", "StandardStorage"), ("NumberOfObjects", "AllStorageTypes"))
    ]
    yield number("Buckets", sizes)


def _abuse(watched: Watched) -> Iterator[Widget]:
    yield heading(
        "# Who abuses it?\nWhat is refused, what is made most, and how much of a budget is used. Addresses are in the "
        "access logs (accessLogs), if the stack has them."
    )
    asked = watched.viewers("runs", "FunctionInvocations")
    yield graph("Requests that ran the viewer function", [asked])
    if watched.has_more:
        refused = [watched.cloudfront(f"r{code}", f"{code}ErrorRate", "Average") for code in ("401", "403", "404")]
        yield graph("Refused and not found, percent", refused, unit="%")
    if watched.stack:
        used = [
            *(_each_generator(watched, "GeneratorBudgetUsed", "Maximum") if watched.generators else ()),
            *(watched.made("RenderBudgetUsed", "Maximum") if watched.counts_renders else ()),
        ]
        if used:
            yield graph("Budgets, percent used", used, unit="%")
        if watched.generators:
            failing = [*_each_generator(watched, "GeneratorFailures", "Sum"),
                       *_each_generator(watched, "CircuitOpen", "Maximum")]  # fmt: skip
            yield graph("Generators: failures, and open circuits", failing)
    if watched.web_acl:
        yield graph("Firewall", [watched.firewall("blocked", "BlockedRequests")])
    region, group = watched.making_regions[0], watched.making_log_group
    original = r"parse key /^(?<original>.*)\/e[0-9]+,/"
    most = f"filter event = 'variant-answered' | {original} | stats count(*) as made by original | sort made desc"
    yield table("Originals that most is made of", group, f"{most} | limit 20", region)
    refusals = (
        "filter event = 'variant-refused' | stats count(*) as refused by code, key | sort refused desc | limit 20"
    )
    yield table("Keys refused most", group, refusals, region)


def _each_generator(watched: Watched, metric: str, stat: str) -> list[Series]:
    """A metric of every generator, from each Region where generators are called."""
    return [
        watched.ours(f"{metric.lower()}{at}_{number}", metric, region, stat, Generator=name)
        for number, region in enumerate(dict.fromkeys((*watched.making_regions, *watched.generating_regions)))
        for at, name in enumerate(watched.generators)
    ]

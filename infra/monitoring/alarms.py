"""The alarms of a stack: few, each with a paragraph in docs/runbook.md that says what it means and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from infra.monitoring.watched import Series, Watched, cloudfront_region, combined

period_s = 300
# Below so many requests in a period a rate says nothing: one of three is 33 percent.
least_requests = 50
# A purge takes seconds; later than this, a minute's number of them is passed, or something is broken.
longest_purge_s = 300
# Most of a budget is used: there is time to look before it is spent.
most_used_percent = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """`name` is its heading in the runbook, too. It is on while the last of `series` is at `threshold` or above, in
    `at_least` of the last `periods` periods."""

    name: str
    region: str
    says: str
    series: tuple[Series, ...]
    threshold: float
    periods: int = 1
    at_least: int = 1


def alarms(watched: Watched, *, most_5xx_percent: int) -> list[Alarm]:
    """Every alarm of a stack; those of metrics that its code embeds only where it does."""
    found = [_answers(watched, most_5xx_percent), _working(watched), _failed(watched)]
    if watched.is_edge:
        found.append(_edge(watched))
    if watched.stack:
        found += [_late(watched), *_broken(watched), *_budgets(watched)]
    return found


def _answers(watched: Watched, most_percent: int) -> Alarm:
    rate, requests = watched.cloudfront("rate", "5xxErrorRate", "Average"), watched.cloudfront("requests", "Requests")
    return Alarm(
        name="5xx",
        region=cloudfront_region,
        says=f"{most_percent} percent or more of the answers to viewers are errors of ours.",
        series=(rate, requests, combined("e", f"IF(requests >= {least_requests}, rate, 0)")),
        threshold=most_percent,
        periods=3,
        at_least=2,
    )


def _edge(watched: Watched) -> Alarm:
    """Lambda@Edge as the distribution sees it: of every Region where it ran, in one place."""
    kinds = {
        "execution": "LambdaExecutionError",
        "validation": "LambdaValidationError",
        # Both spellings are seen in public dashboards, and AWS's pages name none; the one that is not there counts 0.
        "limit": "LambdaLimitExceededError",
        "limits": "LambdaLimitExceededErrors",
    }
    series = [watched.cloudfront(id, metric) for id, metric in kinds.items()]
    return Alarm(
        name="edge",
        region=cloudfront_region,
        says="The edge function failed or was throttled: viewers got 502 or 503 in place of new variants.",
        series=(*series, combined("e", " + ".join(f"FILL({id}, 0)" for id in kinds))),
        threshold=5,
        periods=3,
        at_least=2,
    )


def _working(watched: Watched) -> Alarm:
    series = [
        watched.function(f"{metric.lower()}{number}", name, metric, watched.region)
        for number, name in enumerate(watched.working)
        for metric in ("Errors", "Throttles")
    ]
    return Alarm(
        name="functions",
        region=watched.region,
        says="A function of the stack's Region failed or was throttled, again and again.",
        series=(*series, combined("e", " + ".join(f"FILL({each.id}, 0)" for each in series))),
        threshold=5,
        periods=3,
        at_least=2,
    )


def _failed(watched: Watched) -> Alarm:
    series = [watched.waiting(f"queue{number}", queue) for number, queue in enumerate(watched.failure_queues)]
    return Alarm(
        name="failed",
        region=watched.region,
        says="Work was given up after all its tries: variants may be stale, or a picture was not made.",
        series=(*series, combined("e", " + ".join(f"FILL({each.id}, 0)" for each in series))),
        threshold=1,
    )


def _late(watched: Watched) -> Alarm:
    lag = watched.ours("lag", "PurgeLagSeconds", watched.region, "Maximum")
    failures = watched.ours("failures", "PurgeFailures", watched.region)
    late = f"FILL(lag, 0) >= {longest_purge_s} OR FILL(failures, 0) >= 3"
    return Alarm(
        name="purge",
        region=watched.region,
        says=f"Changed originals were purged {longest_purge_s} s late or later, or CloudFront refuses purges.",
        series=(lag, failures, combined("e", f"IF({late}, 1, 0)")),
        threshold=1,
    )


def _broken(watched: Watched) -> Iterator[Alarm]:
    """What the edge's handler caught: Lambda itself sees no error then. One alarm in each Region where it runs."""
    for region in watched.making_regions:
        codes = {"unforeseen": "unforeseen", "refused": "storage-refused", "denied": "auth-denied"}
        series = [watched.ours(id, "Errors", region, Code=code) for id, code in codes.items()]
        yield Alarm(
            name="broken",
            region=region,
            says="The code met what nobody foresaw, or S3 refuses what the stack's policies should allow.",
            series=(*series, combined("e", " + ".join(f"FILL({id}, 0)" for id in codes))),
            threshold=1,
        )


def _budgets(watched: Watched) -> Iterator[Alarm]:
    """In each Region where something is counted against a budget."""
    regions = (*watched.making_regions, *watched.generating_regions) if watched.generators else ()
    counting = dict.fromkeys((*regions, *(watched.making_regions if watched.counts_renders else ())))
    for region in counting:
        series = []
        if region in regions:
            series.append(watched.ours("calls", "GeneratorBudgetUsed", region, "Maximum"))
            series.append(watched.ours("circuit", "CircuitOpen", region, "Maximum"))
        if watched.counts_renders and region in watched.making_regions:
            series.append(watched.ours("renders", "RenderBudgetUsed", region, "Maximum"))
        used = [f"{'100 * ' if each.id == 'circuit' else ''}FILL({each.id}, 0)" for each in series]
        yield Alarm(
            name="budget",
            region=region,
            says=f"{most_used_percent} percent of a budget is used, or a generator is left alone after failures.",
            series=(*series, combined("e", f"MAX([{', '.join(used)}])" if len(used) > 1 else used[0])),
            threshold=most_used_percent,
        )

"""What a day costs, as expressions over metrics: list prices of the stack's Region (`prices.json`), no free tiers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import cast

from infra.costs.month import of_region, prices
from infra.monitoring.watched import Series, Watched, cloudfront_region, combined, hidden

bytes_per_gb = 1024**3
# Where no prices of a Region are known, those of this one are shown: a rough figure is better than none here.
known_region = "us-east-1"


def series(watched: Watched) -> list[Series]:
    """Hidden metrics, and an expression in US dollars for each service."""
    unit = _prices(watched.region)
    requests = hidden(watched.cloudfront("requests", "Requests"))
    sent = hidden(watched.cloudfront("sent", "BytesDownloaded"))
    runs = hidden(watched.viewers("runs", "FunctionInvocations"))
    found = [requests, sent, runs, *_making(watched)]
    expressions = {
        "CloudFront transfer": f"sent / {bytes_per_gb} * {_transfer_per_gb()}",
        "CloudFront requests": f"requests / 10000 * {unit['https_requests_per_10k']}",
        "Viewer function": f"runs / 1000000 * {unit['function_runs_per_million']}",
        "Making variants": _making_cost(watched, unit),
    }
    if watched.stack:
        found.append(hidden(watched.ours("purged", "InvalidationPaths", watched.region)))
        expressions["Purges"] = f"FILL(purged, 0) * {unit['invalidation_path']}"
    lines = [
        combined(f"usd{at}", expression, label, cloudfront_region)
        for at, (label, expression) in enumerate(expressions.items())
    ]
    return [*found, *lines]


def _transfer_per_gb() -> float:
    """The price of CloudFront's first tier, of which the others are discounts."""
    return cast("list[tuple[float, float]]", prices()["transfer_out_tiers_gb"])[0][1]


def _prices(region: str) -> Mapping[str, float]:
    try:
        return of_region(region)
    except ValueError:
        return of_region(known_region)


def _making(watched: Watched) -> Iterator[Series]:
    for at, region in enumerate(watched.making_regions):
        for id, metric in ((f"calls{at}", "Invocations"), (f"ms{at}", "Duration")):
            yield replace(hidden(watched.function(id, watched.making, metric, region)), label=f"{metric} {region}")


def _making_cost(watched: Watched, unit: Mapping[str, float]) -> str:
    """Requests and gigabyte-seconds, in every Region; Lambda@Edge has prices of its own."""
    kind = "edge_lambda" if watched.is_edge else "lambda"
    per_ms = watched.memory_mb / 1024 / 1000 * unit[f"{kind}_gb_second"]
    per_call = unit[f"{kind}_per_million"] / 1_000_000
    return " + ".join(
        f"FILL(calls{at}, 0) * {per_call:.9f} + FILL(ms{at}, 0) * {per_ms:.12f}"
        for at in range(len(watched.making_regions))
    )

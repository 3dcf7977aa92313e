"""What a stack costs in a month, from a traffic profile. Pure: prices are data (`prices.json`), with their date."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, cast

Mode = Literal["edge", "regional"]

GB = 1024**3
log_bytes_per_invocation = 400  # START, END, REPORT and our own line


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A month of traffic. Ratios are 0 to 1; `shield_hit_ratio` is of what the edge caches missed.

    Raises ValueError where a number is negative or a ratio beyond 1.
    """

    originals: int = 10_000
    original_bytes: int = 2_500_000
    variants_per_original: float = 4.0
    variant_bytes: int = 60_000
    requests: int = 5_000_000
    edge_hit_ratio: float = 0.90
    shield_hit_ratio: float = 0.80
    new_variants: int = 4_000
    memory_mb: int = 1769
    make_ms: float = 400.0
    pass_ms: float = 3.0

    def __post_init__(self) -> None:
        for name in self.__slots__:
            number = getattr(self, name)
            if number < 0:
                raise ValueError(f"Expected a number from 0 for {name}, received {number}.")
            if name.endswith("ratio") and number > 1:
                raise ValueError(f"Expected a ratio from 0 to 1 for {name}, received {number}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Watching:
    """What CloudWatch is paid for by the month: custom and additional metrics, metrics in alarms, dashboards."""

    metrics: int = 0
    alarm_metrics: int = 0
    dashboards: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """US dollars a month by service; `total` is their sum."""

    lines: Mapping[str, float]

    @property
    def total(self) -> float:
        return sum(self.lines.values())


@cache
def prices() -> Mapping[str, object]:
    """The price data, as read at its date."""
    return cast("Mapping[str, object]", json.loads(Path(__file__).with_name("prices.json").read_text(encoding="utf-8")))


def of_region(region: str) -> Mapping[str, float]:
    """The unit prices of a Region. Raises ValueError where none were read."""
    regions = cast("Mapping[str, Mapping[str, float]]", prices()["regions"])
    if region not in regions:
        raise ValueError(f"Expected a Region with prices ({', '.join(sorted(regions))}), received {region}.")
    return regions[region]


def monthly(
    profile: Profile,
    *,
    region: str,
    mode: Mode = "edge",
    shield: bool = True,
    free: bool = True,
    waf: bool = False,
    stores: bool = True,
    watching: Watching | None = None,
) -> Cost:
    """The monthly cost per service. `free` takes the free tiers off, as for an account that has nothing else.

    `stores` is False where the regional mode keeps no variants: each is made again when a cache asks for it.
    """
    unit = of_region(region)
    allowed = cast("Mapping[str, float]", prices()["free_per_month"]) if free else dict.fromkeys(_free(), 0.0)
    misses = profile.requests * (1 - profile.edge_hit_ratio)
    fetches = misses * (1 - profile.shield_hit_ratio) if shield else misses
    made = min(profile.new_variants, fetches) if stores else fetches
    runs = fetches if mode == "edge" else made
    lines = {
        **_delivery(profile, unit, allowed, mode),
        "Origin Shield": misses / 1e4 * unit["origin_shield_per_10k"] if shield else 0.0,
        _function_name(mode): _functions(profile, unit, allowed, mode, runs=runs, made=made),
        **_kept(profile, unit, fetches=fetches if stores else 0.0, made=made, stores=stores),
        "CloudWatch Logs": max(0.0, runs * log_bytes_per_invocation / GB - allowed["log_gb"]) * unit["log_gb"],
    }
    if watching:
        lines["CloudWatch"] = _watching(watching, unit, allowed)
    return Cost(lines=lines | ({"WAF": _firewall(profile, unit)} if waf else {}))


def _delivery(
    profile: Profile, unit: Mapping[str, float], allowed: Mapping[str, float], mode: Mode
) -> dict[str, float]:
    """What viewers cost. The regional mode has a second CloudFront Function, at the viewer's response."""
    out_gb = profile.requests * profile.variant_bytes / GB
    runs = profile.requests * (2 if mode == "regional" else 1)
    reads = max(0.0, profile.requests - allowed["key_value_store_reads"])
    return {
        "CloudFront transfer": transfer(max(0.0, out_gb - allowed["transfer_out_gb"])),
        "CloudFront requests": max(0.0, profile.requests - allowed["requests"]) / 1e4 * unit["https_requests_per_10k"],
        "CloudFront Functions": max(0.0, runs - allowed["function_runs"]) / 1e6 * unit["function_runs_per_million"],
        "KeyValueStore reads": reads / 1e6 * unit["key_value_store_reads_per_million"],
    }


def _kept(
    profile: Profile, unit: Mapping[str, float], *, fetches: float, made: float, stores: bool
) -> dict[str, float]:
    """What S3 keeps, and is asked: once for a variant, and once for the original of what is made."""
    variants = profile.variants_per_original * profile.variant_bytes if stores else 0.0
    puts = made / 1e3 * unit["put_per_1k"] if stores else 0.0
    return {
        "S3 storage": profile.originals * (profile.original_bytes + variants) / GB * unit["storage_gb_month"],
        "S3 requests": (fetches + made) / 1e3 * unit["get_per_1k"] + puts,
    }


def _watching(watching: Watching, unit: Mapping[str, float], allowed: Mapping[str, float]) -> float:
    return (
        max(0.0, watching.metrics - allowed["metrics"]) * unit["metric_month"]
        + max(0.0, watching.alarm_metrics - allowed["alarm_metrics"]) * unit["alarm_metric_month"]
        + max(0.0, watching.dashboards - allowed["dashboards"]) * unit["dashboard_month"]
    )


def _firewall(profile: Profile, unit: Mapping[str, float]) -> float:
    """One web ACL of three rules (infra/cloudfront/firewall.py); every request is looked at."""
    return unit["waf_acl"] + 3 * unit["waf_rule"] + profile.requests / 1e6 * unit["waf_requests_per_million"]


def transfer(gigabytes: float) -> float:
    """US dollars for that many GB to the internet, tier by tier; beyond the last tier read, its price."""
    left, dollars, price = gigabytes, 0.0, 0.0
    for size, price in cast("list[tuple[float, float]]", prices()["transfer_out_tiers_gb"]):
        taken = min(left, size)
        dollars += taken * price
        left -= taken
    return dollars + left * price


def _functions(
    profile: Profile, unit: Mapping[str, float], allowed: Mapping[str, float], mode: Mode, *, runs: float, made: float
) -> float:
    seconds = (made * profile.make_ms + (runs - made) * profile.pass_ms) / 1000
    gb_seconds = seconds * profile.memory_mb / 1024
    if (
        mode == "edge"
    ):  # no free tier: AWS "Lambda@Edge pricing", read 2026-11. Runs on every shield miss, stored or not.
        return runs / 1e6 * unit["edge_lambda_per_million"] + gb_seconds * unit["edge_lambda_gb_second"]
    paid_runs = max(0.0, runs - allowed["lambda_requests"])
    paid_seconds = max(0.0, gb_seconds - allowed["lambda_gb_seconds"])
    return paid_runs / 1e6 * unit["lambda_per_million"] + paid_seconds * unit["lambda_gb_second"]


def _function_name(mode: Mode) -> str:
    return "Lambda@Edge" if mode == "edge" else "Lambda"


def _free() -> list[str]:
    return list(cast("Mapping[str, float]", prices()["free_per_month"]))

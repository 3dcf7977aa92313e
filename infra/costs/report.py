"""`make cost`: the monthly cost as tables and a chart, written to docs/costs.md and docs/images/costs.svg."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from infra.costs.chart import chart
from infra.costs.month import Cost, Mode, Profile, Watching, monthly, of_region, prices
from infra.costs.prose import correction, prose
from infra.costs.workload import Seen, Workload, simulate

volumes = (50_000, 500_000, 5_000_000, 50_000_000)
# Some seconds of simulation; above it every cache is warm, and what is asked for more often only hits more.
simulated_at_most = 2_000_000
ways: tuple[tuple[str, Mode, bool], ...] = (
    ("edge mode, Origin Shield", "edge", True),
    ("edge mode", "edge", False),
    ("regional mode, Origin Shield", "regional", True),
    ("regional mode", "regional", False),
)
Costs = Mapping[tuple[int, str], Cost]


def report(region: str, profile: Profile, watching: Watching) -> tuple[str, str]:
    """The document's part of a Region, and its chart."""
    simulated = {
        count: simulate(Workload(requests=count)) for count in {min(each, simulated_at_most) for each in volumes}
    }
    seen = {volume: simulated[min(volume, simulated_at_most)] for volume in volumes}
    costs = {
        (volume, name): _cost(region, profile, watching, volume, seen[volume], mode, shield)
        for volume in volumes
        for name, mode, shield in ways
    }
    lines = [*_head(region, profile), *_totals(seen, costs)]
    for name, _, _ in ways:
        lines += ["", f"### Service by service: {name}", "", *_services(costs, name)]
    rows = {
        f"{volume:,}, {name.split()[0]}": costs[volume, name] for volume in volumes for name in (ways[0][0], ways[2][0])
    }
    title = f"Of what a month in {region} is made, with Origin Shield"
    return "\n".join([*lines, ""]), chart(title, rows)


def _head(region: str, profile: Profile) -> Iterator[str]:
    yield f"## A month in {region}, in US dollars"
    yield ""
    yield (
        f"{profile.originals:,} originals of {profile.original_bytes / 1e6:.1f} MB, "
        f"{profile.variants_per_original:g} variants each of {profile.variant_bytes / 1e3:.0f} kB; "
        f"{profile.memory_mb} MB of memory, {profile.make_ms:g} ms to make a variant, {profile.pass_ms:g} ms to hand a "
        f"stored one on; prices read {prices()['read']}; the account's free tiers taken off."
    )
    yield ""


def _totals(seen: Mapping[int, Seen], costs: Costs) -> Iterator[str]:
    names = [name for name, _, _ in ways]
    yield f"| requests a month | edge hits | shield hits | made | {' | '.join(names)} |"
    yield "| --- " * (len(names) + 4) + "|"
    for volume, hits in seen.items():
        sums = " | ".join(f"${costs[volume, name].total:,.2f}" for name in names)
        yield f"| {volume:,} | {hits.edge_hit_ratio:.0%} | {hits.shield_hit_ratio:.0%} | {hits.made:,} | {sums} |"


def _services(costs: Costs, name: str) -> Iterator[str]:
    yield f"| service | {' | '.join(f'{volume:,}' for volume in volumes)} |"
    yield "| --- " * (len(volumes) + 1) + "|"
    for service in costs[volumes[0], name].lines:
        yield f"| {service} | {' | '.join(f'{costs[volume, name].lines[service]:,.2f}' for volume in volumes)} |"
    yield f"| all | {' | '.join(f'{costs[volume, name].total:,.2f}' for volume in volumes)} |"


def _cost(region: str, profile: Profile, watching: Watching, volume: int, seen: Seen, mode: Mode, shield: bool) -> Cost:
    traffic = replace(
        profile,
        requests=volume,
        edge_hit_ratio=seen.edge_hit_ratio,
        shield_hit_ratio=seen.shield_hit_ratio,
        new_variants=seen.made,
    )
    return monthly(traffic, region=region, mode=mode, shield=shield, watching=watching)


def main() -> None:
    """Writes both files, and prints the tables. Exit status 2 for a Region without prices."""
    region = sys.argv[1] if len(sys.argv) > 1 else "eu-central-1"
    try:
        of_region(region)
    except ValueError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    docs = Path(__file__).parent.parent.parent / "docs"
    # What the defaults of Pulumi.yaml watch (infra/costs/traffic.py).
    text, drawn = report(region, Profile(), Watching(metrics=28, alarm_metrics=14, dashboards=1))
    print(text)
    (docs / "images").mkdir(exist_ok=True)
    (docs / "images" / "costs.svg").write_text(drawn, encoding="utf-8")
    (docs / "costs.md").write_text(prose + text + "\n" + correction(region), encoding="utf-8")


if __name__ == "__main__":
    main()

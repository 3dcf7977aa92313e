"""`make cost`: the monthly cost as tables and a chart, written to docs/costs.md and docs/images/costs.svg."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from infra.costs import Cost, Mode, Profile, monthly, of_region, prices
from infra.workload import Seen, Workload, simulate

volumes = (50_000, 500_000, 5_000_000, 50_000_000)
simulated_at_most = 400_000
cases: tuple[tuple[str, Mode, bool], ...] = (
    ("edge, shield", "edge", True),
    ("edge", "edge", False),
    ("regional, shield", "regional", True),
    ("regional", "regional", False),
)


def report(region: str, profile: Profile) -> str:
    """The tables as Markdown."""
    seen = {volume: simulate(Workload(requests=min(volume, simulated_at_most))) for volume in volumes}
    costs = {(volume, case): _cost(region, profile, volume, seen[volume], case) for volume in volumes for case in cases}
    head = "| requests a month | edge hits | shield hits | made | " + " | ".join(name for name, _, _ in cases) + " |"
    rows = [
        f"| {volume:,} | {hits.edge_hit_ratio:.0%} | {hits.shield_hit_ratio:.0%} | {hits.made:,} | "
        + " | ".join(f"${costs[volume, case].total:,.2f}" for case in cases)
        + " |"
        for volume, hits in seen.items()
    ]
    return "\n".join(
        [
            f"## A month in {region}, in US dollars",
            "",
            f"{profile.originals:,} originals of {profile.original_bytes / 1e6:.1f} MB, "
            f"{profile.variants_per_original:g} variants each of {profile.variant_bytes / 1e3:.0f} kB; "
            f"prices read {prices()['read']}; the account's free tiers taken off.",
            "",
            head,
            "| --- " * (len(cases) + 4) + "|",
            *rows,
            "",
            "### Service by service, edge mode with Origin Shield",
            "",
            *_services({volume: costs[volume, cases[0]] for volume in volumes}),
            "",
        ]
    )


def chart(region: str, profile: Profile) -> str:
    """An SVG of bars: the monthly cost of edge mode with Origin Shield, by service, for each volume."""
    bars, y = [], 30
    for volume in volumes:
        seen = simulate(Workload(requests=min(volume, simulated_at_most)))
        cost = _cost(region, profile, volume, seen, cases[0])
        width = max(2, round(420 * cost.total / 250))
        bars.append(f'<text x="8" y="{y + 15}">{volume:,} requests</text>')
        bars.append(f'<rect x="150" y="{y}" width="{min(width, 420)}" height="20" fill="#2a7de1"/>')
        bars.append(f'<text x="{158 + min(width, 420)}" y="{y + 15}">${cost.total:,.2f}</text>')
        y += 32
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 680 {y + 8}" font-family="sans-serif" font-size="13">'
        f'<rect width="100%" height="100%" fill="#fff"/><text x="8" y="18" font-weight="bold">'
        f"A month of Mirage in {region}: edge mode, Origin Shield</text>" + "".join(bars) + "</svg>\n"
    )


def _cost(region: str, profile: Profile, volume: int, seen: Seen, case: tuple[str, Mode, bool]) -> Cost:
    _, mode, shield = case
    traffic = replace(
        profile,
        requests=volume,
        edge_hit_ratio=seen.edge_hit_ratio,
        shield_hit_ratio=seen.shield_hit_ratio,
        new_variants=seen.made,
    )
    return monthly(traffic, region=region, mode=mode, shield=shield)


def _services(costs: dict[int, Cost]) -> list[str]:
    names = list(next(iter(costs.values())).lines)
    return [
        "| service | " + " | ".join(f"{volume:,}" for volume in costs) + " |",
        "| --- " * (len(costs) + 1) + "|",
        *(f"| {name} | " + " | ".join(f"{cost.lines[name]:,.2f}" for cost in costs.values()) + " |" for name in names),
    ]


prose = """# What it costs

Made by `make cost` from `infra/prices.json` (each price with its source and date; those that no AWS page confirmed are
named there) and a simulated workload: popularity by Zipf's law, twelve edge locations, least recently used out first.
Volumes above 400,000 requests take the hit ratios of 400,000, which is on the low side. Lambda@Edge runs on *every*
miss of the shield, also where the variant is stored already: that is in the figures. The bill is AWS's, not ours.

![A month by volume](images/costs.svg)

"""

correction = """## A figure to mistrust

A table for 10,000 images that goes round has 25 GB of transfer at $0.0085 per GB. CloudFront's price is ten times that:

| line | as it goes round | right |
| --- | --- | --- |
| transfer out, per GB | $0.0085 | $0.085 |
| 25 GB a month, beyond the free tier | $0.2125 | $2.125 |
| 25 GB a month, within the free 1 TB | | $0.00 |
"""


def main() -> None:
    """Writes both files, and prints the tables. Exit status 2 for a Region without prices."""
    region = sys.argv[1] if len(sys.argv) > 1 else "eu-central-1"
    try:
        of_region(region)
    except ValueError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    docs = Path(__file__).parent.parent / "docs"
    text = report(region, Profile())
    print(text)
    (docs / "images").mkdir(exist_ok=True)
    (docs / "images" / "costs.svg").write_text(chart(region, Profile()), encoding="utf-8")
    (docs / "costs.md").write_text(prose + text + "\n" + correction, encoding="utf-8")


if __name__ == "__main__":
    main()

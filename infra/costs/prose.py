"""What docs/costs.md says around its tables."""

from __future__ import annotations

from typing import cast

from infra.costs.month import Profile, monthly, prices

prose = """# What it costs

Made by `make cost` from `infra/costs/prices.json` (each price with its source and date; those that no AWS page confirmed are
named there) and a simulated workload: popularity by Zipf's law, twelve edge locations and a shield, each of which throws
out first what was asked for longest ago. Above 2 million requests the hit ratios are those of 2 million, which is on the
low side. Lambda@Edge runs on *every* miss of the shield, also where the variant is stored already: that is in the
figures. So are the metrics, alarms and the dashboard of the defaults. What is not: without Origin Shield, originals that
the edge function reads from another Region, at some 0.02 USD per GB. The bill is AWS's, not ours.

Your own traffic: the setting `traffic` ([deploy.md](deploy.md#settings)), whose cost every `pulumi preview` says;
`make preview STACK=dev` says it by service, and what the other ways would cost, with and without the free tiers. The
Region of `make cost` is `REGION=`; prices are known for eu-central-1 and us-east-1, and of others both say just that.

![Of what a month is made, by volume and mode](images/costs.svg)

"""  # noqa: E501


def correction(region: str) -> str:
    """The section on the table for 10,000 images that goes round, computed anew line by line."""
    images, picture_bytes = 10_000, 2_500_000
    traffic = Profile(
        originals=images,
        original_bytes=picture_bytes,
        variants_per_original=0,
        variant_bytes=picture_bytes,
        requests=images,
        edge_hit_ratio=0,
        shield_hit_ratio=0,
        new_variants=images,
        memory_mb=1024,
        make_ms=800,
    )
    lines = dict(monthly(traffic, region=region, shield=False, free=False).lines)
    per_gb = cast("list[tuple[float, float]]", prices()["transfer_out_tiers_gb"])[0][1]
    lines["CloudFront transfer"] = 25 * per_gb  # 25 GB as that table counts them, not 23.3 GiB
    return _wrong.format(
        per_gb=per_gb,
        transfer=lines.pop("CloudFront transfer"),
        rest="\n".join(f"| {name} | not compared | {dollars:,.4f} |" for name, dollars in lines.items()),
        total=sum(lines.values()) + 25 * per_gb,
    )


_wrong = """## A figure to mistrust

A table for 10,000 images goes round, of 2.5 MB each and so of 25 GB, that has the transfer at $0.0085 per GB. CloudFront's
price is ten times that. Below its transfer, beside the right one, and what else 10,000 images come to by the prices above:
each asked for once and made once, in 0.8 s with 1,024 MB, in US dollars and without any free tier.

| line | as it goes round | right |
| --- | --- | --- |
| transfer out, per GB | 0.0085 | {per_gb} |
| 25 GB a month, beyond the free tier | 0.2125 | {transfer:.4f} |
| 25 GB a month, within the free 1 TB | | 0.0000 |
{rest}
| all of it, beyond the free tiers | | {total:,.4f} |
"""  # noqa: E501

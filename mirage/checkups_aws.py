"""What only AWS itself can tell of a stack: its distribution, certificate, edge function, account and bill."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import cast

from mirage import aws
from mirage.aws import Said, regional
from mirage.checkups import Check, Finding, quota
from mirage.stack import Stack, root

edge_region = "us-east-1"
# Where pictures are asked for in the mode without Lambda@Edge (infra/cloudfront/origins.py).
regional_targets = ("pictures", "maker")
renew_within_days = 30  # ACM renews 60 days before the end by itself ("Managed certificate renewal", read 2026-11)
usual_concurrency = 1000  # AWS "Lambda quotas", read 2026-11


def distribution(stack: Stack) -> Iterator[Finding]:
    """Whether it is deployed, purges by tag, and caches errors for a short time only."""
    found = _distribution(stack)
    if found["Status"] == "Deployed":
        yield Finding(level="good", about="distribution", says="It is deployed everywhere.")
    else:
        yield Finding(level="note", about="distribution", says=f"It is {found['Status']}.", to_do="Wait a few minutes.")
    config = _object(found["DistributionConfig"])
    tags = _object(config.get("CacheTagConfig", {})).get("HeaderName")
    if tags:
        yield Finding(level="good", about="distribution", says=f"It purges by the tag in {tags}.")
    else:
        yield Finding(
            level="bad", about="distribution", says="It has no cache tags, so purges do nothing.", to_do="pulumi up."
        )
    yield from ttls(config)


def ttls(config: Said) -> Iterator[Finding]:
    """Whether errors are cached for longer than the contract says: 60 s, 404's and paused answers' longest."""
    pages = cast("Sequence[Mapping[str, object]]", _object(config.get("CustomErrorResponses", {})).get("Items", []))
    long = [str(each["ErrorCode"]) for each in pages if int(str(each.get("ErrorCachingMinTTL", 10))) > 60]
    if long:
        yield Finding(
            level="note",
            about="TTLs",
            says=f"Errors {', '.join(long)} are cached for more than a minute.",
            to_do="pulumi up puts them back.",
        )
    else:
        yield Finding(level="good", about="TTLs", says="No error is cached for more than a minute by rule.")


def certificate(stack: Stack) -> Iterator[Finding]:
    """How long the certificate of the stack's own names holds."""
    config = _object(_distribution(stack)["DistributionConfig"])
    arn = _object(config.get("ViewerCertificate", {})).get("ACMCertificateArn")
    if not arn:
        yield Finding(level="good", about="certificate", says="It is CloudFront's own, for cloudfront.net.")
        return
    answer = regional(stack, "acm", edge_region).describe_certificate(CertificateArn=arn)
    until = cast("datetime", _object(answer["Certificate"])["NotAfter"])
    left = (until - datetime.now(UTC)).days
    if left > renew_within_days:
        yield Finding(level="good", about="certificate", says=f"It holds for {left} days.")
    else:
        yield Finding(
            level="bad",
            about="certificate",
            says=f"It ends in {left} days, and has not renewed itself.",
            to_do="Look whether its DNS validation record is still there.",
        )


def edge_function(stack: Stack) -> Iterator[Finding]:
    """Which version CloudFront runs, and how many old ones there are."""
    behavior = _object(_object(_distribution(stack)["DistributionConfig"])["DefaultCacheBehavior"])
    functions = cast(
        "Sequence[Mapping[str, str]]", _object(behavior.get("LambdaFunctionAssociations", {})).get("Items", [])
    )
    if not functions and behavior.get("TargetOriginId") in regional_targets:
        says = "None runs: a function in the Region makes the pictures (mode regional)."
        yield Finding(level="good", about="edge function", says=says)
        return
    if not functions:
        yield Finding(level="bad", about="edge function", says="CloudFront runs none.", to_do="pulumi up.")
        return
    name, version = functions[0]["LambdaFunctionARN"].rsplit(":", 2)[1:]
    answer = regional(stack, "lambda", edge_region).list_versions_by_function(FunctionName=name)
    versions = [str(each["Version"]) for each in cast("Sequence[Said]", answer["Versions"])]
    numbers = sorted(int(each) for each in versions if each.isdigit())
    yield Finding(level="good", about="edge function", says=f"CloudFront runs {name}, version {version}.")
    if numbers and int(version) != numbers[-1]:
        says = f"The newest version is {numbers[-1]}, CloudFront runs {version}."
        yield Finding(
            level="note", about="edge function", says=says, to_do="pulumi up moves it; or a roll-back was meant."
        )
    if len(numbers) > 5:
        says = f"{len(numbers)} versions are kept."
        yield Finding(
            level="note", about="edge function", says=says, to_do="python -m mirage sweep removes the old ones."
        )


def account(stack: Stack) -> Iterator[Finding]:
    """How many functions may run at once where the edge function runs, which is the stack's Region with the shield."""
    for region in dict.fromkeys((stack.region, edge_region)):
        limit = _object(regional(stack, "lambda", region).get_account_settings()["AccountLimit"])
        most = int(str(limit["ConcurrentExecutions"]))
        level, to_do = ("good", "") if most >= usual_concurrency else ("note", "Ask AWS for more (Service Quotas).")
        yield Finding(level=level, about="quota", says=f"{most:,} functions may run at once in {region}.", to_do=to_do)
        peak = _highest(stack, region)
        if peak is not None:
            yield quota(f"concurrency in {region}, 14 days", peak, most, "Ask AWS for more (Service Quotas).")


def storage(stack: Stack) -> Iterator[Finding]:
    """What the buckets cost a month, by CloudWatch's daily count."""
    prices = json.loads((root / "infra" / "costs" / "prices.json").read_text(encoding="utf-8"))["regions"]
    price = float(prices.get(stack.region, prices[edge_region])["storage_gb_month"])
    for bucket in (stack.originals, stack.variants):
        dimensions = [{"Name": "BucketName", "Value": bucket}, {"Name": "StorageType", "Value": "StandardStorage"}]
        size = _metric(stack, stack.region, ("AWS/S3", "BucketSizeBytes", dimensions), days=3)
        if size is not None:
            gigabytes = size / 1024**3
            says = f"{bucket} holds {gigabytes:,.1f} GB, about {gigabytes * price:,.2f} USD a month."
            yield Finding(level="good", about="costs", says=says)


def requests(stack: Stack) -> Iterator[Finding]:
    """What viewers asked for in the last 30 days, which is most of the bill."""
    dimensions = [{"Name": "DistributionId", "Value": stack.distribution_id}, {"Name": "Region", "Value": "Global"}]
    asked = _metric(stack, edge_region, ("AWS/CloudFront", "Requests", dimensions), days=30, how="Sum")
    sent = _metric(stack, edge_region, ("AWS/CloudFront", "BytesDownloaded", dimensions), days=30, how="Sum")
    says = f"{asked or 0:,.0f} requests and {(sent or 0) / 1024**3:,.1f} GB in 30 days (make cost tells the price)."
    yield Finding(level="good", about="costs", says=says)


def _highest(stack: Stack, region: str) -> float | None:
    return _metric(stack, region, ("AWS/Lambda", "ConcurrentExecutions", []), days=14)


def _metric(
    stack: Stack, region: str, named: tuple[str, str, list[dict[str, str]]], *, days: int, how: str = "Maximum"
) -> float | None:
    """A metric's highest day, or the sum of its days; None where it has none."""
    now = datetime.now(UTC)
    answer = regional(stack, "cloudwatch", region).get_metric_statistics(
        Namespace=named[0],
        MetricName=named[1],
        Dimensions=named[2],
        StartTime=now - timedelta(days=days),
        EndTime=now,
        Period=86_400,
        Statistics=[how],
    )
    points = [float(str(each[how])) for each in cast("Sequence[Said]", answer["Datapoints"])]
    return None if not points else sum(points) if how == "Sum" else max(points)


def _distribution(stack: Stack) -> Said:
    return _object(aws.cloudfront(stack).get_distribution(Id=stack.distribution_id)["Distribution"])


def _object(found: object) -> Said:
    return cast("Said", found)


only_there: Sequence[Check] = (distribution, certificate, edge_function, account, storage, requests)

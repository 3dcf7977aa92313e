"""What a stack's metrics are called in CloudWatch: whose they are, and in which Region each of them lies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from variants import metrics

# CloudFront's metrics, its functions' among them, lie here, whatever the viewers' places and the stack's Region
# (CF:programming-cloudwatch-metrics, read 2026-11).
cloudfront_region = "us-east-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One metric, or an expression over others by their `id`. `region` is where it lies."""

    id: str
    metric: str = ""
    namespace: str = metrics.namespace
    dimensions: tuple[tuple[str, str], ...] = ()
    region: str = ""
    stat: str = "Sum"
    expression: str = ""
    label: str = ""
    is_shown: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What there is to watch. `making` are the functions that make variants and the Regions where they run, `working`
    those of the stack's own Region; all by the names that AWS/Lambda gives them. `stack` is empty where the code
    embeds no metrics; `distribution` is the distribution's id.
    """

    stack: str
    region: str
    distribution: str
    viewer_function: str
    making: str
    making_regions: tuple[str, ...]
    working: tuple[str, ...]
    failure_queues: tuple[str, ...]
    buckets: tuple[str, ...]
    generators: tuple[str, ...] = ()
    generating_regions: tuple[str, ...] = ()
    counts_renders: bool = False
    has_more: bool = False
    web_acl: str = ""
    memory_mb: int = 1769

    @property
    def is_edge(self) -> bool:
        """Whether replicas of Lambda@Edge make variants: CloudFront counts their failures then."""
        return self.making.startswith(f"{cloudfront_region}.")

    @property
    def making_log_group(self) -> str:
        return f"/aws/lambda/{self.making}"

    def ours(self, id: str, metric: str, region: str, stat: str = "Sum", **by: str) -> Series:
        """A metric that our code embeds. Raises KeyError where it embeds none of that name."""
        found = metrics.table[metric]
        label = " ".join([*by.values(), metric])
        dimensions = (("Stack", self.stack), *by.items())
        if [name for name, _ in dimensions] not in found.dimensions:
            raise KeyError(f"{metric} has no dimensions {dimensions}")
        return Series(id=id, metric=metric, dimensions=dimensions, region=region, stat=stat, label=label)

    def made(self, metric: str, stat: str = "Sum") -> Iterator[Series]:
        """A metric of what makes variants, from each Region where that runs."""
        for number, region in enumerate(self.making_regions):
            found = self.ours(f"{metric.lower()}{number}", metric, region, stat)
            yield found if len(self.making_regions) == 1 else replace(found, label=f"{metric} {region}")

    def cloudfront(self, id: str, metric: str, stat: str = "Sum") -> Series:
        """A metric of the distribution."""
        return _series(
            id, "AWS/CloudFront", metric, {"DistributionId": self.distribution, "Region": "Global"}, stat=stat
        )

    def viewers(self, id: str, metric: str) -> Series:
        """A metric of the viewer function."""
        return _series(id, "AWS/CloudFront", metric, {"FunctionName": self.viewer_function, "Region": "Global"})

    def function(self, id: str, name: str, metric: str, region: str, stat: str = "Sum") -> Series:
        """A metric of a Lambda function; a replica's has the name with its home before it (U)."""
        return _series(id, "AWS/Lambda", metric, {"FunctionName": name}, region, stat)

    def waiting(self, id: str, queue: str) -> Series:
        """How many messages wait in a queue."""
        return _series(
            id, "AWS/SQS", "ApproximateNumberOfMessagesVisible", {"QueueName": queue}, self.region, "Maximum"
        )

    def stored(self, id: str, bucket: str, metric: str, kind: str) -> Series:
        """What S3 says once a day of a bucket ("Amazon S3 daily storage metrics", read 2026-11)."""
        dimensions = {"BucketName": bucket, "StorageType": kind}
        return _series(id, "AWS/S3", metric, dimensions, self.region, "Average", f"{bucket} {metric}")

    def firewall(self, id: str, metric: str) -> Series:
        """A metric of the web ACL: all its rules."""
        return _series(id, "AWS/WAFV2", metric, {"WebACL": self.web_acl, "Rule": "ALL"})


def combined(id: str, expression: str, label: str = "", region: str = "") -> Series:
    """An expression over the others of a widget or an alarm ("Using metric math", read 2026-11)."""
    return Series(id=id, expression=expression, label=label, region=region)


def hidden(series: Series) -> Series:
    """The same, only there for an expression."""
    return replace(series, is_shown=False)


def _series(
    id: str,
    namespace: str,
    metric: str,
    dimensions: Mapping[str, str],
    region: str = cloudfront_region,
    stat: str = "Sum",
    label: str = "",
) -> Series:
    return Series(
        id=id,
        metric=metric,
        namespace=namespace,
        dimensions=tuple(dimensions.items()),
        region=region,
        stat=stat,
        label=label or metric,
    )

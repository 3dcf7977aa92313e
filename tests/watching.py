"""What alarms and dashboards of a declared stack refer to, and whether that is there: a line for each fault."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from emulator.program import Declared, Resource
from tests import metrics_emitted
from variants import errors

# What AWS emits by itself: namespace and name, and the dimensions. "Viewing CloudFront and edge function metrics" and
# aws-facts §3.12; Lambda "Types of metrics"; SQS, S3 and AWS WAF "metrics and dimensions". Read 2026-11.
of_distribution, of_function = {"DistributionId", "Region"}, {"FunctionName", "Region"}
by_default = ("Requests", "BytesDownloaded", "4xxErrorRate", "5xxErrorRate", "LambdaExecutionError")
by_default += ("LambdaValidationError", "LambdaLimitExceededError", "LambdaLimitExceededErrors")
when_additional = ("CacheHitRate", "OriginLatency", "401ErrorRate", "403ErrorRate", "404ErrorRate")
of_viewer_function = ("FunctionInvocations", "FunctionExecutionErrors", "FunctionValidationErrors", "FunctionThrottles")
aws_metrics: dict[tuple[str, str], set[str]] = {
    **{("AWS/CloudFront", name): of_distribution for name in (*by_default, *when_additional)},
    **{("AWS/CloudFront", name): of_function for name in of_viewer_function},
    **{("AWS/Lambda", name): {"FunctionName"} for name in ("Errors", "Throttles", "Duration", "Invocations")},
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible"): {"QueueName"},
    ("AWS/S3", "BucketSizeBytes"): {"BucketName", "StorageType"},
    ("AWS/S3", "NumberOfObjects"): {"BucketName", "StorageType"},
    ("AWS/WAFV2", "BlockedRequests"): {"WebACL", "Rule"},
}
alarm_type, dashboard_type = "aws:cloudwatch/metricAlarm:MetricAlarm", "aws:cloudwatch/dashboard:Dashboard"


@dataclass(frozen=True)
class Reference:
    """A metric that something refers to. `where` says what does."""

    where: str
    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]
    region: str


def faults(found: Declared, stack_name: str) -> list[str]:
    """A line for each reference to what is not there."""
    return [*_metric_faults(found, stack_name), *_expression_faults(found), *_query_faults(found)]


def references(found: Declared) -> Iterator[Reference]:
    """Every metric that an alarm or a widget names."""
    for alarm in found.of(alarm_type):
        for query in alarm.inputs["metricQueries"]:
            if metric := query.get("metric"):
                dimensions = tuple(metric["dimensions"].items())
                region = str(alarm.inputs["region"])
                yield Reference(f"alarm {alarm.name}", metric["namespace"], metric["metricName"], dimensions, region)
    for widget in widgets(found, "metric"):
        for row in widget["metrics"]:
            where = f"widget {widget['title']}"
            if isinstance(row[0], str):
                *named, options = row
                dimensions = tuple(zip(named[2::2], named[3::2], strict=True))
                yield Reference(where, named[0], named[1], dimensions, options["region"])
            elif searched := re.match(
                r"SEARCH\('\{(\w+),([\w,]+)\} MetricName=\"(\w+)\" (.*)', ", row[0]["expression"]
            ):
                namespace, names, name, rest = searched.groups()
                given = dict(re.findall(r"(\w+)=\"([^\"]+)\"", rest))
                dimensions = tuple((each, given.get(each, "*")) for each in names.split(","))
                yield Reference(where, namespace, name, dimensions, row[0]["region"])


def widgets(found: Declared, kind: str) -> list[Mapping]:
    """The properties of all widgets of a kind."""
    bodies = [json.loads(each.inputs["dashboardBody"]) for each in found.of(dashboard_type)]
    return [each["properties"] for body in bodies for each in body["widgets"] if each["type"] == kind]


def _metric_faults(found: Declared, stack_name: str) -> Iterator[str]:
    emitted = {(each.namespace, each.name): set[frozenset[str]]() for each in metrics_emitted.metrics()}
    for each in metrics_emitted.metrics():
        emitted[each.namespace, each.name].add(each.dimensions)
    for each in references(found):
        named = frozenset(name for name, _ in each.dimensions)
        is_ours = (each.namespace, each.name) in emitted
        known = (
            emitted[each.namespace, each.name]
            if is_ours
            else {frozenset(aws_metrics.get((each.namespace, each.name), ""))}
        )
        if named not in known:
            yield f"{each.where}: nothing emits {each.namespace} {each.name} by {sorted(named)}"
        for name, value in each.dimensions:
            if value not in {*_values(found, name, stack_name), "*"}:
                yield f"{each.where}: there is no {name} {value}"


def _values(found: Declared, dimension: str, stack_name: str) -> set[str]:
    """The values that a dimension can have in a declared stack."""
    functions = {str(each.inputs["name"]) for each in found.of("aws:lambda/function:Function")}
    viewers = {str(each.inputs["name"]) for each in found.of("aws:cloudfront/function:Function")}
    values: dict[str, Iterable[str]] = {
        "Stack": [stack_name],
        "Generator": re.findall(r"^name: (\S+)", "\n".join(declarations()), re.MULTILINE),
        "Code": codes(),
        "DistributionId": [each.id for each in found.of("aws:cloudfront/distribution:Distribution")],
        "Region": ["Global"],
        "FunctionName": {*functions, *viewers, *(f"us-east-1.{each}" for each in functions)},
        "QueueName": [str(each.inputs["name"]) for each in found.of("aws:sqs/queue:Queue")],
        "BucketName": [each.id for each in found.of("aws:s3/bucket:Bucket")],
        "StorageType": ["StandardStorage", "AllStorageTypes"],
        "WebACL": [str(each.inputs["visibilityConfig"]["metricName"]) for each in found.of("aws:wafv2/webAcl:WebAcl")],
        "Rule": ["ALL"],
    }
    return set(values[dimension])


def declarations() -> list[str]:
    """The generators that the dev stack is shipped with."""
    import yaml

    from tests.running import root

    texts = yaml.safe_load((root / "Pulumi.dev.yaml").read_text(encoding="utf-8"))["config"]["mirage:generators"]
    return [str(each) for each in texts]


def codes() -> set[str]:
    """The codes that the code can log: those of all its errors, and the two that are no answers of their own."""

    def below(kind: type[errors.MirageError]) -> Iterator[type[errors.MirageError]]:
        yield kind
        for each in kind.__subclasses__():
            yield from below(each)

    return {kind.code for kind in below(errors.MirageError)} | {"unforeseen", "storage-refused"}


def _expression_faults(found: Declared) -> Iterator[str]:
    """Expressions that name an id which is not beside them."""
    groups = []
    for alarm in found.of(alarm_type):
        queries = alarm.inputs["metricQueries"]
        groups.append((f"alarm {alarm.name}", [(each["id"], each.get("expression", "")) for each in queries]))
    for widget in widgets(found, "metric"):
        rows = [row[0] if isinstance(row[0], dict) else row[-1] for row in widget["metrics"]]
        groups.append((f"widget {widget['title']}", [(row["id"], row.get("expression", "")) for row in rows]))
    for where, rows in groups:
        ids = [id for id, _ in rows]
        if len(set(ids)) != len(ids):
            yield f"{where}: an id twice"
        for _, expression in rows:
            if "SEARCH" not in expression:
                named = set(re.findall(r"\b[a-z]\w*", expression))
                yield from (f"{where}: no id {each}" for each in sorted(named - set(ids)))


def _query_faults(found: Declared) -> Iterator[str]:
    """Queries of log groups that are not declared in that Region, of events or fields that no line has."""
    groups = {(each.inputs["name"], each.inputs["region"]) for each in found.of("aws:cloudwatch/logGroup:LogGroup")}
    for widget in widgets(found, "log"):
        where, query = f"widget {widget['title']}", widget["query"]
        group = re.match(r"SOURCE '([^']+)' \| ", query)[1]
        if (group, widget["region"]) not in groups:
            yield f"{where}: there is no log group {group} in {widget['region']}"
        lines = metrics_emitted.lines()
        for name, value in re.findall(r"(event|level) = '([^']+)'", query):
            if value not in {line[name] for line in lines}:
                yield f"{where}: no line has {name} {value}"
        wanted = re.findall(r"event = '([^']+)'", query)
        fields = {field for line in lines if not wanted or line["event"] in wanted for field in line}
        made = set(re.findall(r"\?<(\w+)>| as (\w+)", query))
        own = {name for pair in made for name in pair} | {"@timestamp", ""}
        asked = re.findall(r"(?:fields|by|parse) ([@\w, ]+?) ?(?:\||/|$|sort)", query)
        for name in {each.strip() for group in asked for each in group.split(",")} - own:
            if name not in fields:
                yield f"{where}: no line has {name}"


def alarms(found: Declared) -> list[Resource]:
    """The alarms of a declared stack."""
    return list(found.of(alarm_type))

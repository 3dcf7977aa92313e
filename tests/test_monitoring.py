"""Alarms, dashboard, access logs and budget: each refers to what there is, tells somebody, and is explained."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from emulator.program import Declared
from infra.names import Names
from tests import metrics_emitted, watching
from tests.declared import stack
from tests.running import root
from variants import metrics

everything = {
    "logRegions": '["eu-central-1", "us-east-1"]',
    "alarmEmails": '["ops@example.com"]',
    "monthlyBudgetUsd": "50",
    "accessLogs": "true",
    "rendersPerHour": "10000",
    "waf": "true",
}
generators = json.dumps(watching.declarations())
stacks: dict[str, dict[str, str]] = {
    "the dev stack": {"generators": generators},
    "everything, in two Regions": {**everything, "generators": generators},
    "no metrics of ours": {"metrics": "false"},
    "no Lambda@Edge": {"mode": "regional"},
    "no additional metrics, an adopted bucket": {"additionalMetrics": "false", "originalsBucket": "team-pictures"},
}
runbook = (root / "docs" / "runbook.md").read_text(encoding="utf-8")


# What the code emits


def test_every_metric_of_the_table_is_emitted_as_it_says_and_no_other() -> None:
    named = {
        (name, frozenset(dimensions), metric.unit)
        for name, metric in metrics.table.items()
        for dimensions in metric.dimensions
    }
    emitted = metrics_emitted.metrics()
    assert {(each.name, each.dimensions, each.unit) for each in emitted} == named
    assert {each.namespace for each in emitted} == {"Mirage"}


def test_the_values_are_what_happened() -> None:
    found = {(each.name, tuple(sorted(each.dimensions))): values for each, values in metrics_emitted.metrics().items()}
    assert found["Made", ("Stack",)] == {1}
    assert found["Stored", ("Stack",)] == {0, 1}
    assert found["CircuitOpen", ("Stack",)] == {0, 1}
    assert found["PurgeLagSeconds", ("Stack",)] == {8.5}
    assert found["RenderBudgetUsed", ("Stack",)] == {100.0}


def test_a_line_is_small() -> None:
    """CloudWatch bills lines by the byte: what is written of a variant is under 2 KB, of everything else under 1.5."""
    assert max(len(json.dumps(line)) for line in metrics_emitted.lines()) < 2000


def test_what_is_handed_on_writes_nothing() -> None:
    from tests.test_edge_origin_response import Bench, event, stored_headers

    bench = Bench(settings=metrics_emitted.metered)
    for status in (200, 206, 304):
        bench.respond(event(status=status, headers=stored_headers))
    assert bench.lines == []


# What refers to it


@pytest.mark.parametrize("settings", stacks.values(), ids=list(stacks))
def test_every_alarm_metric_and_widget_refers_to_what_is_emitted(settings: dict[str, str]) -> None:
    assert watching.faults(stack(**settings), "mirage-dev") == []


def test_every_metric_of_ours_is_shown() -> None:
    shown = {each.name for each in watching.references(stack(**stacks["everything, in two Regions"]))}
    assert set(metrics.table) - shown == set()


def renamed(old: str, new: str) -> Callable[[object], object]:
    def change(found: object) -> object:
        if isinstance(found, dict):
            return {name: change(value) for name, value in found.items()}
        if isinstance(found, list | tuple):
            return [change(each) for each in found]
        return re.sub(old, new, found) if isinstance(found, str) else found

    return change


wrong: dict[str, tuple[Callable[[object], object], str]] = {
    "a metric that nothing emits": (renamed(r"\bTotalMs\b", "AllMs"), "nothing emits Mirage AllMs"),
    "a metric of AWS's that there is not": (renamed("CacheHitRate", "HitRate"), "nothing emits AWS/CloudFront HitRate"),
    "another stack": (renamed("^mirage-dev$", "mirage-prod"), "there is no Stack mirage-prod"),
    "a code that no error has": (renamed("^unforeseen$", "surprise"), "there is no Code surprise"),
    "a queue that is not declared": (renamed("^mirage-dev-failed$", "mirage-dev-lost"), "no QueueName mirage-dev-lost"),
    "a function that is not declared": (renamed("us-east-1.mirage-dev-edge$", "edge"), "there is no FunctionName edge"),
    "an event that no line has": (renamed("variant-answered", "variant-made"), "no line has event variant-made"),
    "a field that no line has": (renamed("by code, key", "by code, uri"), "no line has uri"),
    "a log group that is not declared": (renamed("/aws/lambda/us-east-1", "/aws/lambda"), "there is no log group"),
    "an expression over what is not there": (renamed(r"FILL\(lag, 0\)", "FILL(late, 0)"), "no id late"),
}


@pytest.mark.parametrize(("change", "sentence"), wrong.values(), ids=list(wrong))
def test_a_wrong_reference_is_found(change: Callable[[object], object], sentence: str) -> None:
    assert any(sentence in fault for fault in watching.faults(_changed(stack(), change), "mirage-dev"))


def _changed(found: Declared, change: Callable[[object], object]) -> Declared:
    def of(each):
        if each.type == watching.alarm_type:
            return replace(each, inputs=change(copy.deepcopy(dict(each.inputs))))
        if each.type == watching.dashboard_type:
            body = json.dumps(change(json.loads(each.inputs["dashboardBody"])))
            return replace(each, inputs={**each.inputs, "dashboardBody": body})
        return each

    return replace(found, resources=tuple(map(of, found.resources)))


@pytest.mark.parametrize("settings", stacks.values(), ids=list(stacks))
def test_the_dashboard_asks_the_four_questions_and_leaves_no_field_over_another(settings: dict[str, str]) -> None:
    (found,) = stack(**settings).of(watching.dashboard_type)
    widgets = json.loads(found.inputs["dashboardBody"])["widgets"]
    asked = [each["properties"]["markdown"].partition("\n")[0] for each in widgets if each["type"] == "text"]
    assert asked == ["# Is it up?", "# Is it fast?", "# What does it cost?", "# Who abuses it?"]
    taken = [
        (x, y)
        for each in widgets
        for x in range(each["x"], each["x"] + each["width"])
        for y in range(each["y"], each["y"] + each["height"])
    ]
    assert len(taken) == len(set(taken))
    assert max(x for x, _ in taken) < 24


# Alarms


@pytest.mark.parametrize("settings", stacks.values(), ids=list(stacks))
def test_every_alarm_watches_and_tells_in_its_own_region(settings: dict[str, str]) -> None:
    found = stack(**settings)
    regions = {each.outputs["arn"]: each.inputs["region"] for each in found.of("aws:sns/topic:Topic")}
    for each in watching.alarms(found):
        assert [regions[arn] for arn in each.inputs["alarmActions"]] == [each.inputs["region"]], each.name
        assert each.inputs["okActions"] == each.inputs["alarmActions"]
        assert each.inputs["treatMissingData"] == "notBreaching"
        assert [query["id"] for query in each.inputs["metricQueries"] if query.get("returnData")] == ["e"]


def test_there_are_few_alarms_and_the_edges_are_where_it_runs() -> None:
    found = stack(**stacks["everything, in two Regions"])
    assert sorted((each.inputs["name"], each.inputs["region"]) for each in watching.alarms(found)) == [
        ("mirage-dev-5xx", "us-east-1"),
        ("mirage-dev-broken", "eu-central-1"),
        ("mirage-dev-broken", "us-east-1"),
        ("mirage-dev-budget", "eu-central-1"),
        ("mirage-dev-budget", "us-east-1"),
        ("mirage-dev-edge", "us-east-1"),
        ("mirage-dev-failed", "eu-central-1"),
        ("mirage-dev-functions", "eu-central-1"),
        ("mirage-dev-purge", "eu-central-1"),
    ]


def test_every_alarm_has_its_paragraph_in_the_runbook_and_no_paragraph_is_of_none() -> None:
    found = stack(**stacks["everything, in two Regions"])
    names = {str(each.inputs["name"]).removeprefix("mirage-dev-") for each in watching.alarms(found)} | {"cost"}
    sections = dict(re.findall(r"^## (\S+)\n(.*?)(?=^## |\Z)", runbook, re.MULTILINE | re.DOTALL))
    assert set(sections) == names
    for name, text in sections.items():
        assert "**Means.**" in text, name
        assert "**Do.**" in text, name
    for each in watching.alarms(found):
        name = str(each.inputs["name"]).removeprefix("mirage-dev-")
        assert str(each.inputs["alarmDescription"]).endswith(f"docs/runbook.md#{name}")


def test_addresses_are_told_of_every_region_and_only_aws_may_publish() -> None:
    found = stack(**everything)
    topics = {each.outputs["arn"] for each in found.of("aws:sns/topic:Topic")}
    told = found.of("aws:sns/topicSubscription:TopicSubscription")
    assert {(each.inputs["protocol"], each.inputs["endpoint"]) for each in told} == {("email", "ops@example.com")}
    assert {each.inputs["topic"] for each in told} == topics
    for each in found.of("aws:sns/topicPolicy:TopicPolicy"):
        for statement in json.loads(each.inputs["policy"])["Statement"]:
            is_service = list(statement["Principal"]) == ["Service"] if statement["Effect"] == "Allow" else True
            assert is_service
            assert statement["Resource"] == each.inputs["arn"]
            assert statement["Effect"] == "Deny" or statement["Condition"]["StringEquals"]


@pytest.mark.parametrize(
    ("settings", "gone"),
    [
        ({"alarms": "false"}, "aws:cloudwatch/metricAlarm:MetricAlarm"),
        ({"alarms": "false"}, "aws:sns/topic:Topic"),
        ({"dashboard": "false"}, "aws:cloudwatch/dashboard:Dashboard"),
        ({"additionalMetrics": "false"}, "aws:cloudfront/monitoringSubscription:MonitoringSubscription"),
        ({}, "aws:budgets/budget:Budget"),
        ({}, "aws:cloudwatch/logDelivery:LogDelivery"),
    ],
)
def test_a_setting_takes_it_away(settings: dict[str, str], gone: str) -> None:
    assert stack(**settings).of(gone) == ()


def test_a_stack_without_metrics_writes_none() -> None:
    from infra import shipped
    from infra.configuration import config
    from tests.test_config import defaults

    read = config.read({**defaults, "metrics": "false"}, region="eu-central-1")
    assert shipped.baked(read, region="eu-central-1", originals="o", variants="v").metrics_of == ""


# Rights


def test_no_role_may_put_metrics() -> None:
    for each in stack(**everything).of("aws:iam/rolePolicy:RolePolicy"):
        assert "cloudwatch:" not in str(each.inputs["policy"])


# Access logs, budget


def test_access_logs_hold_no_secret_and_go_to_a_private_bucket_that_forgets() -> None:
    found = stack(**everything)
    (delivery,) = found.of("aws:cloudwatch/logDelivery:LogDelivery")
    fields = set(delivery.inputs["recordFields"])
    assert {"c-ip", "cs-uri-stem", "sc-status", "x-edge-result-type", "time-taken"} <= fields
    assert fields & {"cs-uri-query", "cs(Cookie)", "cs-headers"} == set()
    for kind in ("logDelivery:LogDelivery", "logDeliverySource:LogDeliverySource"):
        assert found.of(f"aws:cloudwatch/{kind}")[0].inputs["region"] == "us-east-1"
    (rules,) = [
        each.inputs["rules"]
        for each in found.of("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")
        if each.name == "logs"
    ]
    assert {"id": "access-logs", "status": "Enabled", "filter": {"prefix": ""}, "expiration": {"days": 30}} in rules
    (block,) = [
        each.inputs
        for each in found.of("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock")
        if each.name == "logs"
    ]
    assert all(value is True for name, value in block.items() if name.startswith(("block", "ignore", "restrict")))


def test_only_aws_log_delivery_writes_access_logs_and_only_for_this_account() -> None:
    (policy,) = [
        json.loads(each.inputs["policy"])
        for each in stack(**everything).of("aws:s3/bucketPolicy:BucketPolicy")
        if each.name == "logs"
    ]
    allowed = [each for each in policy["Statement"] if each["Effect"] == "Allow"]
    assert {each["Principal"]["Service"] for each in allowed} == {"delivery.logs.amazonaws.com"}
    for each in allowed:
        assert each["Condition"]["StringEquals"]["aws:SourceAccount"] == "123456789012"
        assert each["Condition"]["ArnLike"] == {"aws:SourceArn": "arn:aws:logs:us-east-1:123456789012:*"}


def test_the_budget_is_of_what_is_tagged_and_tells_before_it_is_spent() -> None:
    (budget,) = stack(**everything).of("aws:budgets/budget:Budget")
    assert (budget.inputs["limitAmount"], budget.inputs["limitUnit"]) == ("50.0", "USD")
    assert budget.inputs["costFilters"] == [{"name": "TagKeyValue", "values": ["user:mirage:stack$dev"]}]
    told = [(each["notificationType"], each["threshold"]) for each in budget.inputs["notifications"]]
    assert told == [("ACTUAL", 80), ("FORECASTED", 100)]
    assert all(
        ":us-east-1:" in arn for each in budget.inputs["notifications"] for arn in each["subscriberSnsTopicArns"]
    )


def test_a_stacks_whole_name_has_room() -> None:
    names = Names(project="mirage", stack="x" * 80, account="123456789012", region="eu-central-1")
    assert len(names.whole) <= 64


# What the expressions come to

goes_off: dict[str, tuple[str, dict[str, float], bool]] = {
    "5 percent of 50 requests": ("5xx", {"5xxErrorRate": 5, "Requests": 50}, True),
    "33 percent of three requests": ("5xx", {"5xxErrorRate": 33, "Requests": 3}, False),
    "4.9 percent": ("5xx", {"5xxErrorRate": 4.9, "Requests": 9000}, False),
    "throttles, by the one spelling": ("edge", {"LambdaLimitExceededErrors": 5}, True),
    "throttles, by the other": ("edge", {"LambdaLimitExceededError": 5}, True),
    "failures and refusals together": ("edge", {"LambdaExecutionError": 3, "LambdaValidationError": 2}, True),
    "four failures": ("edge", {"LambdaExecutionError": 4}, False),
    "five throttles of the Region's function": ("functions", {"Throttles": 5}, True),
    "a message that was given up": ("failed", {"ApproximateNumberOfMessagesVisible": 1}, True),
    "empty queues": ("failed", {"ApproximateNumberOfMessagesVisible": 0}, False),
    "a purge 300 s late": ("purge", {"PurgeLagSeconds": 300}, True),
    "a purge 299 s late": ("purge", {"PurgeLagSeconds": 299}, False),
    "three purges refused": ("purge", {"PurgeFailures": 3}, True),
    "one error that nobody foresaw": ("broken", {"Errors unforeseen": 1}, True),
    "viewers' errors": ("broken", {"Errors not-found": 500}, False),
    "90 percent of the calls": ("budget", {"GeneratorBudgetUsed": 90}, True),
    "89 percent of the calls and of the renders": (
        "budget",
        {"GeneratorBudgetUsed": 89, "RenderBudgetUsed": 89},
        False,
    ),
    "90 percent of the renders": ("budget", {"RenderBudgetUsed": 90}, True),
    "an open circuit": ("budget", {"CircuitOpen": 1}, True),
    "nothing at all": ("budget", {}, False),
}


@pytest.mark.parametrize(("name", "values", "is_on"), goes_off.values(), ids=list(goes_off))
def test_an_alarm_goes_off_at_its_threshold_and_not_below(name: str, values: dict[str, float], is_on: bool) -> None:
    found = stack(**stacks["everything, in two Regions"])
    alarm = next(each for each in watching.alarms(found) if each.inputs["name"] == f"mirage-dev-{name}")
    series: dict[str, float | None] = {}
    for query in alarm.inputs["metricQueries"]:
        if metric := query.get("metric"):
            code = metric["dimensions"].get("Code")
            series[query["id"]] = values.get(f"{metric['metricName']} {code}" if code else metric["metricName"])
        else:
            # CloudWatch's metric math, as far as it is used: "Using metric math", read 2026-11.
            said = query["expression"].replace(" OR ", " or ")
            known = {"FILL": lambda value, other: other if value is None else value, "MAX": max}
            known["IF"] = lambda condition, then, other: then if condition else other
            result = eval(said, {"__builtins__": {}}, {**known, **series})
    assert (result >= alarm.inputs["threshold"]) is is_on

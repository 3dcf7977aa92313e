"""The alarms of a stack declared, and the topics that they tell: one in each Region that has alarms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra import statements
from infra.monitoring.alarms import Alarm, period_s
from infra.monitoring.watched import Series, cloudfront_region
from infra.names import Names
from infra.statements import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertingArgs:
    """`regions` are those of the alarms; `emails` are subscribed to each topic, and must be confirmed there."""

    names: Names
    regions: tuple[str, ...]
    emails: tuple[str, ...]


class Alerting(pulumi.ComponentResource):
    """Topics and alarms. An alarm can tell only a topic of its own Region ("Amazon SNS and CloudWatch alarms")."""

    def __init__(self, name: str, args: AlertingArgs) -> None:
        super().__init__("mirage:infra:Alerting", name)
        self._args = args
        self.topics = {region: self._topic(region) for region in dict.fromkeys((cloudfront_region, *args.regions))}
        self.arns: list[pulumi.Output[str]] = []
        self.register_outputs({})

    def _topic(self, region: str) -> aws.sns.Topic:
        """A topic that CloudWatch may publish to, and in CloudFront's Region AWS Budgets.

        It is not encrypted: with AWS's own key neither could publish (CloudWatch and Budgets need a key of the
        account's own), and an alarm's text is no secret.
        """
        names = self._args.names
        topic = aws.sns.Topic(
            f"alarms-{region}",
            name=names.of("alarms"),
            region=region,
            opts=pulumi.ResourceOptions(parent=self),
        )
        opts = pulumi.ResourceOptions(parent=topic)
        aws.sns.TopicPolicy(
            f"alarms-{region}", arn=topic.arn, policy=topic_policy(names, region), region=region, opts=opts
        )
        for number, email in enumerate(self._args.emails):
            aws.sns.TopicSubscription(
                f"alarms-{region}-{number}",
                topic=topic.arn,
                protocol="email",
                endpoint=email,
                region=region,
                opts=opts,
            )
        return topic

    def watch(self, alarms: Sequence[Alarm], unknown: Mapping[str, pulumi.Output[str]]) -> None:
        """Declares the alarms, each of its Region: one that moves with the edge function is another alarm.

        `unknown`: dimensions' values that only AWS knows, by what stands for them.
        """
        for each in alarms:
            found = aws.cloudwatch.MetricAlarm(
                f"alarm-{each.name}-{each.region}",
                name=self._args.names.of(each.name),
                region=each.region,
                alarm_description=f"{each.says} What to do: docs/runbook.md#{each.name}",
                comparison_operator="GreaterThanOrEqualToThreshold",
                threshold=each.threshold,
                evaluation_periods=each.periods,
                datapoints_to_alarm=each.at_least,
                treat_missing_data="notBreaching",
                metric_queries=[_query(series, each.region, unknown) for series in each.series],
                alarm_actions=[self.topics[each.region].arn],
                ok_actions=[self.topics[each.region].arn],
                opts=pulumi.ResourceOptions(parent=self),
            )
            self.arns.append(found.arn)


def _query(
    series: Series, region: str, unknown: Mapping[str, pulumi.Output[str]]
) -> aws.cloudwatch.MetricAlarmMetricQueryArgsDict:
    """A series as an alarm asks for it. Raises ValueError for a metric of another Region, which no alarm can watch."""
    if series.expression:
        return {"id": series.id, "expression": series.expression, "label": series.label or "e", "return_data": True}
    if series.region != region:
        raise ValueError(f"Expected a metric of {region}, received {series.metric} of {series.region}.")
    return {
        "id": series.id,
        "metric": {
            "namespace": series.namespace,
            "metric_name": series.metric,
            "dimensions": {name: unknown.get(value, value) for name, value in series.dimensions},
            "period": period_s,
            "stat": series.stat,
        },
    }


def topic_policy(names: Names, region: str) -> str:
    """Who may publish to a topic of alarms: CloudWatch for this account's alarms, and nobody without TLS."""
    arn = f"arn:aws:sns:{region}:{names.account}:{names.of('alarms')}"
    without_tls: Statement = {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "sns:Publish",
        "Resource": arn,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    tell = {"cloudwatch": f"arn:aws:cloudwatch:{region}:{names.account}:alarm:*"}
    if region == cloudfront_region:  # AWS Budgets is one for all Regions
        tell["budgets"] = f"arn:aws:budgets::{names.account}:*"
    return statements.document(without_tls, *(_may_publish(service, arn, names, of) for service, of in tell.items()))


def _may_publish(service: str, topic_arn: str, names: Names, source: str) -> Statement:
    return {
        "Sid": service.title(),
        "Effect": "Allow",
        "Principal": {"Service": f"{service}.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": topic_arn,
        "Condition": {"StringEquals": {"aws:SourceAccount": names.account}, "ArnLike": {"aws:SourceArn": source}},
    }

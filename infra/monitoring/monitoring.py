"""What tells how a stack fares: CloudFront's additional metrics, alarms, a budget and the dashboard."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pulumi
import pulumi_aws as aws

from infra import generators
from infra.configuration.settings import StackConfig
from infra.monitoring import alarms, dashboard, spending
from infra.monitoring.alerting import Alerting, AlertingArgs
from infra.monitoring.watched import Watched, cloudfront_region
from infra.names import Names

# What stands for the distribution's id until AWS has given it one.
any_distribution = "{distribution}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitoringArgs:
    """`stack_name`: the one that resources are tagged with. `making`: the function that makes variants, as AWS/Lambda
    calls it, and where it runs. `metrics_of`: whose metrics the functions' logs hold, empty where they hold none.
    """

    names: Names
    stack: StackConfig
    stack_name: str
    making: str
    making_regions: tuple[str, ...]
    metrics_of: str
    distribution_id: pulumi.Output[str]
    viewer_function: pulumi.Output[str]


class Monitoring(pulumi.ComponentResource):
    """All of it, as far as the stack's settings want it."""

    def __init__(self, name: str, args: MonitoringArgs) -> None:
        super().__init__("mirage:infra:Monitoring", name)
        self.watched = watched(args)
        if args.stack.additional_metrics:
            aws.cloudfront.MonitoringSubscription(
                "distribution",
                distribution_id=args.distribution_id,
                monitoring_subscription={
                    "realtime_metrics_subscription_config": {"realtime_metrics_subscription_status": "Enabled"}
                },
                opts=pulumi.ResourceOptions(parent=self),
            )
        arns = self._alert(args) if args.stack.alarms else []
        if args.stack.dashboard:
            known = pulumi.Output.all(args.distribution_id, args.viewer_function, *arns)
            aws.cloudwatch.Dashboard(
                "dashboard",
                dashboard_name=args.names.of("dashboard"),
                dashboard_body=known.apply(
                    lambda found: dashboard.dashboard(
                        replace(self.watched, distribution=found[0], viewer_function=found[1]), found[2:]
                    )
                ),
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.register_outputs({})

    def _alert(self, args: MonitoringArgs) -> list[pulumi.Output[str]]:
        """The ARNs of the alarms."""
        found = alarms.alarms(self.watched, most_5xx_percent=args.stack.alarm5xx_percent)
        regions = tuple(dict.fromkeys(each.region for each in found))
        alerting = Alerting("alerting", AlertingArgs(names=args.names, regions=regions, emails=args.stack.alarm_emails))
        alerting.watch(found, {any_distribution: args.distribution_id})
        if args.stack.monthly_budget_usd:
            spending.monthly(
                args.names,
                stack=args.stack_name,
                amount_usd=args.stack.monthly_budget_usd,
                topic_arn=alerting.topics[cloudfront_region].arn,
                parent=self,
            )
        return alerting.arns


def watched(args: MonitoringArgs) -> Watched:
    """What there is to watch in a stack, still without what only AWS knows."""
    names, stack, is_slow = args.names, args.stack, bool(generators.slow(args.stack.generators))
    queues = ("failed", "on-demand-failures") if is_slow else ("failed",)
    parts = {"original-changed": True, "on-demand": is_slow, "token": bool(stack.token_exchanges)}
    functions = [part for part, is_there in parts.items() if is_there]
    return Watched(
        stack=args.metrics_of,
        region=names.region,
        distribution=any_distribution,
        viewer_function="",
        making=args.making,
        making_regions=args.making_regions,
        working=(*map(names.of, functions), *(() if stack.mode == "edge" else (args.making,))),
        failure_queues=tuple(map(names.of, queues)),
        buckets=(stack.originals_bucket or names.bucket("originals"), names.bucket("variants")),
        generators=tuple(each.generator.name for each in stack.generators),
        generating_regions=(names.region,) if is_slow else (),
        counts_renders=bool(stack.renders_per_hour),
        has_more=stack.additional_metrics,
        web_acl=names.of("waf") if stack.waf else "",
        memory_mb=stack.memory,
    )

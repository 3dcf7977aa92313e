"""A month's money: an AWS budget of the stack's own resources, told to people before it is spent."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from infra.names import Names

# Percent of the amount: what is spent, and what AWS expects to be spent by the month's end.
spent_percent, expected_percent = 80, 100


def monthly(
    names: Names, *, stack: str, amount_usd: int, topic_arn: pulumi.Input[str], parent: pulumi.Resource
) -> aws.budgets.Budget:
    """The budget. It counts what is tagged `mirage:stack`, once the tag is activated for cost allocation."""

    def told(kind: str, percent: int) -> aws.budgets.BudgetNotificationArgsDict:
        return {
            "comparison_operator": "GREATER_THAN",
            "notification_type": kind,
            "threshold": percent,
            "threshold_type": "PERCENTAGE",
            "subscriber_sns_topic_arns": [topic_arn],
        }

    return aws.budgets.Budget(
        "cost",
        name=names.of("cost"),
        budget_type="COST",
        time_unit="MONTHLY",
        limit_amount=f"{amount_usd}.0",
        limit_unit="USD",
        cost_filters=[{"name": "TagKeyValue", "values": [f"user:mirage:stack${stack}"]}],
        notifications=[told("ACTUAL", spent_percent), told("FORECASTED", expected_percent)],
        opts=pulumi.ResourceOptions(parent=parent),
    )

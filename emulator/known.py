"""Which resource types the emulator honours; any other is named at the start."""

from __future__ import annotations

from collections.abc import Iterable

from emulator.reading import NotHonoured
from emulator.recorded import Recorded

honoured = frozenset(
    {
        "aws:cloudfront/cachePolicy:CachePolicy",
        "aws:cloudfront/distribution:Distribution",
        "aws:cloudfront/keyGroup:KeyGroup",
        "aws:cloudfront/publicKey:PublicKey",
        "aws:cloudfront/function:Function",
        "aws:cloudfront/keyValueStore:KeyValueStore",
        "aws:cloudfront/keyvaluestoreKey:KeyvaluestoreKey",
        "aws:cloudfront/originAccessControl:OriginAccessControl",
        "aws:cloudfront/originRequestPolicy:OriginRequestPolicy",
        "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy",
        "aws:cloudwatch/eventRule:EventRule",
        "aws:cloudwatch/eventTarget:EventTarget",
        "aws:iam/policy:Policy",
        "aws:iam/role:Role",
        "aws:iam/rolePolicy:RolePolicy",
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        "aws:lambda/eventSourceMapping:EventSourceMapping",
        "aws:lambda/function:Function",
        "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
        "aws:lambda/functionUrl:FunctionUrl",
        "aws:lambda/permission:Permission",
        "aws:sns/topic:Topic",
        "aws:sqs/queue:Queue",
        "aws:wafv2/webAcl:WebAcl",
    }
)
# Bucket and what is declared for buckets: `emulator.s3.buckets` reads each, or refuses it.
honoured_prefixes = ("aws:s3/", "mirage:", "pulumi:")
# They change no answer: logs are the trace lines and the workers' output, alarms and dashboards watch metrics that are
# only summed here (`GET /stats`), nobody is mailed, no bill comes, access logs are the trace lines,
# and any host name is this distribution's, without TLS.
without_effect = frozenset(
    {
        "aws:acm/certificate:Certificate",
        "aws:acm/certificateValidation:CertificateValidation",
        "aws:budgets/budget:Budget",
        "aws:cloudfront/monitoringSubscription:MonitoringSubscription",
        "aws:cloudwatch/dashboard:Dashboard",
        "aws:cloudwatch/logDelivery:LogDelivery",
        "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination",
        "aws:cloudwatch/logDeliverySource:LogDeliverySource",
        "aws:cloudwatch/logGroup:LogGroup",
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        "aws:route53/record:Record",
        "aws:sns/topicPolicy:TopicPolicy",
        "aws:sns/topicSubscription:TopicSubscription",
    }
)


def refuse_unknown(resources: Iterable[Recorded]) -> None:
    """Raises NotHonoured where a resource's type is neither honoured nor without effect."""
    unknown = sorted(
        f"{each.type} ({each.name})"
        for each in resources
        if each.type not in honoured | without_effect and not each.type.startswith(honoured_prefixes)
    )
    if unknown:
        raise NotHonoured(f"The emulator does not honour {', '.join(unknown)}.")

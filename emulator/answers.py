"""What AWS would say of a resource that was just made: ids, ARNs and host names, the same for the same program."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from pulumi.runtime import mocks

from emulator import answers_working as working
from emulator.made_up import Properties, account, digest, uuid_of

# The zone of every distribution ("Amazon CloudFront endpoints and quotas", read 2026-11).
cloudfront_zone = "Z2FDTNDATAQYW2"


class Answers(mocks.Mocks):
    """Pulumi's mocks: ids and computed outputs in an update; in a preview only what was given."""

    def __init__(self, *, region: str, is_preview: bool) -> None:
        self.region = region
        self.is_preview = is_preview

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, object]]:
        """The id and the outputs of a resource. Raises LookupError for a type that nobody taught the emulator."""
        inputs: dict[str, object] = dict(args.inputs)
        if not args.custom and not args.resource_id:
            return "", inputs
        if args.typ not in known_types:
            raise LookupError(f"The emulator knows no resource type {args.typ}, which {args.name} has.")
        if args.resource_id:
            inputs = {"bucket": args.resource_id}
        elif self.is_preview:
            return "", inputs
        region = str(inputs.get("region", self.region))
        found = known_types[args.typ](args.name, inputs, region)
        return str(found.pop("id", args.name)), {**inputs, **found}

    def call(self, args: mocks.MockCallArgs) -> dict[str, object] | tuple[dict[str, object], list[tuple[str, str]]]:  # type: ignore[override]
        """The result of an invoke, with failures where it has some. Invokes run in a preview, too."""
        if args.token == "aws:index/getRegion:getRegion":
            return {"id": self.region, "region": self.region, "name": self.region}
        if args.token == "aws:index/getCallerIdentity:getCallerIdentity":
            arn = f"arn:aws:iam::{account}:user/deployer"
            return {"accountId": account, "arn": arn, "id": account, "userId": "AIDAEXAMPLE"}
        if args.token == "aws:route53/getZone:getZone":
            return _zone(str(args.args["name"]))
        raise LookupError(f"The emulator knows no invoke {args.token}.")


def _zone(name: str) -> dict[str, object] | tuple[dict[str, object], list[tuple[str, str]]]:
    """A hosted zone: the account has every one but those below .invalid, which nobody can have (RFC 6761)."""
    if name.endswith(".invalid"):
        return {}, [("name", "no matching Route 53 Hosted Zone found")]
    found = "Z" + digest(name, 20)
    return {"zoneId": found, "id": found, "name": name, "privateZone": False}


def _certificate(name: str, inputs: Properties, region: str) -> dict[str, object]:
    domains = [str(inputs["domainName"]), *cast("list[str]", inputs.get("subjectAlternativeNames") or [])]
    arn = f"arn:aws:acm:{region}:{account}:certificate/{uuid_of(''.join(domains))}"
    options = [
        {
            "domainName": each,
            "resourceRecordName": f"_{digest(each, 32).lower()}.{each}.",
            "resourceRecordType": "CNAME",
            "resourceRecordValue": f"_{digest(each + 'value', 32).lower()}.acm-validations.aws.",
        }
        for each in reversed(domains)  # a set: in no order that the program may count on
    ]
    return {"id": arn, "arn": arn, "domainValidationOptions": options, "status": "PENDING_VALIDATION", "region": region}


def _validation(name: str, inputs: Properties, region: str) -> dict[str, object]:
    return {"id": name, "certificateArn": inputs["certificateArn"], "region": region}


def _record(name: str, inputs: Properties, region: str) -> dict[str, object]:
    return {"id": f"{inputs['zoneId']}_{inputs['name']}_{inputs['type']}", "fqdn": str(inputs["name"]).rstrip(".")}


def _bucket(name: str, inputs: Properties, region: str) -> dict[str, object]:
    bucket = str(inputs["bucket"])
    domain = f"{bucket}.s3.{region}.amazonaws.com"
    arn = f"arn:aws:s3:::{bucket}"
    return {"id": bucket, "bucket": bucket, "arn": arn, "bucketRegionalDomainName": domain, "region": region}


def _of_bucket(name: str, inputs: Properties, region: str) -> dict[str, object]:
    return {"id": str(inputs["bucket"])}


def _object(name: str, inputs: Properties, region: str) -> dict[str, object]:
    arn = f"arn:aws:s3:::{inputs['bucket']}/{inputs['key']}"
    return {"id": f"{inputs['bucket']}/{inputs['key']}", "arn": arn}


def _role(name: str, inputs: Properties, region: str) -> dict[str, object]:
    return {"id": inputs["name"], "arn": f"arn:aws:iam::{account}:role/{inputs['name']}"}


def _identity_provider(name: str, inputs: Properties, region: str) -> dict[str, object]:
    arn = f"arn:aws:iam::{account}:oidc-provider/{str(inputs['url']).removeprefix('https://')}"
    return {"id": arn, "arn": arn}


def _role_policy(name: str, inputs: Properties, region: str) -> dict[str, object]:
    return {"id": f"{inputs['role']}:{name}", "name": name}


def _viewer_function(name: str, inputs: Properties, region: str) -> dict[str, object]:
    arn = f"arn:aws:cloudfront::{account}:function/{inputs['name']}"
    return {"id": inputs["name"], "arn": arn, "etag": digest(name, 13), "status": "UNASSOCIATED"}


def _key_value_store(name: str, inputs: Properties, region: str) -> dict[str, object]:
    arn = f"arn:aws:cloudfront::{account}:key-value-store/{uuid_of(name)}"
    return {"id": inputs["name"], "arn": arn, "etag": digest(name, 13)}


def _store_key(name: str, inputs: Properties, region: str) -> dict[str, object]:
    return {"id": f"{inputs['keyValueStoreArn']},{inputs['key']}"}


def _distribution(name: str, inputs: Properties, region: str) -> dict[str, object]:
    found = "E" + digest(name, 13)
    arn = f"arn:aws:cloudfront::{account}:distribution/{found}"
    domain = f"d{digest(name, 13).lower()}.cloudfront.net"
    return {
        "id": found,
        "arn": arn,
        "domainName": domain,
        "etag": digest(name + "etag", 13),
        "status": "Deployed",
        "hostedZoneId": cloudfront_zone,
    }


def _by_uuid(name: str, inputs: Properties, region: str) -> dict[str, object]:
    return {"id": uuid_of(name), "etag": digest(name, 13)}


def _public_key(name: str, inputs: Properties, region: str) -> dict[str, object]:
    return {"id": "K" + digest(str(inputs["encodedKey"]), 13), "etag": digest(name, 13)}


def _web_acl(name: str, inputs: Properties, region: str) -> dict[str, object]:
    arn = f"arn:aws:wafv2:{region}:{account}:global/webacl/{inputs['name']}/{uuid_of(name)}"
    return {"id": uuid_of(name), "arn": arn, "capacity": 725, "region": region}


def _log_group(name: str, inputs: Properties, region: str) -> dict[str, object]:
    arn = f"arn:aws:logs:{region}:{account}:log-group:{inputs['name']}"
    return {"id": inputs["name"], "arn": arn, "region": region}


def _alarm(name: str, inputs: Properties, region: str) -> dict[str, object]:
    arn = f"arn:aws:cloudwatch:{region}:{account}:alarm:{inputs['name']}"
    return {"id": inputs["name"], "arn": arn, "region": region}


def _dashboard(name: str, inputs: Properties, region: str) -> dict[str, object]:
    arn = f"arn:aws:cloudwatch::{account}:dashboard/{inputs['dashboardName']}"
    return {"id": inputs["dashboardName"], "dashboardArn": arn}


def _log_delivery(kind: str) -> Callable[[str, Properties, str], dict[str, object]]:
    def answer(name: str, inputs: Properties, region: str) -> dict[str, object]:
        called = str(inputs.get("name") or digest(name, 16))
        return {"id": called, "name": called, "arn": f"arn:aws:logs:{region}:{account}:{kind}:{called}"}

    return answer


def _budget(name: str, inputs: Properties, region: str) -> dict[str, object]:
    arn = f"arn:aws:budgets::{account}:budget/{inputs['name']}"
    return {"id": f"{account}:{inputs['name']}", "arn": arn}


def _event_rule(name: str, inputs: Properties, region: str) -> dict[str, object]:
    arn = f"arn:aws:events:{region}:{account}:rule/{inputs['name']}"
    return {"id": inputs["name"], "arn": arn, "region": region}


def _plain(name: str, inputs: Properties, region: str) -> dict[str, object]:
    return {"id": name}


known_types: Mapping[str, Callable[[str, Properties, str], dict[str, object]]] = {
    "aws:acm/certificate:Certificate": _certificate,
    "aws:acm/certificateValidation:CertificateValidation": _validation,
    "aws:route53/record:Record": _record,
    "aws:s3/bucket:Bucket": _bucket,
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": _of_bucket,
    "aws:s3/bucketNotification:BucketNotification": _of_bucket,
    "aws:s3/bucketObjectv2:BucketObjectv2": _object,
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": _of_bucket,
    "aws:s3/bucketPolicy:BucketPolicy": _of_bucket,
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": _of_bucket,
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": _of_bucket,
    "aws:s3/bucketVersioning:BucketVersioning": _of_bucket,
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": _identity_provider,
    "aws:iam/role:Role": _role,
    "aws:iam/rolePolicy:RolePolicy": _role_policy,
    "aws:lambda/eventSourceMapping:EventSourceMapping": working.mapping,
    "aws:lambda/function:Function": working.function,
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": _plain,
    "aws:lambda/functionUrl:FunctionUrl": working.function_url,
    "aws:cloudwatch/eventRule:EventRule": _event_rule,
    "aws:cloudwatch/eventTarget:EventTarget": _plain,
    "aws:lambda/permission:Permission": _plain,
    "aws:cloudfront/cachePolicy:CachePolicy": _by_uuid,
    "aws:cloudfront/distribution:Distribution": _distribution,
    "aws:cloudfront/function:Function": _viewer_function,
    "aws:cloudfront/keyValueStore:KeyValueStore": _key_value_store,
    "aws:cloudfront/keyvaluestoreKey:KeyvaluestoreKey": _store_key,
    "aws:cloudfront/keyGroup:KeyGroup": _by_uuid,
    "aws:cloudfront/publicKey:PublicKey": _public_key,
    "aws:wafv2/webAcl:WebAcl": _web_acl,
    "aws:cloudfront/originAccessControl:OriginAccessControl": _by_uuid,
    "aws:cloudfront/originRequestPolicy:OriginRequestPolicy": _by_uuid,
    "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": _by_uuid,
    "aws:cloudwatch/logGroup:LogGroup": _log_group,
    "aws:cloudwatch/metricAlarm:MetricAlarm": _alarm,
    "aws:cloudwatch/dashboard:Dashboard": _dashboard,
    "aws:cloudwatch/logDelivery:LogDelivery": _log_delivery("delivery"),
    "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination": _log_delivery("delivery-destination"),
    "aws:cloudwatch/logDeliverySource:LogDeliverySource": _log_delivery("delivery-source"),
    "aws:cloudfront/monitoringSubscription:MonitoringSubscription": _plain,
    "aws:budgets/budget:Budget": _budget,
    "aws:sns/topicPolicy:TopicPolicy": _plain,
    "aws:sns/topicSubscription:TopicSubscription": working.subscription,
    "aws:sns/topic:Topic": working.topic,
    "aws:sqs/queue:Queue": working.queue,
}

"""What every stack promises, as rules over what its program declares: each breach is a sentence with its resource.

A rule takes a whole stack, since a promise is often kept by another resource than the one that it is about.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

from pulumi import _types as sdk_types

from emulator.program import Declared, Resource
from tests.declared import custom, listed
from tests.provider_rules import args_class

bucket_type, distribution_type = "aws:s3/bucket:Bucket", "aws:cloudfront/distribution:Distribution"
function_type, group_type = "aws:lambda/function:Function", "aws:cloudwatch/logGroup:LogGroup"
policy_types = ("aws:iam/rolePolicy:RolePolicy", "aws:s3/bucketPolicy:BucketPolicy", "aws:sns/topicPolicy:TopicPolicy")
# Condition keys have no case (IAM "Condition", read 2026-11).
source = re.compile("aws:Source(Arn|Account)", re.IGNORECASE)
Rule = Callable[[Declared], Iterator[str]]


def statements(found: Declared, *kinds: str) -> Iterator[tuple[Resource, dict]]:
    for each in found.resources:
        if each.type in (kinds or policy_types):
            for statement in json.loads(str(each.inputs["policy"]))["Statement"]:
                yield each, statement


def own_buckets(found: Declared) -> list[Resource]:
    return [each for each in found.of(bucket_type) if not each.is_external]


def beside(found: Declared, bucket: Resource, kind: str) -> dict:
    """The inputs of what is declared for a bucket, empty where nothing is."""
    of_kind = found.of(f"aws:s3/{kind[0].lower()}{kind[1:]}:{kind}")
    return next((dict(each.inputs) for each in of_kind if each.inputs["bucket"] == bucket.inputs["bucket"]), {})


def behaviors(distribution: Resource) -> Iterator[tuple[str, dict]]:
    yield "the default behavior", distribution.inputs["defaultCacheBehavior"]
    for each in distribution.inputs.get("orderedCacheBehaviors", []):
        yield f"the behavior {each['pathPattern']}", each


def no_bucket_is_public(found: Declared) -> Iterator[str]:
    switches = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    for bucket in own_buckets(found):
        block = beside(found, bucket, "BucketPublicAccessBlock")
        for switch in switches:
            if block.get(switch) is not True:
                yield f"Expected {switch} of the bucket {bucket.name}, received {block.get(switch)}."
        ownership = beside(found, bucket, "BucketOwnershipControls").get("rule", {}).get("objectOwnership")
        if ownership != "BucketOwnerEnforced":
            yield f"Expected no ACLs for the bucket {bucket.name}, received {ownership}."


def nobody_is_let_in_by_a_star(found: Declared) -> Iterator[str]:
    for each, statement in statements(found):
        if statement["Effect"] == "Allow" and "*" in json.dumps(statement.get("Principal", "")):
            yield f"Expected a principal by name in {each.name}, received {statement['Principal']}."
        for word in ("NotPrincipal", "NotAction", "NotResource"):
            if word in statement:
                yield f"Expected no {word} in {each.name}, received {statement[word]}."
    for each in found.of("aws:lambda/permission:Permission"):
        if each.inputs["principal"] == "*" or not (each.inputs.get("sourceArn") or each.inputs.get("sourceAccount")):
            yield f"Expected one source that may call by {each.name}, received {each.inputs['principal']}."
    for each in found.of("aws:lambda/functionUrl:FunctionUrl"):
        if each.inputs["authorizationType"] != "AWS_IAM":
            yield f"Expected AWS_IAM for the URL {each.name}, received {each.inputs['authorizationType']}."


def a_service_is_let_in_for_one_source(found: Declared) -> Iterator[str]:
    """A service acts for anybody's resources but where the source is named (the confused deputy)."""
    for each, statement in statements(found, *policy_types[1:]):
        if statement["Effect"] == "Allow" and not source.search(json.dumps(statement)):
            yield f"Expected aws:SourceArn or aws:SourceAccount for {statement['Principal']} in {each.name}."


def no_star_in_what_roles_may(found: Declared) -> Iterator[str]:
    for each, statement in statements(found, policy_types[0]):
        for action in listed(statement["Action"]):
            if "*" in action and statement["Effect"] == "Allow":
                yield f"Expected whole actions in the role {each.name}, received {action}."
        for resource in listed(statement["Resource"]):
            service, _, _, name = (resource.split(":", 5) + [""] * 6)[2:6]
            if not resource.startswith("arn:aws:") or name in ("", "*") or (service == "s3" and name.startswith("*")):
                yield f"Expected a resource by name in the role {each.name}, received {resource}."


def viewers_come_by_tls(found: Declared) -> Iterator[str]:
    for each in found.of(distribution_type):
        for name, behavior in behaviors(each):
            if behavior["viewerProtocolPolicy"] not in ("redirect-to-https", "https-only"):
                yield f"Expected TLS for {name} of {each.name}, received {behavior['viewerProtocolPolicy']}."
        certificate = each.inputs["viewerCertificate"]
        least = certificate.get("minimumProtocolVersion", "")
        if not certificate.get("cloudfrontDefaultCertificate") and not least.startswith(("TLSv1.2", "TLSv1.3")):
            yield f"Expected TLS 1.2 or newer for the names of {each.name}, received {least or 'nothing'}."


def origins_are_asked_by_tls_and_signed(found: Declared) -> Iterator[str]:
    for each in found.of(distribution_type):
        for origin in each.inputs["origins"]:
            if not origin.get("originAccessControlId"):
                yield f"Expected an access control for the origin {origin['originId']}, received none."
            asked = origin.get("customOriginConfig")
            if asked and (asked["originProtocolPolicy"], asked["originSslProtocols"]) != ("https-only", ["TLSv1.2"]):
                yield f"Expected TLS 1.2 to the origin {origin['originId']}, received {asked['originProtocolPolicy']}."


def buckets_refuse_what_comes_without_tls(found: Declared) -> Iterator[str]:
    for bucket in own_buckets(found):
        text = str(beside(found, bucket, "BucketPolicy").get("policy", ""))
        if not any(
            each["Effect"] == "Deny" and each.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}
            for each in (json.loads(text)["Statement"] if text else ())
        ):
            yield f"Expected the bucket {bucket.name} to refuse what comes without TLS."


def what_rests_is_encrypted(found: Declared) -> Iterator[str]:
    """Buckets and queues; CloudWatch Logs always encrypts ("Encrypt log data", read 2026-11), topics keep nothing."""
    for bucket in own_buckets(found):
        if not beside(found, bucket, "BucketServerSideEncryptionConfiguration").get("rules"):
            yield f"Expected encryption for the bucket {bucket.name}, received none."
    for each in found.of("aws:sqs/queue:Queue"):
        if not (each.inputs.get("sqsManagedSseEnabled") or each.inputs.get("kmsMasterKeyId")):
            yield f"Expected encryption for the queue {each.name}, received none."


def what_is_kept_ends(found: Declared) -> Iterator[str]:
    for each in found.of(group_type):
        if not each.inputs.get("retentionInDays"):
            yield f"Expected days after which the log group {each.name} forgets, received none."
    for bucket in own_buckets(found):
        rules = beside(found, bucket, "BucketLifecycleConfiguration").get("rules", [])
        if not any("abortIncompleteMultipartUpload" in rule for rule in rules):
            yield f"Expected half uploads to end in the bucket {bucket.name}."
        if bucket.name != "originals" and not any(rule.get("expiration") for rule in rules):
            yield f"Expected days after which the bucket {bucket.name} forgets, received none."
    for each in found.of("aws:sqs/queue:Queue"):
        if not each.inputs.get("messageRetentionSeconds"):
            yield f"Expected seconds after which the queue {each.name} forgets, received none."


def every_function_has_a_log_group_made_before_it(found: Declared) -> Iterator[str]:
    """A group that a function makes itself keeps for ever."""
    groups = {str(each.inputs["name"]) for each in found.of(group_type)}
    for each in found.of(function_type):
        name = str(each.inputs["name"])
        if not groups & {f"/aws/lambda/{name}", f"/aws/lambda/us-east-1.{name}"}:
            yield f"Expected a log group for the function {each.name}, found none."


def every_function_has_a_role_of_its_own(found: Declared) -> Iterator[str]:
    roles = [each.inputs["role"] for each in found.of(function_type)]
    for each in found.of(function_type):
        if roles.count(each.inputs["role"]) > 1:
            yield f"Expected a role of its own for the function {each.name}, received {each.inputs['role']}."


def everything_is_tagged(found: Declared) -> Iterator[str]:
    for each in custom(found):
        names = sdk_types.input_type_py_to_pulumi_names(args_class(each.type)).values()
        if "tags" in names and each.type != "aws:s3/bucketObjectv2:BucketObjectv2":
            tags = each.inputs.get("tags") or {}
            for tag in ("mirage:project", "mirage:stack"):
                if tag not in tags:
                    yield f"Expected the tag {tag} on {each.type} {each.name}, received {sorted(tags)}."


def nothing_is_forgotten_by_destroy_but_the_edges_functions(found: Declared) -> Iterator[str]:
    """CloudFront's replicas outlive the distribution; all else destroy removes."""
    for each in custom(found):
        region = each.inputs.get("region")
        if (each.inputs.get("skipDestroy") or each.inputs.get("retainOnDelete")) and region != "us-east-1":
            yield f"Expected destroy to remove {each.type} {each.name}, which it leaves behind."


promises: tuple[Rule, ...] = (
    no_bucket_is_public,
    nobody_is_let_in_by_a_star,
    a_service_is_let_in_for_one_source,
    no_star_in_what_roles_may,
    viewers_come_by_tls,
    origins_are_asked_by_tls_and_signed,
    buckets_refuse_what_comes_without_tls,
    what_rests_is_encrypted,
    what_is_kept_ends,
    every_function_has_a_log_group_made_before_it,
    every_function_has_a_role_of_its_own,
    everything_is_tagged,
    nothing_is_forgotten_by_destroy_but_the_edges_functions,
)


def originals_are_protected(found: Declared) -> Iterator[str]:
    """What a stack for the public promises besides."""
    for bucket in own_buckets(found):
        if bucket.name == "originals" and not bucket.is_protected:
            yield "Expected the bucket originals to be protected."
        if bucket.inputs.get("forceDestroy"):
            yield f"Expected destroy to refuse the bucket {bucket.name} while it has content."
        if bucket.name == "originals":
            status = beside(found, bucket, "BucketVersioning").get("versioningConfiguration", {}).get("status")
            if status != "Enabled":
                yield f"Expected versions of the originals, received {status}."

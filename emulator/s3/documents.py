"""A bucket's policy and notification: whole documents, each replaced by what is put. moto would act on them by its own
lights, so they are kept here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from xml.sax.saxutils import escape

from emulator.aws.iam import parse_policy
from emulator.s3 import notification
from emulator.s3.bucket import Bucket
from emulator.s3.bucket_policies import refuse_misfit
from emulator.s3.lifecycle import Rule
from emulator.s3.messages import S3Answer, S3Request
from emulator.s3.public_access import is_public
from emulator.s3.refusals import Refused

# S3 API "PutBucketNotificationConfiguration", read 2026-11.
unable = "Unable to validate the following destination configurations"
# What holds of every bucket here, as S3 makes them. S3 "Default encryption FAQ", "Controlling ownership of objects",
# read 2026-11.
as_ever = {
    "encryption": (
        "ServerSideEncryptionConfiguration",
        "<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm>"
        "</ApplyServerSideEncryptionByDefault><BucketKeyEnabled>false</BucketKeyEnabled></Rule>",
    ),
    "ownershipControls": (
        "OwnershipControls",
        "<Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule>",
    ),
}


def served(request: S3Request, bucket: Bucket, may_tell: Callable[[str, str], bool]) -> S3Answer | None:
    """The answer to a request for one of these documents; None for any other request. `may_tell`: see `Gate`."""
    if "policy" in request.parameters:
        return _policy(request, bucket)
    if "notification" in request.parameters:
        return _notification(request, bucket, may_tell)
    if request.method == "GET" and (fixed := next((name for name in as_ever if name in request.parameters), None)):
        return _told(*as_ever[fixed])
    if request.method == "GET" and "publicAccessBlock" in request.parameters and bucket.public_access_block:
        return _told("PublicAccessBlockConfiguration", _flags(bucket.public_access_block))
    if request.method == "GET" and "lifecycle" in request.parameters and bucket.rules:
        return _told("LifecycleConfiguration", "".join(_rule(each) for each in bucket.rules))
    return None


def _told(name: str, inner: str) -> S3Answer:
    body = f'<?xml version="1.0"?>\n<{name} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{inner}</{name}>'
    return S3Answer(status=200, headers=(("Content-Type", "application/xml"),), body=body.encode())


def _flags(found: Mapping[str, bool]) -> str:
    return "".join(f"<{name}>{str(on).lower()}</{name}>" for name, on in found.items())


def _rule(rule: Rule) -> str:
    """An enabled rule."""
    days = f"<Expiration><Days>{rule.expire_days}</Days></Expiration>" if rule.expire_days else ""
    older = rule.noncurrent_days
    noncurrent = f"<NoncurrentDays>{older}</NoncurrentDays>" if older else ""
    previous = f"<NoncurrentVersionExpiration>{noncurrent}</NoncurrentVersionExpiration>" if older else ""
    chosen = f"<Filter><Prefix>{escape(rule.prefix)}</Prefix></Filter>"
    begun = f"<DaysAfterInitiation>{rule.abort_days}</DaysAfterInitiation>"
    aborted = f"<AbortIncompleteMultipartUpload>{begun}</AbortIncompleteMultipartUpload>" if rule.abort_days else ""
    return f"<Rule><ID>{escape(rule.id)}</ID>{chosen}<Status>Enabled</Status>{days}{previous}{aborted}</Rule>"


def _policy(request: S3Request, bucket: Bucket) -> S3Answer:
    if request.method == "PUT":
        text = request.body.decode()
        try:
            policy = parse_policy(text, of_resource=True)
        except ValueError as error:
            raise Refused("MalformedPolicy", str(error)) from error
        refuse_misfit(policy, request.bucket)
        if bucket.blocks_public_policy and is_public(policy):
            raise Refused(
                "AccessDenied",
                "Public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.",
            )
        bucket.policy, bucket.policy_text = policy, text
        return S3Answer(status=204, headers=())
    if request.method == "DELETE":
        bucket.policy, bucket.policy_text = None, ""
        return S3Answer(status=204, headers=())
    if not bucket.policy_text:
        raise Refused("NoSuchBucketPolicy", told={"BucketName": request.bucket})
    return S3Answer(status=200, headers=(("Content-Type", "application/json"),), body=bucket.policy_text.encode())


def _notification(request: S3Request, bucket: Bucket, may_tell: Callable[[str, str], bool]) -> S3Answer:
    if request.method == "PUT":
        targets = notification.from_xml(request.body)
        if not all(may_tell(request.bucket, each.arn) for each in targets):
            raise Refused("InvalidArgument", unable)
        bucket.targets = targets
        return S3Answer(status=200, headers=())
    body = notification.to_xml(bucket.targets)
    return S3Answer(status=200, headers=(("Content-Type", "application/xml"),), body=body)

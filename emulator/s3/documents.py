"""A bucket's policy and notification: whole documents, each replaced by what is put. moto would act on them by its own
lights, so they are kept here."""

from __future__ import annotations

from emulator.iam import parse_policy
from emulator.s3 import notification
from emulator.s3.bucket import Bucket
from emulator.s3.messages import S3Answer, S3Request
from emulator.s3.public_access import is_public
from emulator.s3.refusals import Refused


def served(request: S3Request, bucket: Bucket) -> S3Answer | None:
    """The answer to a request for one of these documents; None for any other request."""
    if "policy" in request.parameters:
        return _policy(request, bucket)
    if "notification" in request.parameters:
        return _notification(request, bucket)
    return None


def _policy(request: S3Request, bucket: Bucket) -> S3Answer:
    if request.method == "PUT":
        text = request.body.decode()
        try:
            policy = parse_policy(text, of_resource=True)
        except ValueError as error:
            raise Refused("MalformedPolicy", str(error)) from error
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


def _notification(request: S3Request, bucket: Bucket) -> S3Answer:
    if request.method == "PUT":
        bucket.targets = notification.from_xml(request.body)
        return S3Answer(status=200, headers=())
    body = notification.to_xml(bucket.targets)
    return S3Answer(status=200, headers=(("Content-Type", "application/xml"),), body=body)

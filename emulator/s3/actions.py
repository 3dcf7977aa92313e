"""Which IAM actions an S3 request needs. AWS "Required permissions for Amazon S3 API operations", read 2026-11."""

from __future__ import annotations

from emulator.s3 import copies
from emulator.s3.messages import S3Request

# A bucket's subresources whose actions are not Get/Put/Delete + their name.
bucket_actions = {
    "cors": ("s3:GetBucketCORS", "s3:PutBucketCORS", "s3:PutBucketCORS"),
    "encryption": ("s3:GetEncryptionConfiguration", "s3:PutEncryptionConfiguration", "s3:PutEncryptionConfiguration"),
    "lifecycle": ("s3:GetLifecycleConfiguration", "s3:PutLifecycleConfiguration", "s3:PutLifecycleConfiguration"),
    "location": ("s3:GetBucketLocation", "", ""),
    "notification": ("s3:GetBucketNotification", "s3:PutBucketNotification", ""),
    "ownershipControls": (
        "s3:GetBucketOwnershipControls",
        "s3:PutBucketOwnershipControls",
        "s3:PutBucketOwnershipControls",
    ),
    "policy": ("s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"),
    "policyStatus": ("s3:GetBucketPolicyStatus", "", ""),
    "publicAccessBlock": (
        "s3:GetBucketPublicAccessBlock",
        "s3:PutBucketPublicAccessBlock",
        "s3:PutBucketPublicAccessBlock",
    ),
    "tagging": ("s3:GetBucketTagging", "s3:PutBucketTagging", "s3:PutBucketTagging"),
    "versioning": ("s3:GetBucketVersioning", "s3:PutBucketVersioning", ""),
    "uploads": ("s3:ListBucketMultipartUploads", "", ""),
    "versions": ("s3:ListBucketVersions", "", ""),
}
object_actions = {
    "acl": ("s3:GetObjectAcl", "s3:PutObjectAcl", ""),
    "attributes": ("s3:GetObjectAttributes", "", ""),
    "legal-hold": ("s3:GetObjectLegalHold", "s3:PutObjectLegalHold", ""),
    "retention": ("s3:GetObjectRetention", "s3:PutObjectRetention", ""),
    "tagging": ("s3:GetObjectTagging", "s3:PutObjectTagging", "s3:DeleteObjectTagging"),
}
of_version = {"acl", "attributes", "tagging"}  # locks have one right for all versions
columns = {"GET": 0, "HEAD": 0, "PUT": 1, "POST": 1, "DELETE": 2}


def needed(request: S3Request) -> list[tuple[str, str]]:
    """The (action, resource) pairs that the caller must have, all of them. DeleteObjects is judged key by key."""
    bucket = f"arn:aws:s3:::{request.bucket}"
    if not request.bucket:
        return [("s3:ListAllMyBuckets", "*")]
    if not request.key:
        return [(_bucket_action(request), bucket)] if "delete" not in request.parameters else []
    action, target = _object_action(request), f"{bucket}/{request.key}"
    pairs = [(action, target)]
    # AWS "How to prevent object overwrites with conditional writes", "How to perform conditional deletes"; S3 API
    # "GetObjectAttributes"; read 2026-11.
    tells_etag = request.headers.get("if-match", "*") != "*" and action in {"s3:PutObject", "s3:DeleteObject"}
    if tells_etag or "attributes" in request.parameters:
        pairs.append(("s3:GetObject", target))
    if action == "s3:PutObject":
        if "x-amz-tagging" in request.headers:
            pairs.append(("s3:PutObjectTagging", target))
        if source := copies.source(request):
            pairs.append(("s3:GetObjectVersion" if source.version else "s3:GetObject", source.arn))
    return pairs


def _bucket_action(request: S3Request) -> str:
    for name, actions in bucket_actions.items():
        if name in request.parameters and request.method in columns:
            return actions[columns[request.method]] or "s3:Unknown"
    plain = {"GET": "s3:ListBucket", "HEAD": "s3:ListBucket", "PUT": "s3:CreateBucket", "DELETE": "s3:DeleteBucket"}
    return plain.get(request.method, "s3:Unknown")


def _object_action(request: S3Request) -> str:
    parameters = request.parameters
    version = "Version" if "versionId" in parameters else ""
    for name, actions in object_actions.items():
        if name in parameters and request.method in columns:
            action = actions[columns[request.method]] or "s3:Unknown"
            return action.replace("Object", "ObjectVersion", 1) if version and name in of_version else action
    if "uploadId" in parameters:
        parts = {"GET": "s3:ListMultipartUploadParts", "DELETE": "s3:AbortMultipartUpload"}
        return parts.get(request.method, "s3:PutObject")
    if request.method == "POST":
        return "s3:RestoreObject" if "restore" in parameters else "s3:PutObject"
    plain = {"GET": "s3:GetObject", "HEAD": "s3:GetObject", "PUT": "s3:PutObject", "DELETE": "s3:DeleteObject"}
    action = plain.get(request.method, "s3:Unknown")
    return action + version if action in {"s3:GetObject", "s3:DeleteObject"} else action

"""The throw-away stack: one distribution over one empty bucket, with an edge function that does what its path says."""

from __future__ import annotations

from pathlib import Path

import pulumi
import pulumi_aws as aws

import probe
from infra import statements
from infra.bundling import zips

run = pulumi.Config().require("run")
name = f"mirage-probe-{run}"
account = aws.get_caller_identity().account_id
bucket = f"{name}-{account}"
edge_name = f"{name}-edge"  # `python -m mirage sweep --name mirage-probe-<run>` finds it by that
root = Path(probe.__file__).resolve().parents[1]  # a run deploys a copy of this folder
parts, kept = root / "probe" / "parts", root / ".mirage" / "probe"


def edge_zip() -> pulumi.FileArchive:
    """The function's zip, of one file: the same bytes each time."""
    kept.mkdir(parents=True, exist_ok=True)
    path = kept / "edge.zip"
    path.write_bytes(zips.write({"app.py": zips.plain((parts / "edge.py").read_bytes())}))
    return pulumi.FileArchive(str(path))


def function(kind: str) -> aws.cloudfront.Function:
    code = (parts / f"{kind}.js").read_text(encoding="utf-8")
    return aws.cloudfront.Function(kind, name=f"{name}-{kind}", runtime="cloudfront-js-2.0", code=code, publish=True)


store = aws.s3.Bucket("store", bucket=bucket, force_destroy=True)
blocks = dict.fromkeys(
    ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"), True
)
aws.s3.BucketPublicAccessBlock("store", bucket=store.bucket, **blocks)
text = "there " * 500  # long enough to be compressed
aws.s3.BucketObjectv2("there", bucket=store.bucket, key="a/there.txt", content=text, content_type="text/plain")
role = aws.iam.Role(
    "edge", name=edge_name, assume_role_policy=statements.trust("lambda.amazonaws.com", "edgelambda.amazonaws.com")
)
edge = aws.lambda_.Function(
    "edge",
    name=edge_name,
    region="us-east-1",
    role=role.arn,
    runtime="python3.13",
    architectures=["x86_64"],
    handler="app.handler",
    code=edge_zip(),
    memory_size=128,
    timeout=30,
    publish=True,
    skip_destroy=True,  # replicas outlive the distribution by hours
)
policy = aws.cloudfront.CachePolicy(
    "probe",
    name=name,
    min_ttl=0,
    default_ttl=0,
    max_ttl=3600,
    parameters_in_cache_key_and_forwarded_to_origin={
        "cookies_config": {"cookie_behavior": "none"},
        "headers_config": {"header_behavior": "none"},
        "query_strings_config": {"query_string_behavior": "none"},
        "enable_accept_encoding_gzip": True,
        "enable_accept_encoding_brotli": True,
    },
)
control = aws.cloudfront.OriginAccessControl(
    "store",
    name=name,
    origin_access_control_origin_type="s3",
    signing_behavior="always",
    signing_protocol="sigv4",
)
domain = f"{bucket}.s3.{aws.get_region().region}.amazonaws.com"
before, after = function("request"), function("response")
behavior = {
    "target_origin_id": "a",
    "viewer_protocol_policy": "redirect-to-https",
    "allowed_methods": ["GET", "HEAD"],
    "cached_methods": ["GET", "HEAD"],
    "cache_policy_id": policy.id,
    "compress": True,
    "function_associations": [
        {"event_type": "viewer-request", "function_arn": before.arn},
        {"event_type": "viewer-response", "function_arn": after.arn},
    ],
}
made = behavior | {
    "lambda_function_associations": [{"event_type": "origin-response", "lambda_arn": edge.qualified_arn}]
}
cdn = aws.cloudfront.Distribution(
    "cdn",
    enabled=True,
    comment=name,
    price_class="PriceClass_100",
    cache_tag_config={"header_name": "x-amz-meta-cache-tag"},
    origins=[
        {"origin_id": place, "domain_name": domain, "origin_path": f"/{place}", "origin_access_control_id": control.id}
        for place in ("a", "b")
    ],
    origin_groups=[
        {
            "origin_id": "both",
            "failover_criteria": {"status_codes": [404]},
            "members": [{"origin_id": "a"}, {"origin_id": "b"}],
        }
    ],
    default_root_object="there.txt",
    custom_error_responses=[
        {"error_code": 405, "response_code": 405, "response_page_path": "/there.txt", "error_caching_min_ttl": 0}
    ],
    default_cache_behavior=made,
    ordered_cache_behaviors=[
        {**behavior, "path_pattern": "/there.txt"},
        {**made, "path_pattern": "/group/*", "target_origin_id": "both"},
    ],
    restrictions={"geo_restriction": {"restriction_type": "none"}},
    viewer_certificate={"cloudfront_default_certificate": True},
    opts=pulumi.ResourceOptions(depends_on=[store]),
)
readable = cdn.arn.apply(
    lambda arn: statements.document(statements.tls_only(bucket), *statements.cloudfront_reads(bucket, ["*"], arn))
)
aws.s3.BucketPolicy("store", bucket=store.bucket, policy=readable)
pulumi.export("url", pulumi.Output.concat("https://", cdn.domain_name))
pulumi.export("distributionId", cdn.id)
pulumi.export("originalsBucket", bucket)
pulumi.export("variantsBucket", bucket)

"""Whose mutants are made: the files that hold the emulator's rights, header rules and limits, each with the tests that
look at it, the quick ones first."""

from __future__ import annotations

from collections.abc import Sequence

gate = ("tests/test_s3_rights.py", "tests/test_emulator_gate.py")
events = (*gate, "tests/test_emulator_events.py")
edge = (
    "tests/test_cloudfront_header_rules.py",
    "tests/test_cloudfront_function_answers.py",
    "tests/test_cloudfront_limits.py",
    "tests/test_cloudfront_vectors.py",
)
refusals = ("tests/test_cloudfront_declared.py", "tests/test_declarations.py", "tests/test_emulator_refusals.py")
queues = ("tests/test_messages.py", "tests/test_emulator_queues.py", "tests/test_queue_limits.py")
urls = ("tests/test_function_url_payload.py", "tests/test_function_urls.py")
apis = (
    *(
        "tests/test_messages.py",
        "tests/test_emulator_apis.py",
        "tests/test_aws_doors.py",
        "tests/test_cloudfront_api.py",
    ),
    "tests/test_emulator_aws_api.py",
)
environment = ("tests/test_lambda_environment.py",)
lambdas = ("tests/test_emulator_lambda.py",)
viewer = ("tests/test_viewer_runtime.py", "tests/test_viewer_compute.py")

rights: dict[str, Sequence[str]] = {
    "emulator/aws/iam.py": ("tests/test_emulator_iam.py",),
    "emulator/aws/iam_conditions.py": ("tests/test_emulator_iam.py",),
    "emulator/aws/roles.py": ("tests/test_emulator_roles.py", "tests/test_emulator_iam.py"),
    "emulator/aws/origin_access.py": apis,
    "emulator/aws/api.py": apis,
    "emulator/aws/signatures.py": (*apis, *urls),
    "emulator/aws/json_api.py": apis,
    "emulator/aws/sqs_api.py": queues,
    "emulator/aws/topics.py": queues,
    "emulator/aws/lambda_api.py": apis,
    "emulator/aws/secrets_api.py": apis,
    "emulator/aws/log_rights.py": apis,
    "emulator/aws/cloudfront_api.py": apis,
    "emulator/aws/key_value_api.py": ("tests/test_key_value_api.py",),
    "emulator/aws/s3_control.py": ("tests/test_purge_thousands.py",),
    "emulator/s3/gate.py": ("tests/test_aws_doors.py", *events),
    "emulator/s3/rights.py": gate,
    "emulator/s3/actions.py": ("tests/test_s3_rights.py",),
    "emulator/s3/messages.py": gate,
    "emulator/s3/conditions.py": ("tests/test_s3_writes.py", *gate),
    "emulator/s3/copies.py": ("tests/test_s3_writes.py", *gate),
    "emulator/s3/tags.py": ("tests/test_s3_writes.py", *gate),
    "emulator/s3/reads.py": ("tests/test_s3_reads.py", *gate),
    "emulator/s3/uploads.py": ("tests/test_s3_bodies.py", *gate),
    "emulator/s3/deletion.py": ("tests/test_s3_bodies.py", *gate),
    "emulator/s3/public_access.py": ("tests/test_s3_reads.py", *gate),
    "emulator/s3/parts.py": gate,
    "emulator/s3/honoured.py": gate,
    "emulator/s3/bucket_policies.py": gate,
    "emulator/s3/buckets.py": refusals,
    "emulator/function_urls/declared.py": urls,
    "emulator/function_urls/door.py": urls,
    "emulator/function_urls/origin.py": urls,
    "emulator/function_urls/payload.py": urls,
    "emulator/cloudfront/trust.py": ("tests/test_cloudfront_trust.py", "tests/test_signed_urls.py"),
    "emulator/cloudfront/declared_keys.py": refusals,
}
header_rules: dict[str, Sequence[str]] = {
    "emulator/cloudfront/edge_rules.py": edge,
    "emulator/cloudfront/edge_event.py": edge,
    "emulator/cloudfront/viewer_event.py": edge,
    "emulator/cloudfront/viewer_side.py": edge,
    "emulator/cloudfront/response_event.py": edge,
    "emulator/cloudfront/response_policy.py": edge,
    "emulator/cloudfront/origin_side.py": edge,
    "emulator/cloudfront/headers.py": edge,
    "emulator/cloudfront/key.py": edge,
    "emulator/cloudfront/admission.py": (*edge, "tests/test_cloudfront_trust.py"),
    "emulator/cloudfront/sending.py": edge,
    "emulator/cloudfront/declared_policies.py": refusals,
    "emulator/cloudfront/declared_headers.py": refusals,
}
limits: dict[str, Sequence[str]] = {
    "emulator/quotas.py": ("tests/test_quotas.py",),
    "emulator/cloudfront/copies.py": edge,
    "emulator/cloudfront/compression.py": edge,
    "emulator/cloudfront/freshness.py": edge,
    "emulator/cloudfront/cuts.py": edge,
    "emulator/cloudfront/paths.py": edge,
    "emulator/cloudfront/layer.py": edge,
    "emulator/cloudfront/front.py": edge,
    "emulator/cloudfront/declared.py": refusals,
    "emulator/cloudfront/declared_behaviors.py": refusals,
    "emulator/cloudfront/declared_origins.py": refusals,
    "emulator/aws/functions.py": refusals,
    "emulator/s3/listing.py": gate,
    "emulator/aws/delivery.py": ("tests/test_emulator_asynchronous.py", *events),
    "emulator/aws/queues.py": queues,
    "emulator/aws/event_sources.py": queues,
    "emulator/lambdas/environment.py": environment,
    "emulator/lambdas/spec.py": environment,
    "emulator/lambdas/unpack.py": lambdas,
    "emulator/lambdas/invocation.py": lambdas,
    "emulator/lambdas/service.py": lambdas,
    "emulator/lambdas/runtime_api.py": lambdas,
    "emulator/lambdas/worker.py": lambdas,
    "emulator/lambdas/bootstrap.py": lambdas,
    "emulator/lambdas/edge_replica.py": lambdas,
    "emulator/viewer/functions.py": (*viewer, *refusals),
    "emulator/viewer/runtime.py": viewer,
    "emulator/viewer/compute.py": viewer,
    "emulator/viewer/language.py": viewer,
}
suites = rights | header_rules | limits

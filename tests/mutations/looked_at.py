"""Whose mutants are made: the files that hold the emulator's rights, header rules and limits, each with the tests that
look at it, the quick ones first."""

from __future__ import annotations

from collections.abc import Sequence

gate = ("tests/test_emulator_gate.py", "tests/test_emulator_iam.py")
events = (*gate, "tests/test_emulator_events.py")
edge = ("tests/test_cloudfront_header_rules.py", "tests/test_cloudfront_limits.py", "tests/test_cloudfront_vectors.py")
refusals = ("tests/test_cloudfront_declared.py", "tests/test_emulator_refusals.py")
queues = ("tests/test_emulator_queues.py", "tests/test_queue_limits.py")
urls = ("tests/test_function_url_payload.py", "tests/test_function_urls.py")
apis = ("tests/test_emulator_aws_api.py", "tests/test_cloudfront_api.py")
lambdas = ("tests/test_emulator_lambda.py",)
chain = ("tests/test_emulator_rights.py", "tests/test_emulator_rights_each.py")
viewer = ("tests/test_viewer_runtime.py", "tests/test_viewer_compute.py")
bridge = ("tests/test_event_bridge.py",)

rights: dict[str, Sequence[str]] = {
    "emulator/aws/iam.py": gate,
    "emulator/aws/iam_conditions.py": gate,
    "emulator/aws/roles.py": (*gate, *refusals),
    "emulator/aws/origin_access.py": chain,
    "emulator/aws/api.py": (*apis, *queues, *chain),
    "emulator/aws/signatures.py": (*apis, *urls, "tests/test_emulator_administrator.py"),
    "emulator/aws/credentials.py": (*apis, *chain),
    "emulator/aws/json_api.py": chain,
    "emulator/aws/sqs_api.py": (*queues, *chain),
    "emulator/aws/topics.py": (*queues, *chain),
    "emulator/aws/lambda_api.py": chain,
    "emulator/aws/secrets_api.py": chain,
    "emulator/aws/log_rights.py": chain,
    "emulator/aws/cloudfront_api.py": (*apis, *chain),
    "emulator/aws/key_value_api.py": ("tests/test_emulator_administrator.py",),
    "emulator/aws/s3_control.py": ("tests/test_purge_thousands.py",),
    "emulator/s3/gate.py": events,
    "emulator/s3/rights.py": gate,
    "emulator/s3/actions.py": gate,
    "emulator/s3/messages.py": gate,
    "emulator/s3/reads.py": gate,
    "emulator/s3/uploads.py": events,
    "emulator/s3/deletion.py": events,
    "emulator/s3/public_access.py": gate,
    "emulator/s3/buckets.py": (*refusals, *chain),
    "emulator/function_urls/declared.py": urls,
    "emulator/function_urls/door.py": urls,
    "emulator/function_urls/origin.py": urls,
    "emulator/function_urls/payload.py": urls,
    "emulator/cloudfront/trust.py": ("tests/test_cloudfront_trust.py", "tests/test_cloudfront_published.py"),
    "emulator/cloudfront/declared_keys.py": ("tests/test_cloudfront_trust.py", *refusals),
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
    "emulator/cloudfront/declared_policies.py": refusals,
}
limits: dict[str, Sequence[str]] = {
    "emulator/quotas.py": ("tests/test_quotas.py",),
    "emulator/cloudfront/copies.py": edge,
    "emulator/cloudfront/compression.py": edge,
    "emulator/cloudfront/declared.py": refusals,
    "emulator/cloudfront/declared_origins.py": refusals,
    "emulator/aws/functions.py": (*refusals, *chain),
    "emulator/aws/queues.py": queues,
    "emulator/aws/event_sources.py": queues,
    "emulator/lambdas/environment.py": lambdas,
    "emulator/lambdas/spec.py": lambdas,
    "emulator/lambdas/unpack.py": lambdas,
    "emulator/lambdas/invocation.py": lambdas,
    "emulator/lambdas/service.py": lambdas,
    "emulator/lambdas/runtime_api.py": lambdas,
    "emulator/lambdas/worker.py": lambdas,
    "emulator/lambdas/bootstrap.py": lambdas,
    "emulator/lambdas/edge_replica.py": (*lambdas, "tests/test_emulator_functions.py"),
    "emulator/viewer/functions.py": (*viewer, *refusals),
    "emulator/viewer/runtime.py": viewer,
    "emulator/viewer/compute.py": viewer,
}
suites = rights | header_rules | limits

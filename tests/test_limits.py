"""What the product takes for AWS's limits is what the emulator holds it to: each is a quota, which has its case."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

from emulator import quotas

root = Path(__file__).parent.parent
# A limit of AWS's as it is.
same = {
    "edge.cloudfront.max_response_bytes": "edge_origin_response_max_bytes",
    "infra.access.max_trusted_keys": "keys_of_group_max",
    "infra.bundling.bundle.max_zip_bytes": "lambda_zip_max_bytes",
    "infra.configuration.credentials.max_value_bytes": "kvs_value_max_bytes",
    "infra.configuration.header_rules.most_headers": "policy_names_max",
    "infra.configuration.routes.max_value_bytes": "kvs_value_max_bytes",
    "infra.freshness.notes.kept_s": "sqs_retention_max_s",
    "infra.functions.on_demand.failures_kept_s": "sqs_retention_max_s",
    "infra.statements.most_role_chars": "iam_role_policies_max_chars",
    "infra.viewer.composing.max_code_bytes": "viewer_function_max_bytes",
    "mirage.bucket.keys_per_delete": "s3_delete_max_keys",
    "mirage.checkups.function_max_bytes": "viewer_function_max_bytes",
    "mirage.checkups.store_max_bytes": "kvs_store_max_bytes",
    "origin.aws.keys_per_delete": "s3_delete_max_keys",
    "origin.function_url.max_answer_bytes": "lambda_payload_max_bytes",
    "origin.purging.most_in_a_batch": "invalidation_items_max",
    "origin.telling.most_subject": "sns_subject_max_chars",
    "variants.secrets.names_per_call": "parameters_max",
    "variants.siblings.most_listed": "s3_list_max_keys",
}
# A limit of ours, below AWS's.
below = {
    "infra.access.most_rules": "behaviors_max",
    "infra.functions.on_demand.timeout_s": "lambda_timeout_max_s",
    "mirage.removal.items_per_batch": "invalidation_items_max",
    "variants.declared.longest_s": "lambda_timeout_max_s",
    "variants.wiring.longest_s": "edge_origin_timeout_s",
}
# Of these AWS's pages give a number, and none that refuses anything here: a rate, a name's length, a sum.
without_quota = {
    "infra.configuration.exchanges.most_exchanges",
    "infra.names.max_bucket_name",
    "infra.names.max_name",
    "variants.aws_json.most_bytes",
    "mirage.checkups_aws.usual_concurrency",
    "variants.secrets.tries",
}
speaks = re.compile(r"uota|at most|at the most")
said = re.compile(r"^#(?P<why>.*(?:\n#.*)*)\n(?P<name>\w+) = ", re.MULTILINE)


def value(path: str) -> object:
    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(module), name)


@pytest.mark.parametrize("path", same)
def test_a_limit_of_awss_is_the_quota(path: str) -> None:
    assert value(path) == getattr(quotas, same[path])


@pytest.mark.parametrize("path", below)
def test_a_limit_of_ours_is_below_the_quota(path: str) -> None:
    assert value(path) < getattr(quotas, below[path])


def test_no_limit_of_awss_stands_without_its_quota() -> None:
    """Every constant of the product whose comment speaks of a limit and of where it was read."""
    found = {
        f"{'.'.join(path.relative_to(root).with_suffix('').parts)}.{each['name']}"
        for folder in ("variants", "edge", "origin", "infra", "mirage")
        for path in (root / folder).rglob("*.py")
        for each in said.finditer(path.read_text(encoding="utf-8"))
        if speaks.search(each["why"]) and re.search(r"read 2026|aws-facts|CF:", each["why"])
    }
    assert found - {*same, *below, *without_quota} == set()

"""Each quota of the emulator is held by a case of tests/vectors/aws, or by a test that is named here."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path

import pytest

from emulator import quotas
from emulator.switches import Switches

root = Path(__file__).parent.parent
all_cases = [
    case
    for path in sorted((root / "tests" / "vectors" / "aws").glob("*.json"))
    for case in json.loads(path.read_text(encoding="utf-8"))
]
cases = {case["name"] for case in all_cases}
usual = Switches()
tests = "".join(path.read_text(encoding="utf-8") for path in (root / "tests").glob("test_[!q]*.py"))
held_by = {
    "url_max_bytes": "a URL of more than 8,192 bytes is a 414",
    "request_headers_max_bytes": "headers of more than 32 KB are a 494",
    "behaviors_max": "75 behaviors and no more",
    "keys_of_group_max": "five keys of a group and no more",
    "origins_max": "100 origins and no more",
    "policy_names_max": "ten names of a policy and no more",
    "origin_groups_max": "ten origin groups and no more",
    "origin_read_timeout_s": "a response timeout of 120 s and no more",
    "custom_headers_of_origin_max": "thirty custom headers of an origin and no more",
    "custom_header_name_max_chars": "a custom header's name of 256 characters and no more",
    "custom_header_value_max_chars": "a custom header's value of 1,783 characters and no more",
    "custom_headers_max_chars": "custom headers of 10,240 characters and no more",
    "path_pattern_max_chars": "a pattern of 255 characters and no more",
    "key_groups_of_behavior_max": "four key groups of a behavior and no more",
    "cache_tags_max": "the tags after the fiftieth are not recorded",
    "cache_tag_max_chars": "a tag of more than 256 characters is not recorded",
    "edge_origin_response_max_bytes": "headers count with the body",
    "compressed_min_bytes": "less than 1,000 bytes is not compressed",
    "compressed_max_bytes": "more than 10,000,000 bytes is not compressed",
    "edge_origin_timeout_s": "thirty seconds at the edge and no more",
    "invalidation_path_max_chars": "an invalidation's path has 4,000 characters and no more",
    "invalidation_items_max": "an invalidation has 3,000 items and no more",
    "viewer_function_max_bytes": "a viewer function of 10 KB and no more",
    "viewer_function_memory_max_bytes": "more memory than two megabytes is an execution error",
    "lambda_zip_max_bytes": "test_a_zip_above_fifty_megabytes_is_refused",
    "lambda_unzipped_max_bytes": "test_a_zip_that_unpacks_to_more_than_allowed_is_refused",
    "lambda_payload_max_bytes": "a result above six megabytes is an error",
    "lambda_environment_max_bytes": "variables of more than four kilobytes are refused",
    "lambda_memory_min_mb": "128 MB of memory and no less",
    "lambda_memory_max_mb": "10,240 MB of memory and no more",
    "lambda_timeout_max_s": "fifteen minutes in a Region and no more",
    "s3_key_max_bytes": "a key of 1,025 bytes is too long",
    "s3_metadata_max_bytes": "metadata above two kilobytes is refused",
    "s3_delete_max_keys": "DeleteObjects takes at most a thousand keys",
    "s3_list_max_keys": "a listing has a thousand keys at most",
    "s3_tag_key_max_chars": "a tag has a name of 128 letters at most",
    "s3_tag_value_max_chars": "a tag has a name of 128 letters at most",
    "iam_role_policies_max_chars": "test_a_role_has_room_for_so_many_characters_of_policies",
    "iam_trust_policy_max_chars": "test_a_trust_policy_has_room_for_so_many_characters",
    "sqs_delay_max_s": "a delay of 900 s and no more",
    "sqs_visibility_max_s": "a visibility timeout of 12 hours and no more",
    "sqs_retention_min_s": "60 s of retention and no less",
    "sqs_retention_max_s": "14 days of retention and no more",
    "sqs_message_max_bytes": "a message of one megabyte and no more",
    "sqs_batch_max": "ten entries of a batch and no more",
    "event_source_batch_max": "a batch of 10,000 and no more",
    "event_source_batch_without_window_max": "a batch above ten with a window and not without",
    "event_source_window_max_s": "a window of five minutes and no more",
    "event_source_concurrency": "a concurrency of two and no less",
    "sns_message_max_bytes": "a notification of 256 KB and no more",
    "sns_subject_max_chars": "a subject of 100 characters and no more",
    "kvs_key_max_bytes": "a key of 512 bytes and no more",
    "kvs_value_max_bytes": "a value of 1 KB and no more",
    "kvs_store_max_bytes": "test_the_bounds_of_a_store_are_those_of_the_page",
    "kvs_update_max_keys": "test_the_bounds_of_a_store_are_those_of_the_page",
    "event_max_bytes": "an event of one megabyte and no more",
    "event_retries": "two retries of an event and no more",
    "event_age_s": "an event of six hours and no older",
    "parameters_max": "ten parameters at once and no more",
    "firewall_rate": "a rate of ten requests and no less",
    "firewall_windows_s": "a rate's window is one of four",
    "origin_connection_attempts": "three connection attempts and no more",
    "origin_connection_timeout_s": "a connection timeout of ten seconds and no more",
}


def test_every_case_says_its_rule_source_date_and_certainty() -> None:
    for case in all_cases:
        assert {"name", "rule", "source", "date", "certainty"} <= case.keys(), case
        assert case["certainty"] in ("documented", "derived", "unknown"), case["name"]


# As AWS's pages print them, in bytes, seconds and counts.
as_printed = {
    "url_max_bytes": 8_192,
    "request_headers_max_bytes": 32_768,
    "behaviors_max": 75,
    "origins_max": 100,
    "policy_names_max": 10,
    "custom_headers_of_origin_max": 30,
    "custom_header_name_max_chars": 256,
    "custom_header_value_max_chars": 1_783,
    "custom_headers_max_chars": 10_240,
    "path_pattern_max_chars": 255,
    "key_groups_of_behavior_max": 4,
    "cache_tags_max": 50,
    "cache_tag_max_chars": 256,
    "edge_origin_response_max_bytes": 1_048_576,
    "edge_origin_timeout_s": 30,
    "invalidation_path_max_chars": 4_000,
    "invalidation_items_max": 3_000,
    "compressed_min_bytes": 1_000,
    "compressed_max_bytes": 10_000_000,
    "viewer_function_max_bytes": 10_240,
    "viewer_function_memory_max_bytes": 2_097_152,
    "kvs_key_max_bytes": 512,
    "kvs_value_max_bytes": 1_024,
    "kvs_store_max_bytes": 5_242_880,
    "kvs_update_max_keys": 50,
    "lambda_zip_max_bytes": 52_428_800,
    "lambda_unzipped_max_bytes": 262_144_000,
    "lambda_payload_max_bytes": 6_291_456,
    "lambda_environment_max_bytes": 4_096,
    "lambda_memory_min_mb": 128,
    "lambda_memory_max_mb": 10_240,
    "lambda_timeout_max_s": 900,
    "s3_key_max_bytes": 1_024,
    "s3_metadata_max_bytes": 2_048,
    "s3_delete_max_keys": 1_000,
    "s3_list_max_keys": 1_000,
    "s3_tag_key_max_chars": 128,
    "s3_tag_value_max_chars": 256,
    "iam_role_policies_max_chars": 10_240,
    "iam_trust_policy_max_chars": 2_048,
    "sqs_delay_max_s": 900,
    "sqs_visibility_max_s": 43_200,
    "sqs_retention_min_s": 60,
    "sqs_retention_max_s": 1_209_600,
    "sqs_message_max_bytes": 1_048_576,
    "sqs_batch_max": 10,
    "event_source_batch_max": 10_000,
    "event_source_batch_without_window_max": 10,
    "event_source_window_max_s": 300,
    "event_source_concurrency": (2, 1000),
    "sns_message_max_bytes": 262_144,
    "sns_subject_max_chars": 100,
    "keys_of_group_max": 5,
    "origin_groups_max": 10,
    "origin_read_timeout_s": (1, 120),
    "event_max_bytes": 1_048_576,
    "event_retries": (0, 2),
    "event_age_s": (60, 21_600),
    "parameters_max": 10,
    "firewall_rate": (10, 2_000_000_000),
    "firewall_windows_s": (60, 120, 300, 600),
    "origin_connection_attempts": (1, 3),
    "origin_connection_timeout_s": (1, 10),
}


def test_a_quota_is_what_awss_page_prints() -> None:
    assert {name: getattr(quotas, name) for name in held_by} == as_printed


@pytest.mark.parametrize("name", [name for name in vars(quotas) if not name.startswith("_") and name != "annotations"])
def test_a_quota_is_held_by_a_case(name: str) -> None:
    held = held_by[name]
    assert held in cases or f'"{held}"' in tests or f"def {held}(" in tests


def test_every_quota_says_where_and_when_it_was_read() -> None:
    text = (root / "emulator" / "quotas.py").read_text(encoding="utf-8")
    for block in re.split(r"\n\n(?=#)", text)[1:]:
        assert "read 2026-" in block, block


def test_every_switch_is_tried_both_ways() -> None:
    """A case of tests/vectors/aws sets it to another value than its own; all other cases run with its own."""
    tried = {
        name for case in all_cases for name, value in case.get("switches", {}).items() if value != getattr(usual, name)
    }
    assert {each.name for each in fields(Switches)} - tried == set()


# What no answer of this project comes to.
without_bearing = [
    "a quoted or malformed age counts as absent",
    "a version that never was is told to whoever may not list",
]


def test_what_nobody_knows_is_a_switch() -> None:
    """A case of an unknown rule has its counterpart, of the same source, that a switch brings about."""
    unknown = [case for case in all_cases if case["certainty"] == "unknown"]
    switched = {case["source"] for case in unknown if "switches" in case}
    open_ones = [case["name"] for case in unknown if "switches" not in case and case["source"] not in switched]
    assert open_ones == without_bearing


def test_every_switch_says_why() -> None:
    """Above each switch stands its reason; two that belong together share one."""
    lines = (root / "emulator" / "switches.py").read_text(encoding="utf-8").splitlines()
    places = [at for at, line in enumerate(lines) if re.match(r"    [a-z_]+: (bool|str) = ", line)]
    assert len(places) >= 10
    for at in places:
        assert lines[at - 1].startswith("    # ") or at - 1 in places, lines[at]

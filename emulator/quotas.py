"""Every quota that the emulator holds a stack to, each with its source and the date it was read."""

from __future__ import annotations

# CloudFront. AWS "Quotas" (CloudFront developer guide), read 2026-11.
url_max_bytes = 8_192
request_headers_max_bytes = 32_768  # 20,480 before 2026
behaviors_max = 75
origins_max = 100
policy_names_max = 10  # headers, cookies or query strings of one policy
custom_headers_of_origin_max = 30
custom_header_name_max_chars = 256
custom_header_value_max_chars = 1_783
custom_headers_max_chars = 10_240  # all names and values of an origin's
path_pattern_max_chars = 255  # "Distribution settings: path pattern"
key_groups_of_behavior_max = 4
cache_tags_max = 50
cache_tag_max_chars = 256
edge_origin_response_max_bytes = 1_048_576  # "1 MB", headers and body; AWS "Quotas on Lambda@Edge", read 2026-11
edge_origin_timeout_s = 30  # the same page

# Invalidations. AWS "Quotas on invalidations" and "Specify the files to invalidate", read 2026-11.
invalidation_path_max_chars = 4_000
invalidation_items_max = 3_000  # in one batch: BatchTooLarge beyond

# Compression. AWS "Serve compressed files", read 2026-11.
compressed_min_bytes = 1_000
compressed_max_bytes = 10_000_000

# CloudFront Functions. AWS "Quotas on CloudFront Functions", read 2026-11.
viewer_function_max_bytes = 10_240
viewer_function_memory_max_bytes = 2 * 1024 * 1024

# KeyValueStores. AWS "Quotas on key value stores", read 2026-11.
kvs_key_max_bytes = 512
kvs_value_max_bytes = 1_024
kvs_store_max_bytes = 5 * 1024 * 1024  # keys and values
kvs_update_max_keys = 50  # put or deleted by one UpdateKeys; its 3 MB can't be reached with so many

# Lambda. AWS "Lambda quotas", read 2026-11.
lambda_zip_max_bytes = 50 * 1024 * 1024  # a direct upload, and Lambda@Edge
lambda_unzipped_max_bytes = 250 * 1024 * 1024
lambda_payload_max_bytes = 6 * 1024 * 1024  # request and response, synchronous
lambda_environment_max_bytes = 4_096  # all variables of a function
lambda_memory_min_mb = 128
lambda_memory_max_mb = 10_240
lambda_timeout_max_s = 900

# Events for a function. AWS "Lambda quotas", API "PutFunctionEventInvokeConfig", read 2026-11.
event_max_bytes = 1_048_576
event_retries = (0, 2)
event_age_s = (60, 21_600)

# Parameters. AWS API "GetParameters" (Systems Manager), read 2026-11.
parameters_max = 10

# AWS WAF. API "RateBasedStatement", read 2026-11.
firewall_rate = (10, 2_000_000_000)
firewall_windows_s = (60, 120, 300, 600)

# S3. "Naming Amazon S3 objects", "Working with object metadata", API "DeleteObjects", read 2026-11.
s3_key_max_bytes = 1_024
s3_metadata_max_bytes = 2_048  # user-defined metadata, names and values
s3_delete_max_keys = 1_000
s3_list_max_keys = 1_000  # API "ListObjectsV2", read 2026-11

# S3. "Categorizing your storage using tags", read 2026-11.
s3_tag_key_max_chars = 128
s3_tag_value_max_chars = 256

# IAM. AWS "IAM and AWS STS quotas", read 2026-11: characters, blanks not counted.
iam_role_policies_max_chars = 10_240  # all inline policies of a role together
iam_trust_policy_max_chars = 2_048

# SQS. AWS "Amazon SQS message quotas", "SetQueueAttributes", read 2026-11.
sqs_delay_max_s = 900
sqs_visibility_max_s = 43_200
sqs_retention_min_s = 60
sqs_retention_max_s = 1_209_600
sqs_message_max_bytes = 1_048_576  # 262,144 before 2025-08
sqs_batch_max = 10  # entries of SendMessageBatch; their bodies together are bounded as one message is

# Event source mappings of queues. AWS "Using Lambda with Amazon SQS", read 2026-11.
event_source_batch_max = 10_000
event_source_batch_without_window_max = 10
event_source_window_max_s = 300
event_source_concurrency = (2, 1_000)

# SNS. AWS "Amazon SNS endpoints and quotas", read 2026-11.
sns_message_max_bytes = 262_144
sns_subject_max_chars = 100

# Key groups. AWS "Quotas on signed URLs and signed cookies (CloudFront key groups)", read 2026-11.
keys_of_group_max = 5

# Origins. AWS "Quotas" and "Origin settings" (CloudFront developer guide), read 2026-11.
origin_groups_max = 10
origin_read_timeout_s = (1, 120)  # a custom origin's response timeout
origin_connection_attempts = (1, 3)
origin_connection_timeout_s = (1, 10)

"""Every quota that the emulator holds a stack to, each with its source and the date it was read."""

from __future__ import annotations

# CloudFront. AWS "Quotas" (CloudFront developer guide), read 2026-11.
url_max_bytes = 8_192
request_headers_max_bytes = 32_768  # 20,480 before 2026
behaviors_max = 75
origins_max = 100
policy_names_max = 10  # headers, cookies or query strings of one policy
custom_headers_of_origin_max = 30
cache_tags_max = 50
cache_tag_max_chars = 256
edge_origin_response_max_bytes = 1_048_576  # "1 MB", headers and body; AWS "Quotas on Lambda@Edge", read 2026-11
edge_origin_timeout_s = 30  # the same page
edge_zip_max_bytes = 50 * 1024 * 1024  # the same page

# Invalidations. AWS "Quotas on invalidations" and "Specify the files to invalidate", read 2026-11.
invalidation_path_max_chars = 4_000

# Compression. AWS "Serve compressed files", read 2026-11.
compressed_min_bytes = 1_000
compressed_max_bytes = 10_000_000

# CloudFront Functions. AWS "Quotas on CloudFront Functions", read 2026-11.
viewer_function_max_bytes = 10_240

# KeyValueStores. AWS "Quotas on key value stores", read 2026-11.
kvs_key_max_bytes = 512
kvs_value_max_bytes = 1_024

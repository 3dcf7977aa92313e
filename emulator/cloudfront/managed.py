"""AWS's managed cache policies that a stack may name by id.

AWS "Use managed cache policies", read 2026-11.
"""

from __future__ import annotations

from emulator.cloudfront.distribution import CachePolicy

year_s = 31_536_000
managed_cache_policies = {
    # CachingOptimized: a least TTL of a second keeps even no-store
    "658327ea-f89d-4fab-a63d-7e88639e58f6": CachePolicy(
        min_ttl_s=1, default_ttl_s=86_400, max_ttl_s=year_s, gzip=True, brotli=True
    ),
    # CachingDisabled
    "4135ea2d-6df8-44a3-9df3-4b5a84be39ad": CachePolicy(min_ttl_s=0, default_ttl_s=0, max_ttl_s=0),
    # CachingOptimizedForUncompressedObjects
    "b2884449-e4de-46a7-ac36-70bc7f1ddd6d": CachePolicy(min_ttl_s=1, default_ttl_s=86_400, max_ttl_s=year_s),
}

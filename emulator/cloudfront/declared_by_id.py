"""What a distribution names by id: policies, access controls and key groups of a stack, and AWS's managed policies."""

from __future__ import annotations

from collections.abc import Sequence

from emulator.cloudfront.declared_headers import read_response_headers_policy
from emulator.cloudfront.declared_keys import read_key_groups
from emulator.cloudfront.declared_origins import AccessControl, read_access_control
from emulator.cloudfront.declared_policies import read_cache_policy, read_origin_request_policy
from emulator.cloudfront.distribution import CachePolicy, OriginRequestPolicy, ResponseHeadersPolicy
from emulator.cloudfront.managed import managed_cache_policies
from emulator.reading import Reader
from emulator.recorded import Recorded

prefix = "aws:cloudfront/"


class ById:
    def __init__(self, resources: Sequence[Recorded]) -> None:
        self.cache: dict[str, CachePolicy] = dict(managed_cache_policies)
        self.forwarding: dict[str, OriginRequestPolicy] = {}
        self.headers: dict[str, ResponseHeadersPolicy] = {}
        self.controls: dict[str, AccessControl] = {}
        self.key_groups = read_key_groups(resources)
        for each in resources:
            if each.type == f"{prefix}cachePolicy:CachePolicy":
                self.cache[each.id] = read_cache_policy(Reader(f"CachePolicy {each.name}", each.inputs))
            elif each.type == f"{prefix}originRequestPolicy:OriginRequestPolicy":
                reader = Reader(f"OriginRequestPolicy {each.name}", each.inputs)
                self.forwarding[each.id] = read_origin_request_policy(reader)
            elif each.type == f"{prefix}responseHeadersPolicy:ResponseHeadersPolicy":
                reader = Reader(f"ResponseHeadersPolicy {each.name}", each.inputs)
                self.headers[each.id] = read_response_headers_policy(reader)
            elif each.type == f"{prefix}originAccessControl:OriginAccessControl":
                self.controls[each.id] = read_access_control(Reader(f"OriginAccessControl {each.name}", each.inputs))

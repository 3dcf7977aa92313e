"""Where CloudFront asks: the buckets, and in the mode without Lambda@Edge the regional function after them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.functions.function_urls import FunctionUrl

# The ids that the viewer function knows (edge/viewer/handler.js), and the group's.
variants, originals, page, maker, pictures = "variants", "originals", "page", "maker", "pictures"
variants_path = "/v"
page_path = "/page"
# 404: not made yet. 403 and 5xx: CloudFront could not have it; the function looks whether the store has it.
# AWS "Optimize high availability with CloudFront origin failover", read 2026-11.
failover_statuses = (403, 404, 500, 502, 503, 504)
# Longer than the function itself may run, so that its own answer arrives; AWS allows 120 s.
read_timeout_s = 35


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """The regional function as an origin, and what its answers lack at the viewers' end. `stores`: whether the variants
    bucket is asked first."""

    url: FunctionUrl
    response_arn: pulumi.Input[str]
    stores: bool

    @property
    def target(self) -> str:
        """The origin, or the group, that pictures are asked of."""
        return pictures if self.stores else maker

    @property
    def groups(self) -> list[aws.cloudfront.DistributionOriginGroupArgsDict]:
        if not self.stores:
            return []
        return [
            {
                "origin_id": pictures,
                "failover_criteria": {"status_codes": list(failover_statuses)},
                "members": [{"origin_id": variants}, {"origin_id": maker}],
            }
        ]

    @property
    def origin(self) -> aws.cloudfront.DistributionOriginArgsDict:
        return self.url.origin(maker, read_timeout_s=read_timeout_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A bucket, by its host, and the prefix of it that the origin is."""

    origin_id: str
    host: str
    path: str = ""


def origins(
    places: Sequence[Place], control_id: pulumi.Input[str], shield_region: str | None, making: Maker | None
) -> list[aws.cloudfront.DistributionOriginArgsDict]:
    """All origins; s3_origin_config is left out with an access control."""
    found: list[aws.cloudfront.DistributionOriginArgsDict] = [
        {
            "origin_id": each.origin_id,
            "domain_name": each.host,
            "origin_path": each.path,
            "origin_access_control_id": control_id,
        }
        for each in places
    ]
    if making:
        found.append(making.origin)
    if shield_region:
        for origin in found:
            origin["origin_shield"] = {"enabled": True, "origin_shield_region": shield_region}
    return found

"""A shop of its own, with Mirage's components for its pictures: its bucket, its names, its distribution's comment.

What it needs of Mirage is this repository on its path (a submodule, say) and requirements.txt. The settings are written
here instead of in a stack's file; they are read and checked by the same code.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # where Mirage is

import pulumi
import pulumi_aws as aws

from infra import access, announce, shipped
from infra.bucket_policies import BucketPolicies, BucketPoliciesArgs
from infra.buckets import Buckets, BucketsArgs
from infra.bundling import bundle
from infra.cloudfront import shield
from infra.cloudfront.caching import Caching, CachingArgs
from infra.cloudfront.distribution import Distribution, DistributionArgs
from infra.configuration import config, defaults
from infra.freshness import ahead
from infra.freshness.freshness import Freshness, FreshnessArgs
from infra.freshness.freshness_rights import Rights, function_name
from infra.functions.edge_function import EdgeFunction, EdgeFunctionArgs, log_group
from infra.monitoring.logs import Logs, LogsArgs
from infra.names import Names
from infra.viewer.function import ViewerFunction, ViewerFunctionArgs

region = aws.get_region().region
names = Names(
    project=pulumi.get_project(),
    stack=pulumi.get_stack(),
    account=aws.get_caller_identity().account_id,
    region=region,
)
# What viewers may ask of the shop's pictures; a mistake is a sentence at preview, as in a stack's file.
settings = config.read(
    defaults.texts(sizes="presets", presets=["thumb w=160&h=160&fit=cover", "card w=480&h=320&fit=cover"]),
    region=region,
)
originals, variants = names.bucket("pictures"), names.bucket("variants")
baked = shipped.baked(
    settings,
    region=region,
    originals=originals,
    variants=variants,
    original_changed_function=function_name(names),
)
announce.variants_bound(settings)

# The shop's own things stand beside: whatever it declares here is its own.
orders = aws.sqs.Queue("orders", name=names.of("orders"), sqs_managed_sse_enabled=True)

buckets = Buckets(
    "pictures",
    BucketsArgs(
        originals=originals,
        variants=variants,
        adopted="",
        protect=True,
        force_destroy=False,
        previous_version_days=30,
        variant_days=settings.variant_days,
    ),
)
shield_region = shield.region(settings.origin_shield, region)
edge = EdgeFunction(
    "edge",
    EdgeFunctionArgs(
        names=names,
        bundle=bundle.build_edge(baked, precompile=settings.precompile, say=pulumi.log.info),
        memory_mb=settings.memory,
        originals=originals,
        variants=variants,
        logs=Logs(
            "edge-logs",
            LogsArgs(group=log_group(names.of("edge")), regions=[shield_region or region], retention_days=30),
        ),
    ),
)
viewer = ViewerFunction("viewer", ViewerFunctionArgs(names=names, code=announce.compose(settings).code))
rules = access.rules(settings)
cdn = Distribution(
    "distribution",
    DistributionArgs(
        names=names,
        originals_domain=names.bucket_domain(originals),
        variants_domain=names.bucket_domain(variants),
        shield_region=shield_region,
        caching=Caching("caching", CachingArgs(names=names, cors=settings.cors, page_security=None)),
        viewer_arn=viewer.arn,
        edge_version_arn=edge.version_arn,
        has_page=False,
        price_class=settings.price_class,
        geo_allow=(),
        geo_deny=(),
        buckets=(buckets.originals, buckets.variants),
        rules=rules,
    ),
).distribution
BucketPolicies(
    "policies",
    BucketPoliciesArgs(
        originals=originals,
        variants=variants,
        originals_bucket=buckets.originals,
        variants_bucket=buckets.variants,
        distribution_arn=cdn.arn,
        is_adopted=False,
        has_page=False,
    ),
)
Freshness(
    "freshness",
    FreshnessArgs(
        rights=Rights(
            names=names,
            originals=originals,
            variants=variants,
            quarantine=False,
            notifications=False,
            event_bridge=False,
        ),
        chosen=ahead.chosen(settings),
        bundle=bundle.build_origin(baked, precompile=settings.precompile, say=pulumi.log.info),
        memory_mb=settings.memory,
        originals_bucket=buckets.originals,
        is_adopted=False,
        distribution_id=cdn.id,
        distribution_arn=cdn.arn,
        log_retention_days=30,
    ),
)

pulumi.export("pictures", pulumi.Output.concat("https://", cdn.domain_name))
pulumi.export("orders", orders.url)

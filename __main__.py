"""The program: reads the stack's settings, wires the components, exports what a person needs. No logic."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from infra import access, announce, generators, page, shipped, tags
from infra.bucket_policies import BucketPolicies, BucketPoliciesArgs
from infra.buckets import Buckets, BucketsArgs
from infra.bundling import bundle
from infra.cloudfront import firewall, shield
from infra.cloudfront.caching import Caching, CachingArgs
from infra.cloudfront.distribution import Distribution, DistributionArgs
from infra.cloudfront.domains import Domains, DomainsArgs
from infra.cloudfront.trusted_keys import TrustedKeys
from infra.configuration import config, header_rules
from infra.costs import traffic
from infra.freshness import ahead
from infra.freshness.bulk import Bulk, BulkArgs
from infra.freshness.freshness import Freshness, FreshnessArgs
from infra.freshness.freshness_rights import Rights, function_name, topic_arn
from infra.functions import modes, on_demand
from infra.functions.token_exchange import TokenExchange, TokenExchangeArgs
from infra.monitoring import monitoring
from infra.monitoring.access_logs import AccessLogs, AccessLogsArgs
from infra.names import Names
from infra.viewer.function import ViewerFunction, ViewerFunctionArgs

region = aws.get_region().region
tags.every_resource(project=pulumi.get_project(), stack=pulumi.get_stack())
stack = config.read(config.texts(), region=region)
names = Names(
    project=pulumi.get_project(), stack=pulumi.get_stack(), account=aws.get_caller_identity().account_id, region=region
)
originals, variants = stack.originals_bucket or names.bucket("originals"), names.bucket("variants")
is_adopted = bool(stack.originals_bucket)
shield_region = shield.region(stack.origin_shield, region)
is_slow = bool(generators.slow(stack.generators))
settings = shipped.baked(
    stack,
    region=region,
    originals=originals,
    variants=variants,
    on_demand_function=names.of("on-demand") if is_slow else "",
    original_changed_function=function_name(names),
    topic=topic_arn(names) if stack.notifications else "",
    metrics_of=names.whole if stack.metrics else "",
)
rules = access.rules(stack)
page_security = page.security_policy(stack.debug) if stack.playground else None
announce.openness(stack)
variants_bound = announce.variants_bound(stack)
composed = announce.compose(stack)
traffic.say(stack, region=region, shield=bool(shield_region))

buckets = Buckets(
    "buckets",
    BucketsArgs(
        originals=originals,
        variants=variants,
        adopted=stack.originals_bucket,
        protect=stack.protect,
        force_destroy=stack.force_destroy,
        previous_version_days=stack.previous_version_days,
        variant_days=stack.variant_days,
    ),
)
making = modes.declare(
    modes.MakingArgs(
        stack=stack, names=names, settings=settings, originals=originals, variants=variants, shield_region=shield_region
    )
)
viewer_function = ViewerFunction(
    "viewer",
    ViewerFunctionArgs(
        names=names,
        code=composed.code,
        credentials=stack.credentials,
        routes=stack.routes,
        headers=stack.request_headers,
    ),
)
domains = (
    Domains(
        "domains",
        DomainsArgs(
            domains=stack.domains,
            zone=stack.hosted_zone,
            certificate_arn=stack.certificate_arn,
            minimum_tls=stack.minimum_tls,
        ),
    )
    if stack.domains
    else None
)
trusted = TrustedKeys("trusted-keys", names, stack.trusted_keys) if stack.trusted_keys else None
token = (
    TokenExchange(
        "token",
        TokenExchangeArgs(
            names=names,
            bundle=bundle.build_token(settings, precompile=stack.precompile, say=pulumi.log.info),
            exchanges=stack.token_exchanges,
            key_ids=trusted.ids,
            log_retention_days=stack.log_retention_days,
        ),
    )
    if stack.token_exchanges and trusted
    else None
)
cdn = Distribution(
    "distribution",
    DistributionArgs(
        names=names,
        originals_domain=names.bucket_domain(originals),
        variants_domain=names.bucket_domain(variants),
        shield_region=shield_region,
        caching=Caching(
            "caching",
            CachingArgs(
                names=names,
                cors=stack.cors,
                page_security=page_security,
                has_private_page=access.mode_of("/", rules) in access.private_modes,
                is_regional=stack.is_regional,
                forwarded=header_rules.forwarded(stack.request_headers),
            ),
        ),
        viewer_arn=viewer_function.arn,
        edge_version_arn=making.edge_version_arn,
        maker=making.maker,
        has_page=stack.playground,
        price_class=stack.price_class,
        geo_allow=stack.geo_allow,
        geo_deny=stack.geo_deny,
        buckets=(buckets.originals, buckets.variants),
        rules=rules,
        headers=stack.response_headers,
        key_group_id=trusted.group_id if trusted else None,
        token=token,
        web_acl_arn=firewall.web_acl(names).arn if stack.waf else None,
        domains=stack.domains,
        viewer_certificate=domains.viewer_certificate if domains else None,
    ),
).distribution
making.permit(cdn.arn)
if token:
    token.permit(cdn.arn)
if domains:
    domains.point(cdn)
BucketPolicies(
    "policies",
    BucketPoliciesArgs(
        originals=originals,
        variants=variants,
        originals_bucket=buckets.originals,
        variants_bucket=buckets.variants,
        distribution_arn=cdn.arn,
        is_adopted=is_adopted,
        has_page=stack.playground,
    ),
)
freshness = Freshness(
    "freshness",
    FreshnessArgs(
        rights=Rights(
            names=names,
            originals=originals,
            variants=variants,
            quarantine=stack.quarantine,
            notifications=stack.notifications,
            event_bridge=stack.event_bridge,
        ),
        chosen=ahead.chosen(stack),
        bundle=bundle.build_origin(settings, precompile=stack.precompile, say=pulumi.log.info),
        memory_mb=stack.memory,
        originals_bucket=buckets.originals,
        is_adopted=is_adopted,
        distribution_id=cdn.id,
        distribution_arn=cdn.arn,
        log_retention_days=stack.log_retention_days,
    ),
)
bulk = Bulk("bulk", BulkArgs(names=names, originals=originals))
if is_slow:
    on_demand.OnDemand(
        "on-demand",
        on_demand.OnDemandArgs(
            names=names,
            bundle=bundle.build_on_demand(settings, precompile=stack.precompile, say=pulumi.log.info),
            originals=originals,
            variants=variants,
            generators=stack.generators,
            log_retention_days=stack.log_retention_days,
        ),
    )
if stack.playground:
    page.Page(
        "page",
        page.PageArgs(
            bucket=buckets.variants.bucket,
            presets=tuple(preset.name for preset in stack.presets),
            watermarks=tuple(name for name, _ in stack.watermarks),
            generators=generators.examples(stack.generators),
        ),
    )
monitoring.Monitoring(
    "monitoring",
    monitoring.MonitoringArgs(
        names=names,
        stack=stack,
        stack_name=pulumi.get_stack(),
        making=making.called,
        making_regions=making.regions,
        metrics_of=settings.metrics_of,
        distribution_id=cdn.id,
        viewer_function=viewer_function.name,
    ),
)
if stack.access_logs:
    AccessLogs(
        "access-logs",
        AccessLogsArgs(
            names=names, distribution_arn=cdn.arn, kept_days=stack.access_log_days, force_destroy=stack.force_destroy
        ),
    )
if is_adopted:
    announce.merge(originals, distribution_arn=cdn.arn, function_arn=freshness.function.arn)

pulumi.export("url", pulumi.Output.concat("https://", stack.domains[0] if stack.domains else cdn.domain_name))
pulumi.export("originalsBucket", originals)
pulumi.export("variantsBucket", variants)
pulumi.export("distributionId", cdn.id)
pulumi.export("distributionDomain", cdn.domain_name)
pulumi.export("leftByDestroy", announce.left_by_destroy(stack, names))
pulumi.export("upload", f"aws s3 sync pictures s3://{originals} --region {region}")
pulumi.export("variantsBound", variants_bound)
# What `python -m mirage` asks for besides.
pulumi.export("region", region)
pulumi.export("viewerFunction", viewer_function.name)
pulumi.export("keyValueStore", viewer_function.store_arn)
pulumi.export("originalChangedFunction", freshness.function.name)
pulumi.export("batchRole", bulk.role.arn)
pulumi.export("presets", {preset.name: preset.options for preset in stack.presets})
pulumi.export("access", {rule.prefix: rule.mode for rule in stack.access})
pulumi.export("trustedKeyIds", list(trusted.ids.values()) if trusted else [])
pulumi.export("generators", generators.folders(stack.generators))

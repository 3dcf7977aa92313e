"""The distribution that a stack declares, read strictly from its recorded resources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from emulator.cloudfront.declared_keys import read_key_groups
from emulator.cloudfront.declared_origins import AccessControl, read_access_control, read_origin, read_origin_groups
from emulator.cloudfront.declared_policies import (
    read_cache_policy,
    read_origin_request_policy,
    read_response_headers_policy,
)
from emulator.cloudfront.distribution import (
    Behavior,
    CachePolicy,
    Distribution,
    ErrorPage,
    GeoRestriction,
    OriginRequestPolicy,
    ResponseHeadersPolicy,
)
from emulator.cloudfront.firewall import WebAcl, read_web_acls
from emulator.cloudfront.managed import managed_cache_policies
from emulator.quotas import behaviors_max, origins_max
from emulator.reading import NotHonoured, Reader
from emulator.recorded import Recorded

T = TypeVar("T")

prefix = "aws:cloudfront/"
error_codes = frozenset({400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504})
method_sets = (
    frozenset({"GET", "HEAD"}),
    frozenset({"GET", "HEAD", "OPTIONS"}),
    frozenset({"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"}),
)


class Policies:
    """The policies and access controls of a stack, by id."""

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


def read_distribution(resources: Sequence[Recorded]) -> Distribution:
    """The stack's one distribution.

    Raises NotHonoured where it has none or several, or anything in it is not honoured.
    """
    found = [each for each in resources if each.type == f"{prefix}distribution:Distribution"]
    if len(found) != 1:
        raise NotHonoured(f"Expected one distribution, the program declares {len(found)}.")
    declared, policies = found[0], Policies(resources)
    reader = Reader(f"Distribution {declared.name}", declared.inputs)
    if not reader.flag("enabled"):
        raise NotHonoured(f"{reader.path} is not enabled: CloudFront would answer nothing.")
    origins = {each.id: each for each in (read_origin(one, policies.controls) for one in reader.blocks("origins"))}
    groups = read_origin_groups(reader.blocks("originGroups"), origins)
    behaviors = _behaviors(reader, policies)
    distribution = Distribution(
        id=declared.id,
        arn=str(declared.outputs["arn"]),
        domain_name=str(declared.outputs["domainName"]),
        behaviors=behaviors,
        origins=origins,
        groups=groups,
        default_root_object=reader.text("defaultRootObject"),
        errors=dict(_error(each) for each in reader.blocks("customErrorResponses")),
        tag_header=_tag_header(reader.block("cacheTagConfig")),
        key_groups=policies.key_groups,
        geo=_geo(reader.block("restrictions")),
        web_acl=_web_acl(reader, resources),
    )
    _take_the_rest(reader)
    _refuse_broken(distribution, reader.path)
    return distribution


def _web_acl(reader: Reader, resources: Sequence[Recorded]) -> WebAcl:
    named = reader.text("webAclId")
    return _found(read_web_acls(resources), named, reader.path) if named else WebAcl()


def _take_the_rest(reader: Reader) -> None:
    certificate = reader.block("viewerCertificate")
    if certificate is not None:
        # The emulator speaks plain HTTP on this machine, whatever the certificate.
        certificate.without_effect(
            "cloudfrontDefaultCertificate", "acmCertificateArn", "sslSupportMethod", "minimumProtocolVersion"
        )
        certificate.finish()
    reader.without_effect(
        "comment", "isIpv6Enabled", "httpVersion", "priceClass", "tags", "waitForDeployment", "retainOnDelete"
    )
    reader.without_effect("aliases", "loggingConfig")  # any Host is this distribution's; logs are the trace line
    reader.finish()


def _behaviors(reader: Reader, policies: Policies) -> tuple[Behavior, ...]:
    ordered = [_behavior(each, policies, each.text("pathPattern")) for each in reader.blocks("orderedCacheBehaviors")]
    default = reader.block("defaultCacheBehavior")
    if default is None:
        raise NotHonoured(f"{reader.path} has no default behavior.")
    return (*ordered, _behavior(default, policies, "*"))


def _behavior(reader: Reader, policies: Policies, pattern: str) -> Behavior:
    # "redirect-to-https" can't be seen on this machine: viewers of the emulator count as having come by HTTPS.
    reader.without_effect("viewerProtocolPolicy", "realtimeLogConfigArn")
    reader.texts("cachedMethods")
    request_policy, headers_policy = reader.text("originRequestPolicyId"), reader.text("responseHeadersPolicyId")
    functions = _functions(reader, "functionAssociations", ("viewer-request", "viewer-response"), "functionArn")
    behavior = Behavior(
        pattern=pattern,
        origin_id=reader.text("targetOriginId"),
        cache_policy=_found(policies.cache, reader.text("cachePolicyId"), reader.path),
        allowed_methods=_methods(reader),
        origin_request_policy=_found(policies.forwarding, request_policy, reader.path) if request_policy else None,
        response_headers_policy=_found(policies.headers, headers_policy, reader.path) if headers_policy else None,
        compress=reader.flag("compress"),
        viewer_function=functions.get("viewer-request"),
        response_function=functions.get("viewer-response"),
        key_groups=_groups(reader, policies),
        edge_function=_edge_function(reader),
    )
    reader.finish()
    return behavior


def _groups(reader: Reader, policies: Policies) -> tuple[str, ...]:
    groups = reader.texts("trustedKeyGroups")
    for each in groups:
        _found(policies.key_groups, each, reader.path)
    return groups


def _methods(reader: Reader) -> frozenset[str]:
    methods = frozenset(reader.texts("allowedMethods"))
    if methods not in method_sets:
        raise NotHonoured(f"CloudFront takes three sets of methods; {reader.path} allows {sorted(methods)}.")
    if methods != method_sets[0]:
        raise NotHonoured(f"The emulator honours GET and HEAD only; {reader.path} allows {sorted(methods)}.")
    return methods


def _functions(reader: Reader, name: str, event_types: tuple[str, ...], arn_name: str) -> dict[str, str]:
    """The ARNs of the functions by the events that the emulator runs them for."""
    found: dict[str, str] = {}
    for each in reader.blocks(name):
        kind, arn = each.text("eventType"), each.text(arn_name)
        each.without_effect("includeBody")
        each.finish()
        if kind not in event_types:
            raise NotHonoured(f"Of {name} the emulator runs {', '.join(event_types)} only; {reader.path} has {kind}.")
        if kind in found:
            raise NotHonoured(f"CloudFront takes one function per event type; {reader.path} has two for {kind}.")
        found[kind] = arn
    return found


def _edge_function(reader: Reader) -> str | None:
    arn = _functions(reader, "lambdaFunctionAssociations", ("origin-response",), "lambdaArn").get("origin-response")
    if arn is not None and not arn.rpartition(":")[2].isdigit():
        # AWS "Restrictions on Lambda@Edge", read 2026-11.
        raise NotHonoured(f"{reader.path} must name a numbered version of its Lambda function, not {arn}.")
    return arn


def _error(reader: Reader) -> tuple[int, ErrorPage]:
    code = reader.whole("errorCode", 0)
    if code not in error_codes:
        raise NotHonoured(f"CloudFront has no custom error response for {code} ({reader.path}).")
    page = reader.text("responsePagePath") or None
    status = reader.whole("responseCode", 0) or None
    ttl = reader.whole("errorCachingMinTtl", 10)
    if ttl < 0 or bool(page) != bool(status):
        raise NotHonoured(f"{reader.path} needs a TTL from 0 on, and a page together with its response code.")
    reader.finish()
    return code, ErrorPage(min_ttl_s=ttl, page=page, status=status)


def _tag_header(reader: Reader | None) -> str | None:
    if reader is None:
        return None
    name = reader.text("headerName")
    reader.finish()
    return name


def _geo(reader: Reader | None) -> GeoRestriction:
    inner = reader.block("geoRestriction") if reader else None
    if reader is None or inner is None:
        return GeoRestriction()
    restriction = GeoRestriction(kind=inner.text("restrictionType"), countries=frozenset(inner.texts("locations")))
    inner.finish()
    reader.finish()
    return restriction


def _found(known: Mapping[str, T], wanted: str, path: str) -> T:
    if wanted not in known:
        raise NotHonoured(f"{path} names {wanted or 'no policy'}, which the program does not declare.")
    return known[wanted]


def _refuse_broken(distribution: Distribution, path: str) -> None:
    """What CloudFront refuses when a distribution is made. AWS "Quotas", CreateDistribution, read 2026-11."""
    if len(distribution.behaviors) > behaviors_max or len(distribution.origins) > origins_max:
        raise NotHonoured(f"{path} has more than {behaviors_max} behaviors or {origins_max} origins.")
    for behavior in distribution.behaviors:
        if behavior.origin_id not in {*distribution.origins, *distribution.groups}:
            raise NotHonoured(f"{path} has a behavior for {behavior.origin_id}, which is none of its origins.")

"""The behaviors of a declared distribution, read strictly."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

from emulator.cloudfront.declared_by_id import ById
from emulator.cloudfront.distribution import Behavior
from emulator.quotas import key_groups_of_behavior_max, path_pattern_max_chars
from emulator.reading import NotHonoured, Reader

T = TypeVar("T")

method_sets = (
    frozenset({"GET", "HEAD"}),
    frozenset({"GET", "HEAD", "OPTIONS"}),
    frozenset({"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"}),
)
protocol_policies = ("allow-all", "https-only", "redirect-to-https")
# AWS "Distribution settings: path pattern", read 2026-11.
pattern_text = re.compile(r"""[A-Za-z0-9_.*$/~"'@:+&?-]+""")


def read_behaviors(reader: Reader, declared: ById) -> tuple[Behavior, ...]:
    """The behaviors in order, the default one last."""
    ordered = [_behavior(each, declared, _pattern(each)) for each in reader.blocks("orderedCacheBehaviors")]
    default = reader.block("defaultCacheBehavior")
    if default is None:
        raise NotHonoured(f"{reader.path} has no default behavior.")
    patterns = [each.pattern.removeprefix("/") for each in ordered]
    for at, each in enumerate(ordered):
        if patterns[at] in patterns[:at]:
            raise NotHonoured(f"{reader.path} has the path pattern {each.pattern} twice.")
    return (*ordered, _behavior(default, declared, "*"))


def _pattern(reader: Reader) -> str:
    pattern = reader.text("pathPattern")
    if len(pattern) > path_pattern_max_chars or not pattern_text.fullmatch(pattern):
        raise NotHonoured(
            f"InvalidArgument: The parameter PathPattern of {reader.path} takes {path_pattern_max_chars} characters, "
            f"letters, digits and _-.*$/~\"'@:+&? alone, not {pattern[:80]!r}."
        )
    return pattern


def _behavior(reader: Reader, declared: ById, pattern: str) -> Behavior:
    # "redirect-to-https" can't be seen on this machine: viewers of the emulator count as having come by HTTPS.
    reader.choice("viewerProtocolPolicy", protocol_policies)
    reader.without_effect("realtimeLogConfigArn")
    request_policy, headers_policy = reader.text("originRequestPolicyId"), reader.text("responseHeadersPolicyId")
    functions = _functions(reader, "functionAssociations", ("viewer-request", "viewer-response"), "functionArn")
    behavior = Behavior(
        pattern=pattern,
        origin_id=reader.text("targetOriginId"),
        cache_policy=found(declared.cache, reader.text("cachePolicyId"), reader.path),
        allowed_methods=_methods(reader),
        origin_request_policy=found(declared.forwarding, request_policy, reader.path) if request_policy else None,
        response_headers_policy=found(declared.headers, headers_policy, reader.path) if headers_policy else None,
        compress=reader.flag("compress"),
        viewer_function=functions.get("viewer-request"),
        response_function=functions.get("viewer-response"),
        key_groups=_groups(reader, declared),
        edge_function=_edge_function(reader),
    )
    reader.finish()
    _refuse_host(behavior, reader.path)
    return behavior


def _refuse_host(behavior: Behavior, path: str) -> None:
    """Raises NotHonoured where the viewer's Host goes to the origin: buckets and Function URLs know their own alone.

    AWS "Use managed origin request policies" (AllViewerExceptHostHeader); aws-samples/amazon-cloudfront-functions#56
    has it of a bucket; read 2026-11.
    """
    request_policy = behavior.origin_request_policy
    forwarding = (behavior.cache_policy.headers, *((request_policy.headers,) if request_policy else ()))
    if any(each.takes_header("host") for each in forwarding):
        raise NotHonoured(f"{path} forwards Host to {behavior.origin_id}, which would answer each request with a 403.")


def _groups(reader: Reader, declared: ById) -> tuple[str, ...]:
    groups = reader.texts("trustedKeyGroups")
    if len(groups) > key_groups_of_behavior_max:
        raise NotHonoured(f"CloudFront takes {key_groups_of_behavior_max} key groups; {reader.path} has more.")
    for each in groups:
        found(declared.key_groups, each, reader.path)
    return groups


def _methods(reader: Reader) -> frozenset[str]:
    methods, cached = frozenset(reader.texts("allowedMethods")), frozenset(reader.texts("cachedMethods"))
    if methods not in method_sets:
        raise NotHonoured(f"CloudFront takes three sets of methods; {reader.path} allows {sorted(methods)}.")
    if methods != method_sets[0]:
        raise NotHonoured(f"The emulator honours GET and HEAD only; {reader.path} allows {sorted(methods)}.")
    if cached != method_sets[0]:
        raise NotHonoured(f"CloudFront keeps GET and HEAD; {reader.path}.cachedMethods has {sorted(cached)}.")
    return methods


def _functions(reader: Reader, name: str, event_types: tuple[str, ...], arn_name: str) -> dict[str, str]:
    """The ARNs of the functions by the events that the emulator runs them for."""
    arns: dict[str, str] = {}
    for each in reader.blocks(name):
        kind, arn = each.text("eventType"), each.text(arn_name)
        each.only("includeBody", [False], "it is for requests' events")
        each.finish()
        if kind not in event_types:
            raise NotHonoured(f"Of {name} the emulator runs {', '.join(event_types)} only; {reader.path} has {kind}.")
        if kind in arns:
            raise NotHonoured(f"CloudFront takes one function per event type; {reader.path} has two for {kind}.")
        arns[kind] = arn
    return arns


def _edge_function(reader: Reader) -> str | None:
    arn = _functions(reader, "lambdaFunctionAssociations", ("origin-response",), "lambdaArn").get("origin-response")
    if arn is not None and not arn.rpartition(":")[2].isdigit():
        # AWS "Restrictions on Lambda@Edge", read 2026-11.
        raise NotHonoured(f"{reader.path} must name a numbered version of its Lambda function, not {arn}.")
    return arn


def found(known: Mapping[str, T], wanted: str, path: str) -> T:
    if wanted not in known:
        raise NotHonoured(f"{path} names {wanted or 'no policy'}, which the program does not declare.")
    return known[wanted]

"""Origins and origin groups of a declared distribution, read strictly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from emulator.cloudfront.distribution import Origin, OriginGroup
from emulator.quotas import custom_headers_of_origin_max, origin_groups_max, origin_read_timeout_s
from emulator.reading import NotHonoured, Reader

# AWS "Optimize high availability with CloudFront origin failover" (Creating an origin group), read 2026-11.
failover_statuses = frozenset({400, 403, 404, 416, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessControl:
    """`kind` is the origin's: s3 or lambda; `signs`: whether CloudFront signs what it asks."""

    kind: str
    signs: bool


def read_access_control(reader: Reader) -> AccessControl:
    kind = reader.text("originAccessControlOriginType")
    reader.only("signingProtocol", ["sigv4"], "CloudFront signs so")
    reader.without_effect("name", "description")
    behavior = reader.text("signingBehavior")
    reader.finish()
    if behavior not in ("always", "never") or kind not in ("s3", "lambda"):
        raise NotHonoured(f"The emulator does not honour {reader.path} with {kind!r} and {behavior!r}.")
    return AccessControl(kind=kind, signs=behavior == "always")


def read_origin(reader: Reader, controls: Mapping[str, AccessControl]) -> Origin:
    shield, custom = reader.block("originShield"), reader.block("customOriginConfig")
    headers = [(each.text("name"), each.text("value")) for each in reader.blocks("customHeaders")]
    if len(headers) > custom_headers_of_origin_max:
        raise NotHonoured(f"CloudFront takes {custom_headers_of_origin_max} custom headers; {reader.path} has more.")
    origin = Origin(
        id=reader.text("originId"),
        domain_name=reader.text("domainName"),
        path=reader.text("originPath"),
        kind="s3" if custom is None else "lambda",
        signed=_is_signed(reader, controls, "s3" if custom is None else "lambda"),
        shield_region=shield.text("originShieldRegion") if shield and shield.flag("enabled") else None,
        custom_headers=tuple(headers),
        read_timeout_s=30 if custom is None else _read_timeout_s(custom),
    )
    reader.without_effect("connectionAttempts", "connectionTimeout", "responseCompletionTimeout")
    reader.finish()
    return origin


def _is_signed(reader: Reader, controls: Mapping[str, AccessControl], kind: str) -> bool:
    """CreateDistribution refuses an access control of another type of origin (CFAPI:OriginAccessControlConfig)."""
    named = reader.text("originAccessControlId")
    if not named:
        return False
    if named not in controls:
        raise NotHonoured(f"{reader.path} names {named}, which the program does not declare.")
    if controls[named].kind != kind:
        raise NotHonoured(
            f"InvalidArgument: The origin type of {reader.path}'s access control is {controls[named].kind}, not {kind}."
        )
    return controls[named].signs


def _read_timeout_s(reader: Reader) -> float:
    """A custom origin's response timeout. The emulator's only custom origins are Function URLs."""
    reader.only("originProtocolPolicy", ["https-only"], "a Function URL speaks HTTPS")
    reader.without_effect("httpPort", "httpsPort", "originSslProtocols", "originKeepaliveTimeout", "ipAddressType")
    seconds = reader.number("originReadTimeout", 30)
    reader.finish()
    least_s, most_s = origin_read_timeout_s
    if not least_s <= seconds <= most_s:
        raise NotHonoured(f"Expected {least_s} to {most_s} for {reader.path}.originReadTimeout, received {seconds:g}.")
    return seconds


def read_origin_group(reader: Reader, origins: Mapping[str, Origin]) -> OriginGroup:
    criteria = reader.block("failoverCriteria")
    statuses = criteria.whatever("statusCodes") if criteria else None
    members = [each.text("originId") for each in reader.blocks("members")]
    name = reader.text("originId")
    reader.finish()
    if not isinstance(statuses, list | tuple) or not statuses:
        raise NotHonoured(f"{reader.path} has no status codes to fail over by.")
    return group_of(name, members, [int(str(each).removesuffix(".0")) for each in statuses], origins)


def group_of(name: str, members: list[str], statuses: list[int], origins: Mapping[str, Origin]) -> OriginGroup:
    """The group, of two of the distribution's origins and of codes that may be chosen. Raises NotHonoured."""
    unknown = [each for each in members if each not in origins]
    if len(members) != 2 or unknown:
        raise NotHonoured(f"An origin group has two of the distribution's origins; {name} has {members}.")
    wrong = sorted(set(statuses) - failover_statuses)
    if wrong:
        raise NotHonoured(f"An origin group can't fail over by {wrong}; {name} does.")
    return OriginGroup(
        id=name, primary=origins[members[0]], secondary=origins[members[1]], statuses=frozenset(statuses)
    )


def read_origin_groups(readers: list[Reader], origins: Mapping[str, Origin]) -> dict[str, OriginGroup]:
    if len(readers) > origin_groups_max:
        raise NotHonoured(f"CloudFront takes {origin_groups_max} origin groups, the program declares {len(readers)}.")
    groups = [read_origin_group(each, origins) for each in readers]
    return {each.id: each for each in groups}

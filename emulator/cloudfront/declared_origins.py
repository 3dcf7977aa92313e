"""Origins and origin groups of a declared distribution, read strictly."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from emulator.cloudfront.distribution import Origin, OriginGroup
from emulator.quotas import (
    custom_header_name_max_chars,
    custom_header_value_max_chars,
    custom_headers_max_chars,
    custom_headers_of_origin_max,
    origin_connection_attempts,
    origin_connection_timeout_s,
    origin_groups_max,
    origin_read_timeout_s,
)
from emulator.reading import NotHonoured, Reader

# AWS "Optimize high availability with CloudFront origin failover" (Creating an origin group), read 2026-11.
failover_statuses = frozenset({400, 403, 404, 416, 429, 500, 502, 503, 504})
# AWS "Add custom headers to origin requests" (Custom headers that CloudFront can't add), read 2026-11.
never_added = frozenset(
    """cache-control connection content-length cookie host if-match if-modified-since if-none-match if-range
    if-unmodified-since max-forwards pragma proxy-authenticate proxy-authorization proxy-connection range request-range
    te trailer transfer-encoding upgrade via x-real-ip""".split()  # noqa: SIM905
)
# AWS "Use Amazon CloudFront Origin Shield", read 2026-11.
shield_regions = frozenset(
    """us-east-1 us-east-2 us-west-2 sa-east-1 eu-central-1 eu-west-1 eu-west-2 ap-south-1 ap-northeast-1
    ap-northeast-2 ap-southeast-1 ap-southeast-2""".split()  # noqa: SIM905
)
# A bucket's name may hold dots. S3 "Virtual hosting", Lambda "Creating and managing function URLs", read 2026-11.
hosts = {
    "s3": re.compile(r"([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\.s3\.([a-z0-9-]+)\.amazonaws\.com"),
    "lambda": re.compile(r"[a-z0-9]+\.lambda-url\.[a-z0-9-]+\.on\.aws"),
}


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
    kind = "s3" if custom is None else "lambda"
    origin = Origin(
        id=reader.text("originId"),
        domain_name=reader.text("domainName"),
        path=_path(reader),
        kind=kind,
        signed=_is_signed(reader, controls, kind),
        shield_region=_shield_region(shield) if shield else None,
        custom_headers=_custom_headers(reader),
        read_timeout_s=30 if custom is None else _read_timeout_s(custom),
    )
    _refuse_outside(reader, "connectionAttempts", origin_connection_attempts)
    _refuse_outside(reader, "connectionTimeout", origin_connection_timeout_s)
    reader.without_effect("responseCompletionTimeout")
    reader.finish()
    if not hosts[kind].fullmatch(origin.domain_name):
        raise NotHonoured(
            f"The emulator asks buckets by their regional names, and as custom origins Function URLs; "
            f"{reader.path} is {origin.domain_name}."
        )
    return origin


def _path(reader: Reader) -> str:
    """CFAPI:Origin (OriginPath), read 2026-11."""
    path = reader.text("originPath")
    if path and (not path.startswith("/") or path.endswith("/")):
        raise NotHonoured(
            f"InvalidArgument: The parameter OriginPath of {reader.path} begins with a slash and does not end with one."
        )
    return path


def _shield_region(reader: Reader) -> str | None:
    region, is_on = reader.text("originShieldRegion"), reader.flag("enabled")
    reader.finish()
    if is_on and not region:
        raise NotHonoured(f"{reader.path} is on, and has no originShieldRegion.")
    if is_on and region not in shield_regions:
        raise NotHonoured(f"InvalidArgument: There is no Origin Shield in {region}: {reader.path}.originShieldRegion.")
    return region if is_on else None


def _custom_headers(reader: Reader) -> tuple[tuple[str, str], ...]:
    """AWS "Add custom headers to origin requests" and "Quotas" (headers), read 2026-11."""
    found = []
    for each in reader.blocks("customHeaders"):
        found.append((each.text("name"), each.text("value")))
        each.finish()
    if len(found) > custom_headers_of_origin_max:
        raise NotHonoured(f"CloudFront takes {custom_headers_of_origin_max} custom headers; {reader.path} has more.")
    for name, text in found:
        if name.lower() in never_added or name.lower().startswith(("x-amz-", "x-edge-")):
            raise NotHonoured(f"{reader.path} has a header {name}, which CloudFront can't add to requests.")
        if len(name) > custom_header_name_max_chars or len(text) > custom_header_value_max_chars:
            raise NotHonoured(
                f"CloudFront takes custom headers of {custom_header_name_max_chars} characters with values of "
                f"{custom_header_value_max_chars}; {reader.path} has a longer one."
            )
    if sum(len(name) + len(text) for name, text in found) > custom_headers_max_chars:
        raise NotHonoured(f"CloudFront takes {custom_headers_max_chars} characters of custom headers; {reader.path}.")
    return tuple(found)


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
    _refuse_outside(reader, "originReadTimeout", origin_read_timeout_s)
    seconds = reader.number("originReadTimeout", 30)
    reader.finish()
    return seconds


def _refuse_outside(reader: Reader, name: str, bounds: tuple[int, int]) -> None:
    """Nothing; raises NotHonoured for a number that CloudFront would not take. It changes no answer here."""
    least, most = bounds
    found = reader.number(name, most)
    if not least <= found <= most:
        raise NotHonoured(f"InvalidArgument: Expected {least} to {most} for {reader.path}.{name}, received {found:g}.")


def read_origin_group(reader: Reader, origins: Mapping[str, Origin]) -> OriginGroup:
    criteria = reader.block("failoverCriteria")
    statuses = criteria.whatever("statusCodes") if criteria else None
    listed = reader.blocks("members")
    members = [each.text("originId") for each in listed]
    name = reader.text("originId")
    for block in (reader, criteria, *listed):
        if block is not None:
            block.finish()
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

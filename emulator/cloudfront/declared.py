"""The distribution that a stack declares, read strictly from its recorded resources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from emulator.cloudfront.declared_behaviors import found, read_behaviors
from emulator.cloudfront.declared_by_id import ById, prefix
from emulator.cloudfront.declared_origins import read_origin, read_origin_groups
from emulator.cloudfront.distribution import Distribution, ErrorPage, GeoRestriction
from emulator.cloudfront.firewall import WebAcl, read_web_acls
from emulator.quotas import behaviors_max, origins_max
from emulator.reading import NotHonoured, Reader
from emulator.recorded import Recorded

# AWS "Generate custom error responses" (the codes with a page, and those that a page may come under), read 2026-11.
error_codes = frozenset({400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504})
page_codes = error_codes | {200}
restrictions = ("none", "whitelist", "blacklist")
country = re.compile(r"[A-Z]{2}")  # ISO 3166-1 alpha-2, in capitals. CFAPI:GeoRestriction, read 2026-11.


def read_distribution(resources: Sequence[Recorded]) -> Distribution:
    """The stack's one distribution.

    Raises NotHonoured where it has none or several, or anything in it is not honoured.
    """
    all_of_them = [each for each in resources if each.type == f"{prefix}distribution:Distribution"]
    if len(all_of_them) != 1:
        raise NotHonoured(f"Expected one distribution, the program declares {len(all_of_them)}.")
    (declared,), by_id = all_of_them, ById(resources)
    reader = Reader(f"Distribution {declared.name}", declared.inputs)
    if not reader.flag("enabled"):
        raise NotHonoured(f"{reader.path} is not enabled: CloudFront would answer nothing.")
    listed = [read_origin(one, by_id.controls) for one in reader.blocks("origins")]
    origins = {each.id: each for each in listed}
    groups = read_origin_groups(reader.blocks("originGroups"), origins)
    _refuse_twice([*(each.id for each in listed), *groups], f"{reader.path} has two origins of the name {{}}.")
    distribution = Distribution(
        id=declared.id,
        arn=str(declared.outputs["arn"]),
        domain_name=str(declared.outputs["domainName"]),
        behaviors=read_behaviors(reader, by_id),
        origins=origins,
        groups=groups,
        default_root_object=_root_object(reader),
        errors=_errors(reader),
        tag_header=_tag_header(reader.block("cacheTagConfig")),
        key_groups=by_id.key_groups,
        geo=_geo(reader.block("restrictions")),
        web_acl=_web_acl(reader, resources),
    )
    _take_the_rest(reader)
    _refuse_broken(distribution, reader.path)
    return distribution


def _web_acl(reader: Reader, resources: Sequence[Recorded]) -> WebAcl:
    named = reader.text("webAclId")
    return found(read_web_acls(resources), named, reader.path) if named else WebAcl()


def _take_the_rest(reader: Reader) -> None:
    """What changes no answer here: any Host is this distribution's, by plain HTTP; logs are the trace line."""
    _refuse_certificate(reader, reader.block("viewerCertificate"))
    reader.without_effect(
        "comment", "isIpv6Enabled", "httpVersion", "priceClass", "tags", "waitForDeployment", "retainOnDelete"
    )
    reader.without_effect("loggingConfig")
    reader.finish()


def _refuse_certificate(reader: Reader, certificate: Reader | None) -> None:
    """Raises NotHonoured where CloudFront says InvalidViewerCertificate.

    AWS "Requirements for using alternate domain names" and "… SSL/TLS certificates with CloudFront", read 2026-11.
    """
    aliases, arn = reader.texts("aliases"), certificate.text("acmCertificateArn") if certificate else ""
    if certificate is not None:
        certificate.without_effect("cloudfrontDefaultCertificate", "sslSupportMethod", "minimumProtocolVersion")
        certificate.finish()
    if aliases and not arn:
        raise NotHonoured(
            "InvalidViewerCertificate: To add an alternate domain name (CNAME) to a CloudFront distribution, you must "
            f"attach a trusted certificate that validates your authorization to use the domain name ({aliases[0]})."
        )
    if arn and arn.split(":")[3:4] != ["us-east-1"]:
        raise NotHonoured(
            "InvalidViewerCertificate: The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't "
            f"valid, or doesn't include a valid certificate chain ({arn})."
        )


def _errors(reader: Reader) -> dict[int, ErrorPage]:
    pairs = [_error(each) for each in reader.blocks("customErrorResponses")]
    _refuse_twice([code for code, _ in pairs], f"{reader.path} has a custom error response for {{}} twice.")
    return dict(pairs)


def _error(reader: Reader) -> tuple[int, ErrorPage]:
    code = reader.whole("errorCode", 0)
    if code not in error_codes:
        raise NotHonoured(f"CloudFront has no custom error response for {code} ({reader.path}).")
    page = reader.text("responsePagePath") or None
    status = reader.whole("responseCode", 0) or None
    # The provider sends 0 for what is not said, not nothing: its `ExpandCustomErrorResponse`, read 2026-11.
    ttl = reader.whole("errorCachingMinTtl", 0)
    if ttl < 0 or bool(page) != bool(status):
        raise NotHonoured(f"{reader.path} needs a TTL from 0 on, and a page together with its response code.")
    if page and not page.startswith("/"):
        raise NotHonoured(f"{reader.path}.responsePagePath must begin with a slash, not be {page}.")
    if status and status not in page_codes:
        raise NotHonoured(f"CloudFront can't answer {status} with an error page ({reader.path}).")
    reader.finish()
    return code, ErrorPage(min_ttl_s=ttl, page=page, status=status)


def _root_object(reader: Reader) -> str:
    name = reader.text("defaultRootObject")
    if name.startswith("/"):  # CFAPI:DistributionConfig, read 2026-11
        raise NotHonoured(f"InvalidDefaultRootObject: {reader.path}.defaultRootObject has no slash before its name.")
    return name


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
    kind, countries = inner.choice("restrictionType", restrictions), frozenset(inner.texts("locations"))
    if kind != "none" and not countries:
        raise NotHonoured(f"{inner.path} is a {kind} that names no country.")
    wrong = sorted(each for each in countries if not country.fullmatch(each))
    if wrong:
        raise NotHonoured(f"InvalidGeoRestrictionParameter: {inner.path} has {', '.join(wrong)}, which is no country.")
    inner.finish()
    reader.finish()
    return GeoRestriction(kind=kind, countries=countries)


def _refuse_twice(names: Iterable[object], sentence: str) -> None:
    """Raises NotHonoured with the sentence, where one of the names comes a second time."""
    seen: set[object] = set()
    for name in names:
        if name in seen:
            raise NotHonoured(sentence.format(name))
        seen.add(name)


def _refuse_broken(distribution: Distribution, path: str) -> None:
    """What CloudFront refuses when a distribution is made. AWS "Quotas", CreateDistribution, read 2026-11."""
    if len(distribution.behaviors) > behaviors_max or len(distribution.origins) > origins_max:
        raise NotHonoured(f"{path} has more than {behaviors_max} behaviors or {origins_max} origins.")
    for behavior in distribution.behaviors:
        if behavior.origin_id not in {*distribution.origins, *distribution.groups}:
            raise NotHonoured(f"{path} has a behavior for {behavior.origin_id}, which is none of its origins.")

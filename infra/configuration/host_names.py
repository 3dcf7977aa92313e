"""What a stack's own names may be, and what must be said with them."""

from __future__ import annotations

from infra.configuration.settings import StackConfig
from infra.configuration.values import pattern

# ACM "Quotas": names of one certificate; its first one's length (ACM API, RequestCertificate). Read 2026-11.
most_domains = 10
max_first_domain = 64
# CF:secure-connections-supported-viewer-protocols-ciphers, read 2026-11; older ones allow TLS 1.1 (RFC 8996 ended it).
tls_policies = ("TLSv1.2_2019", "TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025")
label = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
# RFC 1035: 253 characters in all. Wildcards are no names that a record could point from, so none are read.
host_name = rf"(?=.{{4,253}}$)({label}\.)+[a-z]([a-z0-9-]{{0,61}}[a-z0-9])"
domain = pattern(host_name, "a host name of a-z, 0-9 and hyphens, like images.example.com,")
zone = pattern(f"|{host_name}", "the name of a hosted zone, like example.com, or nothing,")
certificate = pattern(
    r"|arn:aws:acm:us-east-1:[0-9]{12}:certificate/[0-9a-f-]{36}",
    "a certificate's ARN in us-east-1, where CloudFront takes it from, or nothing,",
)


def zone_or_certificate(config: StackConfig, region: str) -> str:
    if config.domains and not config.hosted_zone and not config.certificate_arn:
        return "Expected hostedZone or certificateArn for domains, received neither."
    if config.certificate_arn and config.domains == ():
        return "Expected names in domains for certificateArn, received none."
    if config.hosted_zone and config.domains == ():
        return "Expected names in domains for hostedZone, received none."
    return ""


def domains_in_zone(config: StackConfig, region: str) -> str:
    zone = config.hosted_zone
    outside = [each for each in config.domains or () if zone and each != zone and not each.endswith(f".{zone}")]
    return f"Expected names in {zone} for domains, received {', '.join(outside)}." if outside else ""


def domains_fit_certificate(config: StackConfig, region: str) -> str:
    domains = config.domains or ()
    if len(domains) > most_domains:
        return f"Expected at most {most_domains} of domains, received {len(domains)}."
    if domains and not config.certificate_arn and len(domains[0]) > max_first_domain:
        return (
            f"Expected at most {max_first_domain} letters of the first of domains, received {len(domains[0])}: "
            "name a shorter one first."
        )
    return ""


checks = (zone_or_certificate, domains_in_zone, domains_fit_certificate)

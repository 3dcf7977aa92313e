"""The stack's own names: a certificate in us-east-1 that DNS validates, and the records that point to CloudFront."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.configuration.config import ConfigError

# CloudFront takes certificates of this Region only (CF:cnames-and-https-requirements, read 2026-11).
certificate_region = "us-east-1"
validation_ttl_s = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainsArgs:
    """`zone` is a hosted zone, empty where DNS is somebody else's; `certificate_arn` an existing one, or empty."""

    domains: tuple[str, ...]
    zone: str
    certificate_arn: str
    minimum_tls: str


class Domains(pulumi.ComponentResource):
    """The certificate of the names, made or existing, and their records once there is a distribution to point to."""

    certificate_arn: pulumi.Input[str]

    def __init__(self, name: str, args: DomainsArgs) -> None:
        super().__init__("mirage:infra:Domains", name)
        self._args = args
        self._opts = pulumi.ResourceOptions(parent=self)
        self._zone_id = zone_id(args.zone) if args.zone else ""
        self.certificate_arn = args.certificate_arn or self._certificate()
        self.register_outputs({"certificate_arn": self.certificate_arn})

    @property
    def viewer_certificate(self) -> aws.cloudfront.DistributionViewerCertificateArgsDict:
        """What the distribution says of its certificate."""
        return {
            "acm_certificate_arn": self.certificate_arn,
            "ssl_support_method": "sni-only",
            "minimum_protocol_version": self._args.minimum_tls,
        }

    def point(self, distribution: aws.cloudfront.Distribution) -> None:
        """Declares the alias records, of IPv4 and IPv6; none where there is no zone of ours."""
        for domain in self._args.domains if self._zone_id else ():
            for kind in ("A", "AAAA"):
                aws.route53.Record(
                    f"{domain}-{kind}",
                    zone_id=self._zone_id,
                    name=domain,
                    type=kind,
                    aliases=[
                        {
                            "name": distribution.domain_name,
                            "zone_id": distribution.hosted_zone_id,
                            "evaluate_target_health": False,
                        }
                    ],
                    opts=self._opts,
                )

    def _certificate(self) -> pulumi.Output[str]:
        """The ARN of a new certificate, known as soon as it is issued."""
        first, *others = self._args.domains
        certificate = aws.acm.Certificate(
            "certificate",
            region=certificate_region,
            domain_name=first,
            subject_alternative_names=others,
            validation_method="DNS",
            # A change of names makes a new one first: the distribution must have it before the old one goes.
            opts=self._opts,
        )
        records = [self._validation(certificate, domain) for domain in self._args.domains]
        return aws.acm.CertificateValidation(
            "certificate",
            region=certificate_region,
            certificate_arn=certificate.arn,
            validation_record_fqdns=[record.fqdn for record in records],
            opts=self._opts,
        ).certificate_arn

    def _validation(self, certificate: aws.acm.Certificate, domain: str) -> aws.route53.Record:
        options = certificate.domain_validation_options
        return aws.route53.Record(
            f"{domain}-validation",
            zone_id=self._zone_id,
            name=options.apply(_said_of(domain, lambda option: option.resource_record_name)),
            type=options.apply(_said_of(domain, lambda option: option.resource_record_type)),
            records=[options.apply(_said_of(domain, lambda option: option.resource_record_value))],
            ttl=validation_ttl_s,
            # A name has the same record for every certificate of an account, also for the one that this one follows.
            allow_overwrite=True,
            opts=self._opts,
        )


Option = aws.acm.outputs.CertificateDomainValidationOption


def _said_of(domain: str, field: Callable[[Option], str | None]) -> Callable[[Sequence[Option]], str]:
    """A reader of one field of the option of a domain: they are a set, in no order."""
    return lambda options: next(field(each) or "" for each in options if each.domain_name == domain)


def zone_id(name: str) -> str:
    """The id of a public hosted zone. Raises ConfigError, with AWS's reason, where the account has none of the name."""
    try:
        return aws.route53.get_zone(name=name, private_zone=False).zone_id
    except Exception as error:  # the SDK raises nothing narrower for an invoke that failed
        raise ConfigError(
            f"Expected a public hosted zone of this account for hostedZone, received {name!r}: {error}"
        ) from error

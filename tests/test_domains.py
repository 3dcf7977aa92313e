"""A stack's own names: certificate, validation, records, and every way to say them wrong."""

from __future__ import annotations

import pytest
from pulumi.output import Unknown

from emulator.program import declare
from infra.configuration.config import ConfigError
from tests.declared import custom, distribution, lent, stack
from tests.provider_rules import args_class, rule_faults, type_faults

record, certificate = "aws:route53/record:Record", "aws:acm/certificate:Certificate"
two_names = {"domains": '["images.example.com", "example.com"]', "hostedZone": "example.com"}
existing = "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"


def test_names_get_one_certificate_in_us_east_1_that_dns_validates():
    made = stack(**two_names).one(certificate, "certificate").inputs
    assert (made["region"], made["validationMethod"]) == ("us-east-1", "DNS")
    assert (made["domainName"], made["subjectAlternativeNames"]) == ("images.example.com", ["example.com"])


def test_each_name_is_validated_by_a_record_of_its_own_whatever_the_order_of_acm():
    found = stack(**two_names)
    for name in ("images.example.com", "example.com"):
        validation = found.one(record, f"{name}-validation").inputs
        assert (validation["type"], validation["allowOverwrite"]) == ("CNAME", True)
        assert validation["name"].startswith("_") and validation["name"].endswith(f".{name}.")
        assert validation["records"][0].endswith(".acm-validations.aws.")
        assert len(validation["name"].split(".")[0]) == 33  # an underscore and 32 hex digits


def test_each_name_points_to_the_distribution_by_ipv4_and_ipv6():
    found = stack(**two_names)
    for name in ("images.example.com", "example.com"):
        for kind in ("A", "AAAA"):
            pointing = found.one(record, f"{name}-{kind}").inputs
            assert (pointing["name"], pointing["type"]) == (name, kind)
            assert pointing["aliases"][0]["zoneId"] == "Z2FDTNDATAQYW2"
            assert pointing["aliases"][0]["name"].endswith(".cloudfront.net")


def test_the_distribution_knows_the_names_and_waits_for_the_certificate():
    cdn = distribution(**two_names)
    assert cdn["aliases"] == ["images.example.com", "example.com"]
    assert cdn["viewerCertificate"]["minimumProtocolVersion"] == "TLSv1.2_2021"
    assert cdn["viewerCertificate"]["sslSupportMethod"] == "sni-only"
    assert cdn["viewerCertificate"]["acmCertificateArn"].startswith("arn:aws:acm:us-east-1:")
    assert stack(**two_names).outputs["url"] == "https://images.example.com"


def test_without_names_there_is_cloudfronts_own_certificate():
    assert distribution()["viewerCertificate"] == {"cloudfrontDefaultCertificate": True}
    assert "aliases" not in distribution()
    assert stack().of(record) == ()


def test_an_existing_certificate_makes_none_and_without_a_zone_no_records():
    found = stack(domains='["images.example.com"]', certificateArn=existing, minimumTls="TLSv1.3_2025")
    assert found.of(certificate) == found.of(record) == ()
    cdn = found.one("aws:cloudfront/distribution:Distribution", "cdn").inputs
    assert cdn["viewerCertificate"] == {
        "acmCertificateArn": existing,
        "sslSupportMethod": "sni-only",
        "minimumProtocolVersion": "TLSv1.3_2025",
    }


def test_an_existing_certificate_with_a_zone_has_records():
    found = stack(domains='["images.example.com"]', certificateArn=existing, hostedZone="example.com")
    assert [each.name for each in found.of(record)] == ["images.example.com-A", "images.example.com-AAAA"]


@pytest.mark.parametrize("preview", [False, True], ids=["update", "preview"])
def test_the_provider_and_the_sdk_take_it(preview):
    kinds = (certificate, record, "aws:acm/certificateValidation:CertificateValidation")
    declared = [each for each in custom(stack(preview, **two_names)) if each.type in kinds]
    assert len(declared) == 8
    for each in declared:
        assert list(type_faults(args_class(each.type), each.inputs, each.name)) == []
        assert list(rule_faults(each.type, each.inputs)) == []


def test_at_preview_the_names_are_known_and_what_acm_says_is_not():
    found = stack(True, **two_names)
    assert isinstance(found.one(record, "example.com-validation").inputs["name"], Unknown)
    assert found.one(record, "example.com-A").inputs["name"] == "example.com"


wrong = {
    "a zone that is not there": (
        {"domains": '["a.nowhere.invalid"]', "hostedZone": "nowhere.invalid"},
        "Expected a public hosted zone of this account for hostedZone, received 'nowhere.invalid': ",
    ),
    "a name outside the zone": (
        {"domains": '["a.example.com", "b.example.org", "notexample.com"]', "hostedZone": "example.com"},
        "Expected names in example.com for domains, received b.example.org, notexample.com.",
    ),
    "neither zone nor certificate": (
        {"domains": '["a.example.com"]'},
        "Expected hostedZone or certificateArn for domains, received neither.",
    ),
    "a certificate for no name": (
        {"certificateArn": existing},
        "Expected names in domains for certificateArn, received none.",
    ),
    "a zone for no name": ({"hostedZone": "example.com"}, "Expected names in domains for hostedZone, received none."),
    "a certificate of another Region": (
        {"domains": '["a.example.com"]', "certificateArn": existing.replace("us-east-1", "eu-west-1")},
        "Expected a certificate's ARN in us-east-1, where CloudFront takes it from, or nothing, for certificateArn",
    ),
    "a URL for a name": (
        {"domains": '["https://a.example.com/"]', "hostedZone": "example.com"},
        "Expected a host name of a-z, 0-9 and hyphens, like images.example.com, for domains",
    ),
    "a wildcard": (
        {"domains": '["*.example.com"]', "hostedZone": "example.com"},
        "Expected a host name of a-z, 0-9 and hyphens",
    ),
    "TLS 1.1": ({"minimumTls": "TLSv1.1_2016"}, "Expected one of TLSv1.2_2019, TLSv1.2_2021"),
    "eleven names": (
        {"domains": str([f"a{n}.example.com" for n in range(11)]).replace("'", '"'), "hostedZone": "example.com"},
        "Expected at most 10 of domains, received 11.",
    ),
    "a first name too long for a certificate": (
        {"domains": f'["{"a" * 60}.example.com"]', "hostedZone": "example.com"},
        "Expected at most 64 letters of the first of domains, received 72: name a shorter one first.",
    ),
}


@pytest.mark.parametrize(("settings", "sentence"), wrong.values(), ids=list(wrong))
def test_what_is_said_wrong_is_a_sentence_at_preview(settings, sentence):
    with pytest.raises(ConfigError) as said:
        declare("dev", config={**lent, **settings}, preview=True)
    assert str(said.value).startswith(sentence)

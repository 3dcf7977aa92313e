"""Tokens of an identity provider for CloudFront's cookies: whose is believed, and what he gets for it."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives import serialization

from emulator.cloudfront.trust import Arrived, is_trusted
from origin import signed_cookies
from origin.issuers import Issuers
from origin.signed_cookies import Signer
from origin.token import Answer, Exchange, Region, respond
from tests.issuer_world import Published, audience, b64url, issuer, jwk, key, private_pem, public_pem, token
from variants import errors

members = Exchange(path="/members/", issuer=issuer, audience=audience, key="ssm:/mirage/cookies", seconds=300)
staff = Exchange(path="/staff/", issuer=issuer, audience="staff", key="ssm:/mirage/cookies", seconds=3600)


class Kept:
    """The secret store with one private key."""

    def __init__(self, name: str = "cookies") -> None:
        self.name = name

    def signer(self, place: str) -> Signer:
        if place != "ssm:/mirage/cookies":
            raise errors.Internal("A secret is missing.")
        return signed_cookies.signer(private_pem(self.name))


def digest(name: str) -> str:
    der = (
        key(name).public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    return hashlib.sha256(der).hexdigest()


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


class Told(list[str]):
    def __call__(self, text: str) -> None:
        self.append(text)


def region(published: Published | None = None, clock: Clock | None = None, log: Told | None = None) -> Region:
    said = Told() if log is None else log
    return Region(
        exchanges=(members, staff),
        key_ids={digest("cookies"): "K2JCJMDEHXQW5F"},
        issuers=Issuers(published or Published("one", "two"), clock or Clock(), said),
        keys=Kept(),
        log=said,
    )


def asked(text: str, where: Region | None = None, path: str = "/members/", host: str = "img.example.com") -> Answer:
    headers = {"x-mirage-token": text, "x-mirage-host": host}
    return respond({"headers": headers, "queryStringParameters": {"path": path}}, where or region())


def seen(answer: Answer) -> str:
    """`204`, or `status code`; a refusal carries no cookie, and nothing is kept."""
    assert answer["headers"]["cache-control"] == "no-store"
    if answer["statusCode"] == 204:
        return "204"
    assert answer["cookies"] == []
    return f"{answer['statusCode']} {answer['headers']['x-mirage-error']}"


def opens(answer: Answer, path: str, now: float, host: str = "img.example.com") -> bool:
    """Whether CloudFront lets the cookies in, as the emulator judges it."""
    sent = dict(each.partition(";")[0].partition("=")[::2] for each in answer["cookies"])
    arrived = Arrived(bases=(f"https://{host}",), path=path, query="", cookies=sent, client_ip="198.51.100.1", now=now)
    return is_trusted(arrived, {"K2JCJMDEHXQW5F": public_pem("cookies")})


# --- what is got


def test_a_valid_token_gets_cookies_for_the_path_of_its_host_and_nothing_else() -> None:
    answer, now = asked(token()), time.time()
    assert seen(answer) == "204"
    assert opens(answer, "/members/1.jpg", now)
    assert not opens(answer, "/members", now)
    assert not opens(answer, "/staff/1.jpg", now)
    assert not opens(answer, "/members/1.jpg", now, host="other.example.com")


def test_the_cookies_are_for_the_path_and_for_tls_and_for_no_script() -> None:
    answer = asked(token())
    assert [each.partition("=")[0] for each in answer["cookies"]] == [
        "CloudFront-Policy",
        "CloudFront-Signature",
        "CloudFront-Key-Pair-Id",
        "CloudFront-Hash-Algorithm",
    ]
    assert {each.partition("; ")[2] for each in answer["cookies"]} == {"Path=/members/; Secure; HttpOnly; SameSite=Lax"}


def test_they_hold_as_long_as_the_setting_says_and_no_longer_than_the_token() -> None:
    now = int(time.time())
    assert opens(asked(token(exp=now + 9000)), "/members/1.jpg", now + 298)
    assert not opens(asked(token(exp=now + 9000)), "/members/1.jpg", now + 302)
    assert opens(asked(token(exp=now + 60)), "/members/1.jpg", now + 59)
    assert not opens(asked(token(exp=now + 60)), "/members/1.jpg", now + 61)


def test_one_exchange_needs_no_path() -> None:
    only = replace(region(), exchanges=(members,))
    assert seen(asked(token(), only, path="")) == "204"
    assert seen(asked(token(), path="")) == "404 not-found"


@pytest.mark.parametrize("path", ["/", "/members", "/members/x/", "/other/", "members/", "/MEMBERS/"])
def test_another_path_is_not_found(path: str) -> None:
    assert seen(asked(token(), path=path)) == "404 not-found"


# --- what is believed


def test_a_token_of_each_published_key_and_of_several_audiences_is_believed() -> None:
    assert seen(asked(token("two"))) == "204"
    assert seen(asked(token(aud=["other", audience]))) == "204"


@pytest.mark.parametrize(
    "said",
    [
        {"iss": "https://login.example/"}, {"iss": None}, {"aud": "other"}, {"aud": None}, {"aud": []}, {"exp": None},
        {"nbf": 4_102_444_800}, {"iat": "soon"}, {"aud": {"pictures": 1}}, {"iss": [issuer]},
    ],
    ids=str,
)  # fmt: skip
def test_claims_that_do_not_hold_are_refused(said: dict[str, object]) -> None:
    assert seen(asked(token(**said))) == "401 auth-required"


def test_a_token_of_another_audience_opens_no_other_path() -> None:
    assert seen(asked(token(), path="/staff/")) == "401 auth-required"
    assert seen(asked(token(aud="staff"), path="/staff/")) == "204"


def test_an_expired_token_is_gone_and_a_forged_one_is_not_known_to_have_expired() -> None:
    assert seen(asked(token(exp=int(time.time()) - 3600))) == "410 expired"
    forged = token("stranger", headers={"kid": "one"}, exp=int(time.time()) - 3600)
    assert seen(asked(forged)) == "401 auth-required"


def _hs256_with_the_public_key() -> str:
    """The confusion of RFC 8725, 2.1: the published key, taken for a shared secret."""
    parts = [{"alg": "HS256", "kid": "one"}, {"iss": issuer, "aud": audience, "exp": int(time.time()) + 600}]
    text = ".".join(b64url(json.dumps(part).encode()) for part in parts)
    return f"{text}.{b64url(hmac.new(public_pem('one').encode(), text.encode(), hashlib.sha256).digest())}"


def _unsigned() -> str:
    return f"{b64url(b'{}')}.{token().split('.')[1]}.".replace("e30", b64url(b'{"alg":"none","kid":"one"}'), 1)


@pytest.mark.parametrize(
    "text",
    [
        "", "-", "Bearer x", "a.b.c", "...", "\u00e9.\u00e9.\u00e9", "x" * 9000, token()[:-4], token() + "A",
        f"{token()}.x",
        token("stranger"), token("stranger", headers={"kid": "one"}), token(headers={"kid": None}),
        token(headers={"kid": 7}), token(headers={"crit": ["exp"], "exp": 1}),
        token("stranger", headers={"jwk": jwk("stranger"), "kid": "stranger"}),
        token("stranger", headers={"jku": "https://evil.example/", "kid": "stranger"}),
        _hs256_with_the_public_key(), _unsigned(), ".".join([*token().split(".")[:2], ""]),
    ],
    ids=lambda text: text[:20],
)  # fmt: skip
def test_what_is_no_token_of_the_issuer_is_refused(text: str) -> None:
    answer = asked(text)
    assert seen(answer) == "401 auth-required"
    assert answer["headers"]["www-authenticate"] == 'Bearer realm="Mirage"'


@pytest.mark.parametrize("host", ["", "a b", "img.example.com/", "img.example.com,evil", "*", "a" * 300])
def test_a_host_that_is_none_gets_nothing(host: str) -> None:
    assert seen(asked(token(), host=host)) == "503 busy"


# --- the issuer's keys


def test_keys_are_fetched_once_and_anew_after_an_hour() -> None:
    published, clock = Published("one"), Clock()
    where = region(published, clock)
    for _ in range(3):
        assert seen(asked(token(), where)) == "204"
    assert len(published.asked) == 2
    clock.now += 3601
    assert seen(asked(token(), where)) == "204"
    assert len(published.asked) == 4


def test_a_new_key_is_found_at_once_and_made_up_ones_ask_once_a_minute() -> None:
    published, clock = Published("one"), Clock()
    where = region(published, clock)
    assert seen(asked(token(), where)) == "204"
    clock.now += 61
    published.keys.append(jwk("two"))
    assert seen(asked(token("two"), where)) == "204"
    for _ in range(5):
        assert seen(asked(token("stranger"), where)) == "401 auth-required"
    assert len(published.asked) == 4
    clock.now += 61
    assert seen(asked(token("stranger"), where)) == "401 auth-required"
    assert len(published.asked) == 6


def test_a_token_that_could_never_be_good_asks_nobody() -> None:
    published = Published("one")
    where = region(published)
    for text in ("", "a.b.c", _unsigned(), _hs256_with_the_public_key(), token(headers={"kid": None})):
        asked(text, where)
    assert published.asked == []


def test_an_issuer_that_is_away_is_said_and_its_keys_hold_for_a_day() -> None:
    published, clock, log = Published("one"), Clock(), Told()
    where = region(published, clock, log)
    published.broken = True
    answer = asked(token(), where)
    assert seen(answer) == "503 busy"
    assert answer["headers"]["retry-after"] == "10"
    clock.now += 61
    published.broken = False
    assert seen(asked(token(), where)) == "204"
    published.broken = True
    clock.now += 86_000
    assert seen(asked(token(), where)) == "204"
    clock.now += 500
    assert seen(asked(token(), where)) == "503 busy"
    assert [json.loads(line)["event"] for line in log if "error" in line].count("issuer-keys") == 3


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "https://other.example/", "jwks_uri": "https://keys.example/jwks.json"},
        {"issuer": issuer, "jwks_uri": "http://keys.example/jwks.json"},
        {"issuer": issuer, "jwks_uri": 7}, {"issuer": issuer}, {},
    ],
    ids=str,
)  # fmt: skip
def test_a_document_that_is_not_the_issuers_own_is_not_believed(document: dict[str, object]) -> None:
    published = Published("one")
    published.document = document
    assert seen(asked(token(), region(published))) == "503 busy"


@pytest.mark.parametrize("said", [{"use": "enc"}, {"kty": "EC"}, {"alg": "RS512"}, {"kid": ""}], ids=str)
def test_keys_for_other_ends_are_none(said: dict[str, object]) -> None:
    published = Published("two")
    published.keys.append(jwk("one", **said))
    assert seen(asked(token(), region(published))) == "401 auth-required"


# --- the private key


def test_a_private_key_that_is_not_trusted_signs_nothing() -> None:
    assert seen(asked(token(), replace(region(), keys=Kept("stranger")))) == "503 busy"
    assert seen(asked(token(), replace(region(), exchanges=(replace(members, key="ssm:/none"),)))) == "503 busy"
    assert seen(asked(token(), replace(region(), key_ids={}))) == "503 busy"


@pytest.mark.parametrize("text", ["", "x", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_a_text_that_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        signed_cookies.signer(text)


def test_nothing_of_a_token_is_in_the_log() -> None:
    log = Told()
    sent = [token(), token(exp=1), token("stranger")]
    for text in sent:
        asked(text, region(log=log))
    assert [json.loads(line)["how"] for line in log] == ["made", "expired", "auth-required"]
    for text in sent:
        assert not any(part in "".join(log) for part in text.split("."))


def test_whatever_goes_wrong_is_an_answer() -> None:
    class Broken:
        def signer(self, place: str) -> Signer:
            raise RuntimeError("boom")

    log = Told()
    assert seen(asked(token(), replace(region(log=log), keys=Broken()))) == "503 busy"
    assert "boom" not in "".join(log)
    assert seen(respond({"headers": {}, "queryStringParameters": {}}, region())) == "404 not-found"

"""Who is let in by the viewer function: each mode, its bad input, and every spelling of a closed path."""

from __future__ import annotations

import base64
import json

import pytest

from emulator.viewer.runtime import ViewerRuntime
from infra.viewer.config import ViewerConfig
from tests.access_world import asked, b64url, basic, closed, now, other, runtime, secret, seen, sig, store, token
from tests.viewer_requests import event_of

every_mode = runtime()


def see(url: str, headers: dict[str, str] | None = None, cookies: dict[str, str] | None = None) -> str:
    return seen(asked(every_mode, url, headers, cookies))


# --- signed


@pytest.mark.parametrize(
    ("target", "key"),
    [
        ("/s/1.jpg?kid=k1", "/s/1.jpg/e1,f=auto"),
        ("/s/1.jpg?exp=1300000001&kid=k1&w=641", "/s/1.jpg/e1,w=641,f=auto"),
        ("/s/1.jpg?kid=live", "/s/1.jpg/e1,f=auto"),
        ("/s/1.jpg/e1,w=641,f=auto?kid=k1", "/s/1.jpg/e1,w=641,f=auto"),
        ("/s/a%2520b.jpg?kid=k1", "/s/a%2520b.jpg/e1,f=auto"),
        ("/s/a.pdf?kid=k1", "/s/a.pdf"),
        ("/s/t/1.jpg?kid=scoped&w=640", "/s/t/1.jpg/e1,w=640,f=auto"),
        ("/s/t/1.jpg?dpr=2&kid=scoped&w=320", "/s/t/1.jpg/e1,w=640,f=auto"),
        ("/s/t/1.jpg?kid=scoped&p=thumb", "/s/t/1.jpg/e1,w=300,h=200,fit=cover,f=auto"),
        ("/s/t/1.jpg/e1,w=640,f=auto?kid=scoped", "/s/t/1.jpg/e1,w=640,f=auto"),
        ("/s/t/1.jpg?kid=one", "/s/t/1.jpg/e1,f=auto"),
        ("/s/t/1.jpg/e1,f=auto?kid=one", "/s/t/1.jpg/e1,f=auto"),
    ],
)
def test_a_valid_signature_is_let_in(target: str, key: str) -> None:
    assert see(sig(target)) == key


@pytest.mark.parametrize(
    ("target", "key"),
    [
        ("/1.jpg?kid=k1&q=63&w=641", "/1.jpg/e1,w=641,q=63,f=auto"),
        ("/p/1.jpg?kid=k1&w=641", "/p/1.jpg/e1,w=641,f=auto"),
        ("/c/1.jpg?kid=k1&w=641", "/c/1.jpg/e1,w=641,f=auto"),
    ],
)
def test_a_valid_signature_lifts_ladder_and_options_everywhere(target: str, key: str) -> None:
    assert see(sig(target)) == key


def test_without_a_signature_an_open_prefix_keeps_its_ladder_and_options() -> None:
    assert see("/1.jpg?w=641") == "/1.jpg/e1,w=750,f=auto"
    assert see("/1.jpg?q=63") == "400 option-not-open"


def test_two_keys_live_at_once() -> None:
    assert see(sig("/s/1.jpg?kid=k1")) == see(sig("/s/1.jpg?kid=k2", other)) == "/s/1.jpg/e1,f=auto"
    assert see(sig("/s/1.jpg?kid=k2")) == "403 signature-bad"


def test_ignored_names_are_outside_of_the_signature() -> None:
    assert see(sig("/s/1.jpg?kid=k1") + "&utm_source=mail&_=7") == "/s/1.jpg/e1,f=auto"


def test_the_order_of_the_query_is_outside_of_the_signature() -> None:
    signature = sig("/s/1.jpg?kid=k1&w=641").rpartition("=")[2]
    assert see(f"/s/1.jpg?sig={signature}&w=641&kid=k1") == "/s/1.jpg/e1,w=641,f=auto"


@pytest.mark.parametrize(
    "target",
    [
        "/s/1.jpg?kid=none", "/s/1.jpg?kid=old", "/s/1.jpg?kid=new", "/s/1.jpg?kid=odd", "/s/1.jpg?kid=bare",
        "/s/1.jpg?kid=broken", "/s/1.jpg?kid=null", "/s/1.jpg?kid=", "/s/1.jpg?w=5", "/s/1.jpg?kid=k1&kid=k1",
        "/s/1.jpg?exp=1800000000&exp=1900000000&kid=k1", "/s/1.jpg?exp=x&kid=k1", "/s/1.jpg?exp=&kid=k1",
        "/s/1.jpg?exp&kid=k1", "/s/1.jpg?exp=-1&kid=k1", "/s/1.jpg?exp=1e9&kid=k1", "/s/1.jpg?kid=scoped&w=5",
        "/1.jpg?kid=scoped&w=5", "/s/t2/1.jpg?kid=scoped&w=5", "/s/t/1.jpg2?kid=one", "/s/t/1.jpg.png?kid=one",
        f"/s/1.jpg?kid={'k' * 7000}",
    ],
)  # fmt: skip
def test_a_signature_of_another_key_time_or_scope_is_wrong(target: str) -> None:
    assert see(sig(target)) == "403 signature-bad"


@pytest.mark.parametrize(("kid", "key"), [("short", b"fifteen bytes.."), ("empty", b"")])
def test_a_secret_below_128_bits_is_none(kid: str, key: bytes) -> None:
    assert see(sig(f"/s/1.jpg?kid={kid}", key)) == "403 signature-bad"


@pytest.mark.parametrize(
    "url",
    [
        sig("/s/1.jpg?kid=k1") + "&w=5",
        sig("/s/1.jpg?kid=k1&w=5").replace("w=5", "w=6"),
        sig("/s/1.jpg?kid=k1").replace("1.jpg", "2.jpg"),
        sig("/s/1.jpg?kid=k1").replace("kid=k1", "kid=k2"),
        sig("/s/1.jpg?exp=1300000001&kid=k1").replace("1300000001", "1300000002"),
        sig("/s/1.jpg?kid=k1") + "&sig=x",
        sig("/s/1.jpg?kid=k1") + "=",
        sig("/s/1.jpg?kid=k1") + "A",
        sig("/s/1.jpg?kid=k1")[:-1],
        "/s/1.jpg?kid=k1&sig=", "/s/1.jpg?kid=k1&sig", "/s/1.jpg?sig=x", "/s/1.jpg?kid=k1&sig=%80",
        "/s/1.jpg?kid=__proto__&sig=x", "/s/1.jpg?kid=constructor&sig=x", f"/s/1.jpg?kid=k1&sig={'A' * 8000}",
    ],
)  # fmt: skip
def test_a_signature_over_other_parameters_is_wrong(url: str) -> None:
    assert see(url) == "403 signature-bad"
    assert see(url.replace("/s/", "/open/", 1)) == "403 signature-bad"


@pytest.mark.parametrize(
    ("sent", "signed"),
    [
        ("/s/caf%C3%A9.jpg", "/s/cafe%CC%81.jpg"),
        ("/s/a%20b.jpg", "/s/a%2520b.jpg"),
        ("/s/%61.jpg", "/s/a.jpg"),
        ("/s/a%2fb.jpg", "/s/a%2Fb.jpg"),
    ],
)
def test_a_signature_holds_for_one_spelling_of_a_path(sent: str, signed: str) -> None:
    signature = sig(f"{signed}?kid=k1").rpartition("=")[2]
    assert see(f"{sent}?kid=k1&sig={signature}")[:3] in ("403", "400")


def test_a_signature_that_expired_is_gone() -> None:
    assert see(sig(f"/s/1.jpg?exp={now}&kid=k1")) == "410 expired"
    assert see(sig("/1.jpg?exp=1&kid=k1")) == "410 expired"
    assert see(sig("/1.jpg?exp=1&kid=k1", other)) == "403 signature-bad"


@pytest.mark.parametrize(
    "target",
    [
        "/s/t/1.jpg?kid=scoped", "/s/t/1.jpg?h=640&kid=scoped", "/s/t/1.jpg?kid=scoped&w=641",
        "/s/t/1.jpg?dpr=2&kid=scoped&w=321", "/s/t/1.jpg?f=json&kid=scoped&w=5", "/s/t/a.pdf?kid=scoped",
        "/s/t/1.jpg/e1,w=641,f=auto?kid=scoped", "/s/t/1.jpg/e1,f=auto?kid=scoped",
    ],
)  # fmt: skip
def test_a_largest_width_wants_a_width_within_it(target: str) -> None:
    assert see(sig(target)) == "403 auth-denied"


def test_a_width_by_ratio_counts() -> None:
    assert see(sig("/s/t/1.jpg?ar=2:1&h=320&kid=scoped")) == "/s/t/1.jpg/e1,w=640,h=320,fit=cover,f=auto"
    assert see(sig("/s/t/1.jpg?ar=2:1&h=321&kid=scoped")) == "403 auth-denied"


@pytest.mark.parametrize(
    "url", ["/s/1.jpg", "/s/a.pdf", "/s/1.jpg?kid=k1", "/s/1.jpg/e1,f=auto", "/s/1.jpg?w=nonsense"]
)
def test_a_signed_prefix_wants_a_signature(url: str) -> None:
    assert see(url) == "403 auth-required"


def test_keys_without_a_signed_prefix_count_in_open_ones() -> None:
    running = runtime(ViewerConfig(signatures=True))
    assert seen(asked(running, sig("/1.jpg?kid=k1&w=641"))) == "/1.jpg/e1,w=641,f=auto"
    assert seen(asked(running, sig("/1.jpg?kid=k2&w=641"))) == "403 signature-bad"


@pytest.mark.parametrize(
    ("switch", "signed", "unsigned"), [("on", "on", "on"), ("signed", "on", "off"), ("off", "off", "off")]
)
def test_the_switch_signed_makes_for_signatures_only(switch: str, signed: str, unsigned: str) -> None:
    running = runtime(kept={**store, "generate": switch})
    for url, made in ((sig("/1.jpg?kid=k1"), signed), ("/1.jpg", unsigned)):
        output = asked(running, url).output
        assert output is not None
        assert output["headers"]["x-mirage-generate"] == {"value": made}


# --- basic


@pytest.mark.parametrize(
    "credentials",
    [
        "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",  # RFC 7617, 2: Aladdin and "open sesame"
        "Basic dGVzdDoxMjPCow==",  # RFC 7617, 2.1: test and 123£ in UTF-8
        "basic  QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
    ],
)
def test_the_users_of_rfc_7617_are_let_in(credentials: str) -> None:
    assert see("/b/1.jpg?w=640", {"authorization": credentials}) == "/b/1.jpg/e1,w=640,f=auto"


@pytest.mark.parametrize(
    "credentials",
    [
        "", "Basic", "Basic ", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=",
        "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==x", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZR==", "Basic %%%", "Basic =",
        "Basic Og==",
        "Basic dGVzdDoxMjOj",  # RFC 7617, 2.1 in ISO 8859-1
        "Bearer QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
        "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ== QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
        basic("Aladdin:open sesame ")["authorization"], basic("aladdin:open sesame")["authorization"],
        basic("Aladdin")["authorization"], basic("Aladdin:")["authorization"], basic(":open sesame")["authorization"],
        basic("gone:open sesame")["authorization"], basic("hashless:")["authorization"],
        basic("hashless:undefined")["authorization"], basic("test:123\u00a3\u0301")["authorization"],
        basic("Aladdinopen sesame")["authorization"], basic("__proto__:x")["authorization"],
        "Basic " + base64.b64encode(b"A" * 6000 + b":x").decode(), "Basic " + "A" * 8000,
    ],
)  # fmt: skip
def test_anybody_else_is_asked_for_a_name_and_a_password(credentials: str) -> None:
    result = asked(every_mode, "/b/1.jpg", {"authorization": credentials})
    assert seen(result) == "401 auth-required"
    assert result.output is not None
    assert result.output["headers"]["www-authenticate"] == {"value": 'Basic realm="Mirage", charset="UTF-8"'}


@pytest.mark.parametrize("url", ["/b/1.jpg", "/b/a.pdf", "/b/1.jpg/e1,f=auto", "/b/1.jpg?w=x", "/b/1.jpg?token=x"])
def test_a_basic_prefix_wants_a_user(url: str) -> None:
    assert see(url) == "401 auth-required"


def test_a_signature_is_no_user_and_lifts_the_ladder_of_one() -> None:
    assert see(sig("/b/1.jpg?kid=k1&w=641")) == "401 auth-required"
    assert see(sig("/b/1.jpg?kid=k1&w=641"), basic("Aladdin:open sesame")) == "/b/1.jpg/e1,w=641,f=auto"
    assert see("/b/1.jpg?w=641", basic("Aladdin:open sesame")) == "/b/1.jpg/e1,w=750,f=auto"
    assert see("/b/1.jpg?sig=x", basic("Aladdin:open sesame")) == "403 signature-bad"


def test_two_authorizations_are_none() -> None:
    event = event_of("/b/1.jpg", headers=basic("Aladdin:open sesame"))
    both = event["request"]["headers"]["authorization"]
    both["multiValue"] = [{"value": "Basic x"}, {"value": both["value"]}]
    assert seen(every_mode.run(event, now=now)) == "401 auth-required"


# --- jwt

# RFC 7515, A.1.1 (and RFC 7519, 3.1): valid until 1300819380.
rfc_token = (
    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
    ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
)
# RFC 7515, A.2.1: the same claims, signed with RS256.
rfc_rs256_token = (
    "eyJhbGciOiJSUzI1NiJ9"
    ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t"
    "1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzD"
    "wusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"
)
# RFC 7519, 6.1: the same claims, signed by nobody.
rfc_none_token = (
    "eyJhbGciOiJub25lIn0"
    ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
)
good = {"exp": now + 60, "aud": "pictures", "iss": "https://issuer.example/"}


def bearer(text: str) -> dict[str, str]:
    return {"authorization": f"Bearer {text}"}


def test_the_token_of_rfc_7515_is_let_in_from_each_of_its_places() -> None:
    key = "/j/1.jpg/e1,w=640,f=auto"
    assert see("/j/1.jpg?w=640", bearer(rfc_token)) == key
    assert see("/j/1.jpg?w=640", {"authorization": f"bearer {rfc_token}"}) == key
    assert see("/j/1.jpg?w=640", None, {"token": rfc_token, "theme": "dark"}) == key
    assert see(f"/j/1.jpg?w=640&token={rfc_token}") == key


@pytest.mark.parametrize(
    "claims",
    [
        good, {**good, "exp": now - 59}, {**good, "nbf": now + 60}, {**good, "aud": ["a", "pictures"]},
        {**good, "path": "/j/"}, {**good, "path": ["/x/", "/j/1.jpg"]}, {**good, "path": "/"}, {**good, "path": "/j"},
    ],
)  # fmt: skip
def test_claims_that_hold_let_in(claims: dict[str, object]) -> None:
    assert see("/j/1.jpg", bearer(token(claims))) == "/j/1.jpg/e1,f=auto"


@pytest.mark.parametrize(
    "claims",
    [
        {**good, "nbf": now + 61}, {**good, "nbf": "soon"}, {**good, "nbf": {}}, {**good, "aud": "other"},
        {**good, "aud": []},
        {**good, "aud": None}, {**good, "iss": "https://other.example/"}, {**good, "iss": None},
        {**good, "path": "/b/"}, {**good, "path": []}, {**good, "path": None}, {**good, "path": 7}, {**good,
        "path": {}},
        {**good, "path": "/j/1.jp"}, {**good, "path": "/J/"}, {**good, "path": "j/"}, {**good, "exp": "never"},
        {**good, "exp": {}},
        {"aud": "pictures", "iss": "https://issuer.example/"}, {"exp": now + 60}, None, [], "text", 7,
    ],
)  # fmt: skip
def test_claims_that_do_not_hold_are_refused(claims: object) -> None:
    assert see("/j/1.jpg", bearer(token(claims))) == "401 auth-required"


def test_a_token_that_expired_is_gone() -> None:
    assert see("/j/1.jpg", bearer(token({**good, "exp": now - 60}))) == "410 expired"
    assert see("/j/1.jpg", bearer(token({**good, "exp": now - 60}, key=other))) == "401 auth-required"


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none", "kid": "j1"}, {"alg": "RS256", "kid": "j1"}, {"alg": "hs256", "kid": "j1"},
        {"alg": "HS512", "kid": "j1"},
        {"kid": "j1"}, {"alg": ["HS256"], "kid": "j1"}, {"alg": "HS256", "kid": "other"}, {"alg": "HS256"},
        {"alg": "HS256", "kid": {}}, {"alg": "HS256", "kid": "j1", "crit": ["exp"]}, None.__class__, 7, "HS256", [],
    ],
    ids=str,
)  # fmt: skip
def test_only_hs256_of_a_known_key_is_read(header: object) -> None:
    said = "null" if header is None.__class__ else header
    assert see("/j/1.jpg", bearer(token(good, said))) == "401 auth-required"


@pytest.mark.parametrize(
    "text",
    [
        rfc_rs256_token, rfc_none_token, rfc_none_token.rstrip("."), rfc_token + ".", rfc_token + ".x", rfc_token[:-1],
        rfc_token + "A", "." + rfc_token, "..", "...", "a.b.c", "", " ", rfc_token.replace(".", ""), rfc_token.upper(),
        "e30.e30.", b64url(b"{") + ".e30.x", b64url(b"[" * 5000) + ".e30.x", "A" * 8000, f"{rfc_token} {rfc_token}",
        rfc_token.partition(".")[0] + ".." + rfc_token.rpartition(".")[2],
    ],
    ids=lambda text: text[:24],
)  # fmt: skip
def test_what_is_no_valid_token_is_refused(text: str) -> None:
    for headers, cookies, query in ((bearer(text), {}, ""), ({}, {"token": text}, ""), ({}, {}, f"?token={text}")):
        result = asked(every_mode, "/j/1.jpg" + query, headers, cookies)
        assert seen(result) == "401 auth-required"
        assert result.output is not None
        assert result.output["headers"]["www-authenticate"] == {"value": 'Bearer realm="Mirage"'}


def test_two_tokens_are_none() -> None:
    both = f"/j/1.jpg?token={rfc_token}"
    assert see(both, bearer(rfc_token)) == "401 auth-required"
    assert see(both, None, {"token": rfc_token}) == "401 auth-required"
    assert see(f"{both}&token={rfc_token}") == "401 auth-required"


def test_a_token_is_a_credential_in_its_own_prefix_only() -> None:
    assert see(f"/1.jpg?token={rfc_token}") == "400 bad-option"
    assert see("/j/1.jpg?w=640&v=" + "1" * 900 + f"&token={rfc_token}") == "/j/1.jpg/e1,w=640,f=auto"


# --- cloudfront

theirs = "Policy=eyJTdGF0ZW1lbnQiOltd&Signature=abc~_-&Key-Pair-Id=K2JCJMDEHXQW5F&Hash-Algorithm=SHA256&Expires=7"


def test_what_cloudfront_let_through_is_let_through() -> None:
    assert see(f"/c/1.jpg?w=640&{theirs}") == "/c/1.jpg/e1,w=640,f=auto"
    assert see(f"/c/1.jpg?w=640&{theirs}&Policy={'A' * 3000}") == "/c/1.jpg/e1,w=640,f=auto"
    assert see("/c/1.jpg") == "/c/1.jpg/e1,f=auto"
    assert see(f"/c/a.pdf?{theirs}") == "/c/a.pdf"


def test_its_names_are_ignored_there_alone() -> None:
    assert see("/1.jpg?Expires=7") == "400 bad-option"
    assert see(sig("/c/1.jpg?kid=k1&w=641") + f"&{theirs}") == "/c/1.jpg/e1,w=641,f=auto"


# --- the strictest mode of a path, however it is spelt


@pytest.mark.parametrize(
    "spelt",
    [
        "/%73/1.jpg", "/%73%2F1.jpg", "/s%2f1.jpg", "/s%2F1.jpg", "//s/1.jpg", "/./s/1.jpg", "/x/../s/1.jpg",
        "/x/%2e%2e/s/1.jpg",
        "/s//1.jpg", "/s\\1.jpg", "/s%5C1.jpg", "/%62/1.jpg", "/%6A/1.jpg", "/%63/1.jpg", "/%63/a.pdf",
        "/%73/1.jpg/e1,f=auto",
        "/%63/1.jpg/e1,w=5,f=auto", "/%70/1.jpg?p=thumb", "/s/1.jpg/e1,f=auto", "/b/1.jpg/e1,f=auto",
        "/j/1.jpg/e1,f=auto",
        "/s/e1,f=auto", "/s/%31.jpg", "/s/1.jpg%2fe1,f=auto", "/s/1.jpg/%651,f=auto", "/b/%C0%AF1.jpg",
        "/s;x/../s/1.jpg",
    ],
)  # fmt: skip
@pytest.mark.parametrize("query", ["", "?w=640", "?p=thumb", "?Policy=x&Signature=x&Key-Pair-Id=x"])
def test_no_spelling_of_a_closed_path_is_let_in(spelt: str, query: str) -> None:
    url = spelt + (query.replace("?", "&") if "?" in spelt else query)
    assert see(url)[:3] in ("400", "401", "403"), url


@pytest.mark.parametrize("spelt", ["/%73/1.jpg", "/%62/1.jpg", "/%6a/1.jpg"])
def test_a_valid_credential_does_not_help_another_spelling(spelt: str) -> None:
    assert see(sig(f"{spelt}?kid=k1"), basic("Aladdin:open sesame"), {"token": rfc_token}) == "403 auth-denied"


@pytest.mark.parametrize(
    "spelt", ["/%2573/1.jpg", "/%25%37%33/1.jpg", "/S/1.jpg", "/s.jpg", "/ss/1.jpg", "/s%20/1.jpg"]
)
def test_a_path_that_only_looks_like_it_is_another_one(spelt: str) -> None:
    uri = see(spelt)
    assert uri.endswith("/e1,f=auto")
    assert not uri.startswith("/s/")


def test_a_nested_prefix_has_its_own_mode() -> None:
    running = runtime(ViewerConfig(access=(("a/", "cloudfront"), ("a/b/", "basic"), ("a/b/c/", "open"))))
    assert seen(asked(running, "/a/1.jpg")) == "/a/1.jpg/e1,f=auto"
    assert seen(asked(running, "/a/b/1.jpg")) == "401 auth-required"
    assert seen(asked(running, "/a/b/c/1.jpg")) == "/a/b/c/1.jpg/e1,f=auto"
    assert seen(asked(running, "/a/%62/1.jpg")) == "403 auth-denied"
    assert seen(asked(running, "/a/b/%63/1.jpg")) == "403 auth-denied"


# --- a store that cannot be read


@pytest.mark.parametrize(
    "kept", [{}, {"generate": "on"}, dict.fromkeys(store, "{"), dict.fromkeys(store, "7"), dict.fromkeys(store, "{}")]
)
def test_a_store_that_cannot_be_read_lets_nobody_in(kept: dict[str, str]) -> None:
    running: ViewerRuntime = runtime(kept=kept)
    assert seen(asked(running, sig("/s/1.jpg?kid=k1"))) == "403 signature-bad"
    assert seen(asked(running, sig("/1.jpg?kid=k1"))) == "403 signature-bad"
    assert seen(asked(running, "/b/1.jpg", basic("Aladdin:open sesame"))) == "401 auth-required"
    assert seen(asked(running, "/j/1.jpg", bearer(rfc_token))) == "401 auth-required"


def test_no_refusal_says_what_differs() -> None:
    def body(url: str, headers: dict[str, str] | None = None) -> object:
        output = asked(every_mode, url, headers).output
        assert output is not None
        return json.loads(output["body"])

    assert body("/s/1.jpg?sig=x&kid=k1") == body("/s/1.jpg?sig=x&kid=nobody") == body(sig("/s/1.jpg?kid=old"))
    assert body("/b/1.jpg") == body("/b/1.jpg", basic("Aladdin:x")) == body("/b/1.jpg", basic("nobody:x"))
    assert body("/j/1.jpg") == body("/j/1.jpg", bearer(rfc_none_token)) == body("/j/1.jpg", bearer("a.b.c"))


@pytest.mark.parametrize("url", ["/s/1.jpg", "/s/1.jpg?sig=x&kid=k1", "/b/1.jpg", "/j/1.jpg", "/%62/1.jpg"])
def test_a_refusal_says_that_credentials_are_wanted(url: str) -> None:
    output = asked(every_mode, url).output
    assert output is not None
    assert json.loads(output["body"])["message"] == "Expected valid credentials, received none."


def test_the_function_carries_only_the_modes_that_the_stack_uses() -> None:
    from infra.viewer.composing import compose

    ledger = set(compose(ViewerConfig()).ledger)
    assert ledger.isdisjoint(
        {"keys", "signed", "width", "basic", "jwt", "demand", "without", "modes", "admit", "forbid"}
    )
    assert "jwt" not in compose(ViewerConfig(access=(("b/", "basic"),))).ledger
    assert "basic" not in compose(ViewerConfig(access=(("s/", "signed"),))).ledger
    assert sum(compose(closed).ledger.values()) <= 10_240
    assert secret.decode() not in compose(closed).code

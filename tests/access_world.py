"""A viewer function with every access mode, its store, and credentials made by the standard library alone."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping

from emulator.viewer.runtime import ViewerResult, ViewerRuntime
from infra.viewer.composing import compose
from infra.viewer.config import PresetConfig, ViewerConfig
from tests.viewer_requests import event_of

now = 1_300_000_000
secret = b"an example secret of 32 bytes ok!"
other = b"another secret of 32 bytes, too.."
salt = "c2l4dGVlbiBieXRlIHNhbHQ"
# RFC 7515, A.1.1: the key of its example as JWK's k.
rfc_key = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"


def b64url(text: bytes) -> str:
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


store: dict[str, str] = {
    "generate": "on",
    "k:k1": json.dumps({"secret": b64url(secret)}),
    "k:k2": json.dumps({"secret": b64url(other)}),
    "k:old": json.dumps({"secret": b64url(secret), "exp": now}),
    "k:new": json.dumps({"secret": b64url(secret), "nbf": now + 1}),
    "k:live": json.dumps({"secret": b64url(secret), "nbf": now, "exp": now + 1}),
    "k:odd": json.dumps({"secret": b64url(secret), "nbf": "soon"}),
    "k:short": json.dumps({"secret": b64url(b"fifteen bytes..")}),
    "k:empty": json.dumps({"secret": ""}),
    "k:bare": json.dumps({}),
    "k:broken": "{",
    "k:null": "null",
    "k:scoped": json.dumps({"secret": b64url(secret), "path": "/s/t/", "width": 640}),
    "k:one": json.dumps({"secret": b64url(secret), "path": "/s/t/1.jpg"}),
    # The hashes are openssl's: HMAC-SHA256 of the password, keyed with the salt.
    "u:Aladdin": json.dumps({"secret": salt, "hash": "AgUp-73w_hd3fSa5njWJlM_n13lDbKJJZinhOHpFJZ0"}),
    "u:test": json.dumps({"secret": salt, "hash": "eGZydYd6wqIsu4yCLmXjEM0Y6sNfa5Ed7sNWCOLQlmI"}),
    "u:gone": json.dumps({"secret": salt, "hash": "AgUp-73w_hd3fSa5njWJlM_n13lDbKJJZinhOHpFJZ0", "exp": now}),
    "u:hashless": json.dumps({"secret": salt}),
    "u:": json.dumps({"secret": salt, "hash": "AgUp-73w_hd3fSa5njWJlM_n13lDbKJJZinhOHpFJZ0"}),
    "j:default": json.dumps({"secret": rfc_key, "leeway": 60}),
    "j:j1": json.dumps({"secret": b64url(secret), "leeway": 60, "aud": "pictures", "iss": "https://issuer.example/"}),
}

presets = {"thumb": PresetConfig(options="w=300,h=200,fit=cover")}
closed = ViewerConfig(
    presets=presets,
    access=(("p/", "presets"), ("s/", "signed"), ("b/", "basic"), ("j/", "jwt"), ("c/", "cloudfront")),
)


codes: dict[str, str] = {}


def runtime(config: ViewerConfig = closed, kept: Mapping[str, str] = store) -> ViewerRuntime:
    if repr(config) not in codes:
        codes[repr(config)] = compose(config).code
    return ViewerRuntime(codes[repr(config)], kept)


def sig(target: str, key: bytes = secret) -> str:
    """A target with its `sig`; the query as it is sent must be in the order of its bytes already."""
    return f"{target}&sig={b64url(hmac.new(key, target.encode(), hashlib.sha256).digest())}"


def token(claims: object, header: object = None, key: bytes = secret) -> str:
    """A JWT of j1's key, signed with HMAC-SHA256 whatever its header says."""
    head = {"alg": "HS256", "kid": "j1"} if header is None else header
    text = ".".join(b64url(json.dumps(part).encode()) for part in (head, claims))
    return f"{text}.{b64url(hmac.new(key, text.encode(), hashlib.sha256).digest())}"


def basic(said: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(said.encode()).decode()}


def seen(result: ViewerResult) -> str:
    """The uri that the request went on with, or `status code`."""
    assert result.error is None, result.message
    output = result.output
    assert output is not None
    if "statusCode" in output:
        return f"{output['statusCode']} {output['headers']['x-mirage-error']['value']}"
    return str(output["uri"])


def asked(
    running: ViewerRuntime, url: str, headers: Mapping[str, str] | None = None, cookies: Mapping[str, str] | None = None
) -> ViewerResult:
    event = event_of(url, headers=headers)
    event["request"]["cookies"] = {name: {"value": value} for name, value in (cookies or {}).items()}
    return running.run(event, now=now)

"""An identity provider of our own: keys, the documents that it publishes, and tokens."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Mapping
from functools import cache

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from variants import errors

issuer = "https://login.example/pool/"
audience = "pictures"
document_url = "https://login.example/pool/.well-known/openid-configuration"
keys_url = "https://keys.example/jwks.json"


def b64url(text: bytes) -> str:
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


@cache
def key(name: str) -> rsa.RSAPrivateKey:
    """A key of 2048 bits, the same for its name while the tests run."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def private_pem(name: str) -> str:
    return (
        key(name)
        .private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        .decode()
    )


def public_pem(name: str) -> str:
    return (
        key(name)
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


def jwk(name: str, **said: object) -> dict[str, object]:
    numbers = key(name).public_key().public_numbers()

    def spelt(number: int) -> str:
        return b64url(number.to_bytes((number.bit_length() + 7) // 8, "big"))

    return {
        "kty": "RSA",
        "kid": name,
        "use": "sig",
        "alg": "RS256",
        "n": spelt(numbers.n),
        "e": spelt(numbers.e),
    } | said


def token(signed_by: str = "one", *, headers: Mapping[str, object] | None = None, **said: object) -> str:
    """A token of the issuer's, good for ten minutes; what is said otherwise is, None leaves a claim out."""
    claims = {"iss": issuer, "aud": audience, "exp": int(time.time()) + 600, "sub": "ada"} | said
    head = {"alg": "RS256", "typ": "JWT", "kid": signed_by, **(headers or {})}
    kept = ({name: value for name, value in part.items() if value is not None} for part in (head, claims))
    text = ".".join(b64url(json.dumps(part).encode()) for part in kept)
    return f"{text}.{b64url(key(signed_by).sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


class Published:
    """The issuer's documents as they are fetched, counted. `broken` says what is not answered."""

    def __init__(self, *names: str) -> None:
        self.keys: list[dict[str, object]] = [jwk(name) for name in names]
        self.document: dict[str, object] = {"issuer": issuer, "jwks_uri": keys_url}
        self.broken = False
        self.asked: list[str] = []

    def __call__(self, url: str) -> bytes:
        self.asked.append(url)
        if self.broken:
            raise errors.Busy("An issuer does not answer.")
        return json.dumps({document_url: self.document, keys_url: {"keys": self.keys}}[url]).encode()

"""The identity providers that a stack's exchange of tokens names, played on this machine: documents, keys, tokens.

OpenID Connect Discovery 1.0 (3), RFC 7517. Nobody logs in: the control API makes tokens (`POST /token`).
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from emulator import asgi, wire
from emulator.recorded import Recorded
from emulator.wire import HttpRequest

function_type = "aws:lambda/function:Function"
variable = "MIRAGE_EXCHANGES"
key_id = "emulated"
discovery = "/.well-known/openid-configuration"
keys_path = "/.well-known/jwks.json"
token_s = 600


@dataclass(frozen=True)
class Issuers:
    """`known` are the issuers with their audiences, as the stack names them; `now` is the emulator's clock."""

    known: Mapping[str, str]
    now: Callable[[], float]

    @property
    def hosts(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(urlsplit(each).hostname or "" for each in self.known))

    @cached_property
    def key(self) -> rsa.RSAPrivateKey:
        """The key of all of them, of this start."""
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def answer(self, asked: HttpRequest) -> tuple[int, bytes]:
        """Status and JSON of a document."""
        documents: dict[str, object] = {}
        for issuer in self.known:
            parts = urlsplit(issuer)
            if parts.hostname == asked.host:
                keys = f"https://{parts.netloc}{keys_path}"
                documents[parts.path.rstrip("/") + discovery] = {"issuer": issuer, "jwks_uri": keys}
                documents[keys_path] = {"keys": [self._jwk()]}
        if asked.path not in documents:
            return 404, b'{"error": "not_found"}'
        return 200, json.dumps(documents[asked.path]).encode()

    def token(self, issuer: str, claims: Mapping[str, object]) -> str:
        """A token of one of them, for its audience and ten minutes where the claims do not say otherwise."""
        said = {"iss": issuer, "aud": self.known[issuer], "sub": "ada", "exp": int(self.now()) + token_s, **claims}
        header = {"alg": "RS256", "typ": "JWT", "kid": key_id}
        text = ".".join(_spelt(json.dumps(part).encode()) for part in (header, said))
        return f"{text}.{_spelt(self.key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))}"

    def _jwk(self) -> dict[str, str]:
        numbers = self.key.public_key().public_numbers()
        return {
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "kid": key_id,
            "n": _spelt(numbers.n.to_bytes(256, "big")),
            "e": _spelt(numbers.e.to_bytes(3, "big")),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerFront:
    """An ASGI application: requests for the issuers' hosts are theirs, all others go on to `app`."""

    app: asgi.Application
    issuers: Issuers

    async def __call__(self, scope: wire.Scope, receive: wire.Receive, send: wire.Send) -> None:
        named = dict(asgi.headers(scope)).get("host", "")
        if named.rsplit(":", 1)[0].lower() not in self.issuers.hosts:
            return await self.app(scope, receive, send)
        status, body = await asyncio.to_thread(self.issuers.answer, await wire.read(scope, receive))
        return await wire.answer(send, status, (("Content-Type", "application/json"),), body)


def read_issuers(resources: Sequence[Recorded], now: Callable[[], float]) -> Issuers:
    """The issuers that a function of the stack is told of, each with its audience; of several, the first."""
    known: dict[str, str] = {}
    for each in resources:
        environment = each.inputs.get("environment") if each.type == function_type else None
        said = environment.get("variables") if isinstance(environment, Mapping) else None
        for one in json.loads(str(said[variable])) if isinstance(said, Mapping) and variable in said else []:
            known.setdefault(one["issuer"], one["audience"])
    return Issuers(known, now)


def _spelt(text: bytes) -> str:
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()

"""Whose token it is: RS256, verified against the keys that its issuer publishes.

OpenID Connect Discovery 1.0 (3, 4.3), RFC 7517 (keys), RFC 7519 (claims), RFC 8725 (best current practices).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import jwt

from variants import errors
from variants.timing import Clock

# One, whatever a token's header says: RFC 8725, 3.1.
algorithms = ["RS256"]
max_token_bytes = 8_192
leeway_s = 30
discovery = "/.well-known/openid-configuration"
# Issuers announce a key before they sign with it, and rotate in weeks: an hour is what most let clients keep.
fresh_s = 3_600
# Whoever makes up key ids makes us ask no more often than that.
pause_s = 60
# An issuer that does not answer is no reason to lock everybody out at once.
usable_s = 86_400


class Untrusted(errors.MirageError):
    """No token, or one that proves nothing. Never says what differs."""

    status = 401
    code = "auth-required"
    cache_seconds = 0


class Expired(errors.MirageError):
    """A token that was good."""

    status = 410
    code = "expired"
    cache_seconds = 0


class Fetch(Protocol):
    def __call__(self, url: str) -> bytes:
        """The body of a 200. Raises errors.Busy for anything else."""
        ...


@dataclass(slots=True, kw_only=True)
class Known:
    """The keys of an issuer by their ids, when they were fetched, and when that was last tried."""

    keys: Mapping[str, jwt.PyJWK] = field(default_factory=dict)
    fetched_at: float = float("-inf")
    tried_at: float = float("-inf")


class Issuers:
    """Verifies tokens; keeps issuers' keys while the sandbox lives."""

    def __init__(self, fetch: Fetch, clock: Clock, log: Callable[[str], None] = print) -> None:
        self._fetch = fetch
        self._clock = clock
        self._log = log
        self._known: dict[str, Known] = {}

    def until(self, token: str, *, issuer: str, audience: str) -> int:
        """The unix second at which a valid token ends. Raises Untrusted, Expired, errors.Busy."""
        if not 0 < len(token) <= max_token_bytes:
            raise Untrusted("Expected a token, received none.")
        try:
            header = jwt.get_unverified_header(token)
        except jwt.PyJWTError:
            raise Untrusted("Expected a token, received another text.") from None
        # Before its key is looked for: nobody makes us ask the issuer by a token that could never be good.
        if header.get("alg") not in algorithms or "crit" in header or not isinstance(header.get("kid"), str):
            raise Untrusted("Expected a token signed with RS256, received another.")
        return self._verified(token, self._key(issuer, header["kid"]), issuer, audience)

    def _verified(self, token: str, key: jwt.PyJWK, issuer: str, audience: str) -> int:
        required = ["exp", "iss", "aud"]
        try:
            claims = jwt.decode(
                token,
                key,
                algorithms=algorithms,
                audience=audience,
                issuer=issuer,
                leeway=leeway_s,
                options={"require": required},
            )
        except jwt.ExpiredSignatureError:
            raise Expired("Expected a token that still holds, received one that expired.") from None
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError):
            raise Untrusted("Expected a token of this issuer and audience, received another.") from None
        return int(claims["exp"])

    def _key(self, issuer: str, key_id: str) -> jwt.PyJWK:
        known = self._known.setdefault(issuer, Known())
        now = self._clock()
        is_old = now - known.fetched_at > fresh_s
        if (is_old or key_id not in known.keys) and now - known.tried_at > pause_s:
            known.tried_at = now
            self._refresh(issuer, known)
        if now - known.fetched_at > usable_s:
            raise errors.Busy("The issuer of tokens does not answer; ask again in a moment.")
        if key_id not in known.keys:
            raise Untrusted("Expected a token of a key that its issuer publishes, received another.")
        return known.keys[key_id]

    def _refresh(self, issuer: str, known: Known) -> None:
        """Nothing: what cannot be had now leaves what is known."""
        try:
            known.keys = self._published(issuer)
            known.fetched_at = self._clock()
        except (errors.Busy, jwt.PyJWTError, ValueError, KeyError, TypeError) as why:
            said = {"level": "error", "event": "issuer-keys", "issuer": issuer, "why": type(why).__name__}
            self._log(json.dumps(said))

    def _published(self, issuer: str) -> dict[str, jwt.PyJWK]:
        """The issuer's keys for signatures with RS256. Raises ValueError where its document is not its own."""
        document = json.loads(self._fetch(issuer.rstrip("/") + discovery))
        address = document["jwks_uri"]
        if document["issuer"] != issuer or not address.startswith("https://"):
            raise ValueError("Expected the discovery document of the issuer itself.")
        listed = json.loads(self._fetch(address))["keys"]
        fit = [key for key in listed if key.get("kty") == "RSA" and key.get("use", "sig") == "sig" and key.get("kid")]
        return {key["kid"]: jwt.PyJWK(key, algorithm="RS256") for key in fit if key.get("alg", "RS256") == "RS256"}

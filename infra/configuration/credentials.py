"""Readers of the settings that hold secrets: keys for signatures and tokens, users, and CloudFront's public keys.

No sentence repeats what a secret setting says. What the store gets is made here: the viewer function parses least.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

from infra.configuration.values import Reader, T, Unreadable

# AWS "Quotas on key value stores", read 2026-11.
max_value_bytes = 1_024
# The least entropy of a secret, in bytes; the viewer function refuses a shorter one, too.
min_secret_bytes = 16
name_pattern = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
path_pattern = re.compile(r"/(?:[A-Za-z0-9._~-]+/?)*")
hash_pattern = re.compile(r"[A-Za-z0-9_-]{43}")
salt_pattern = re.compile(r"[A-Za-z0-9_-]{22,64}")
pem_pattern = re.compile(r"-----BEGIN PUBLIC KEY-----\s[A-Za-z0-9+/=\s]+-----END PUBLIC KEY-----\s*")
strong = "secrets of 16 bytes or more"
hidden = "a line that is not shown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """A key of the store and its value: `k:` signs URLs, `j:` tokens, `u:` is a user."""

    key: str
    value: str = field(repr=False)


def unseen(reader: Reader[T]) -> Reader[T]:
    """The reader, whose sentences do not repeat what they were given."""

    def read(text: str) -> T:
        try:
            return reader(text)
        except Unreadable as error:
            raise Unreadable(error.wanted, hidden) from None

    return read


def access_key(text: str) -> Credential:
    """The key of a line like `k1 <secret> path=/team/ width=640 from=2026-01-01 until=2027-01-01`."""
    wanted = f"lines like 'k1 SECRET path=/team/ width=640 from=2026-01-01 until=2027-01-01', {strong},"
    return _key("k", text, wanted, {"path": _path, "width": _width, "from": _time, "until": _time})


def token_key(text: str) -> Credential:
    """The key of a line like `default <secret> aud=pictures iss=https://issuer.example/ leeway=60`."""
    wanted = f"lines like 'default SECRET aud=pictures iss=https://issuer.example/ leeway=60', {strong},"
    found = _key("j", text, wanted, {"aud": str, "iss": str, "leeway": _number, "from": _time, "until": _time})
    return Credential(key=found.key, value=_json({"leeway": 60, **json.loads(found.value)}, wanted))


def access_user(text: str) -> Credential:
    """The user of a line like `alice <salt> <hash>`, which `python -m mirage user alice` prints."""
    wanted = "lines like 'alice SALT HASH until=2027-01-01', as `python -m mirage user alice` prints them,"
    words = text.split()
    if len(words) < 3 or not name_pattern.fullmatch(words[0]):
        raise Unreadable(wanted, hidden)
    if not salt_pattern.fullmatch(words[1]) or not hash_pattern.fullmatch(words[2]):
        raise Unreadable(wanted, hidden)
    said = {"secret": words[1], "hash": words[2], **_options(words[3:], wanted, {"from": _time, "until": _time})}
    return Credential(key=f"u:{words[0]}", value=_json(said, wanted))


def public_key(text: str) -> str:
    """The PEM of a public key, for CloudFront's signed URLs and cookies."""
    if not pem_pattern.fullmatch(text):
        raise Unreadable("public keys as PEM (-----BEGIN PUBLIC KEY-----)", text[:40])
    return text.strip() + "\n"


def _key(kind: str, text: str, wanted: str, known: dict[str, Reader[object]]) -> Credential:
    words = text.split()
    if len(words) < 2 or not name_pattern.fullmatch(words[0]):
        raise Unreadable(wanted, hidden)
    secret = _secret(words[1], wanted)
    said = {"secret": secret, **_options(words[2:], wanted, known)}
    return Credential(key=f"{kind}:{words[0]}", value=_json(said, wanted))


def _secret(text: str, wanted: str) -> str:
    """The secret's bytes as base64url; a text says them in UTF-8, or after `base64url:` itself."""
    secret = text.encode()
    if text.startswith("base64url:"):
        encoded = text.removeprefix("base64url:")
        try:
            secret = base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True)
        except ValueError:
            raise Unreadable(wanted, hidden) from None
    if len(secret) < min_secret_bytes:
        raise Unreadable(wanted, hidden)
    return base64.urlsafe_b64encode(secret).rstrip(b"=").decode()


def _options(words: list[str], wanted: str, known: dict[str, Reader[object]]) -> dict[str, object]:
    pairs = [word.partition("=") for word in words]
    names = [name for name, _, _ in pairs]
    if len(set(names)) != len(names) or not set(names) <= set(known) or not all(value for _, _, value in pairs):
        raise Unreadable(wanted, hidden)
    # In the store, from and until have the names that tokens have for them (RFC 7519, 4.1).
    return {{"from": "nbf", "until": "exp"}.get(name, name): known[name](value) for name, _, value in pairs}


def _path(text: str) -> object:
    if not path_pattern.fullmatch(text):
        raise Unreadable("a path like /team/ after path=", hidden)
    return text


def _number(text: str) -> object:
    if not re.fullmatch("[0-9]{1,4}", text):
        raise Unreadable("a whole number of seconds after leeway=", hidden)
    return int(text)


def _width(text: str) -> object:
    if not re.fullmatch("[1-9][0-9]{0,3}", text):
        raise Unreadable("a width from 1 after width=", hidden)
    return int(text)


def _time(text: str) -> object:
    """Unix seconds of a date (its first moment in UTC), or of themselves."""
    if re.fullmatch("[1-9][0-9]{8,11}", text):
        return int(text)
    try:
        return int(datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).timestamp())
    except ValueError:
        raise Unreadable("a date like 2027-01-01, or unix seconds, after from= and until=", hidden) from None


def _json(said: dict[str, object], wanted: str) -> str:
    value = json.dumps(said, sort_keys=True, separators=(",", ":"))
    if len(value.encode()) > max_value_bytes:
        raise Unreadable(wanted, hidden)
    return value

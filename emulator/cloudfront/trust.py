"""Signed URLs and signed cookies: whether CloudFront lets a request through to a behavior with trusted key groups.

AWS "Use signed URLs", "Create a signed URL using a canned policy" and "… a custom policy", "Use signed cookies",
read 2026-11.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from urllib.parse import unquote

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

query_names = ("Expires", "Policy", "Signature", "Key-Pair-Id", "Hash-Algorithm")
cookie_prefix = "CloudFront-"
# CloudFront's base64 for URLs: + is -, = is _, / is ~.
from_theirs = str.maketrans("-_~", "+=/")
anywhere = "0.0.0.0/0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A request as a policy speaks of it. `bases`: scheme and host, each that the viewer may have meant."""

    bases: tuple[str, ...]
    path: str
    query: str
    cookies: Mapping[str, str]
    client_ip: str
    now: float


def is_trusted(arrived: Arrived, keys: Mapping[str, str]) -> bool:
    """Whether a signature of one of the keys (PEM by id) covers the request. Raises nothing."""
    said = {name: value for name, value in _pairs(arrived.query) if name in query_names}
    if not said:
        said = {
            name.removeprefix(cookie_prefix): value
            for name, value in arrived.cookies.items()
            if name.startswith(cookie_prefix)
        }
    try:
        return _holds(arrived, said, keys)
    except (KeyError, ValueError, TypeError, AttributeError):
        return False


def _pairs(query: str) -> list[tuple[str, str]]:
    return [(name, value) for name, _, value in (part.partition("=") for part in query.split("&")) if name]


def _holds(arrived: Arrived, said: Mapping[str, str], keys: Mapping[str, str]) -> bool:
    signature = base64.b64decode(unquote(said["Signature"]).translate(from_theirs), validate=True)
    key = serialization.load_pem_public_key(keys[said["Key-Pair-Id"]].encode())
    algorithm = {"SHA1": hashes.SHA1(), "SHA256": hashes.SHA256()}[said.get("Hash-Algorithm", "SHA1")]
    for url in _urls(arrived):
        policy = _policy(said, url)
        if _is_signed(key, algorithm, policy, signature) and _permits(json.loads(policy), arrived, url):
            return True
    return False


def _urls(arrived: Arrived) -> list[str]:
    """The URL without CloudFront's own parameters, as each base has it."""
    rest = "&".join(part for part in arrived.query.split("&") if part.partition("=")[0] not in query_names)
    return [f"{base}{arrived.path}{'?' + rest if rest else ''}" for base in arrived.bases]


def _policy(said: Mapping[str, str], url: str) -> bytes:
    """The custom policy as sent, or the canned one, whose text both sides know."""
    if "Policy" in said:
        return base64.b64decode(unquote(said["Policy"]).translate(from_theirs), validate=True)
    condition = {"DateLessThan": {"AWS:EpochTime": int(said["Expires"])}}
    statement = {"Statement": [{"Resource": url, "Condition": condition}]}
    return json.dumps(statement, separators=(",", ":")).encode()


def _is_signed(key: object, algorithm: hashes.HashAlgorithm, policy: bytes, signature: bytes) -> bool:
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, policy, padding.PKCS1v15(), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, policy, ec.ECDSA(algorithm))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _permits(policy: dict[str, list[dict[str, object]]], arrived: Arrived, url: str) -> bool:
    """Whether the policy's one statement speaks of this request, now and from there."""
    (statement,) = policy["Statement"]
    condition = statement["Condition"]
    if not isinstance(condition, dict) or not arrived.now < condition["DateLessThan"]["AWS:EpochTime"]:
        return False
    if "DateGreaterThan" in condition and not arrived.now > condition["DateGreaterThan"]["AWS:EpochTime"]:
        return False
    network = condition.get("IpAddress", {}).get("AWS:SourceIp", anywhere)
    is_near = network == anywhere or ip_address(arrived.client_ip) in ip_network(network, strict=False)
    return is_near and _is_like(str(statement["Resource"]), url)


def _is_like(pattern: str, url: str) -> bool:
    """Whether the resource, in which * is any text and ? any character, is the URL."""
    marks = {"*": ".*", "?": "."}
    return re.fullmatch("".join(marks.get(mark, re.escape(mark)) for mark in pattern), url) is not None

"""CloudFront's signed cookies for all below a path.

AWS "Set signed cookies using a custom policy" (names, base64 of CloudFront's, Hash-Algorithm, attributes; no Expires
and no Max-Age, so that they go with the browser), read 2026-11.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

# CloudFront's base64: + is -, = is _, / is ~.
to_theirs = bytes.maketrans(b"+=/", b"-_~")
# The shortest that CloudFront takes (AWS "Specify signers that can create signed URLs and signed cookies", 2026-11).
rsa_bits = 2048


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """A private key, and the digest by which its public half is known (SHA-256 of its DER)."""

    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    digest: str

    def sign(self, text: bytes) -> bytes:
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(text, padding.PKCS1v15(), hashes.SHA256())
        return self.key.sign(text, ec.ECDSA(hashes.SHA256()))


def signer(pem: str) -> Signer:
    """The signer of a private key in PEM. Raises ValueError for another text, or a key that CloudFront can't have."""
    key = serialization.load_pem_private_key(pem.encode(), password=None)
    is_rsa = isinstance(key, rsa.RSAPrivateKey) and key.key_size == rsa_bits
    is_curve = isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1)
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) or not (is_rsa or is_curve):
        raise ValueError("Expected a private key of RSA 2048 or ECDSA P-256.")
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return Signer(key=key, digest=hashlib.sha256(public).hexdigest())


def policy(host: str, path: str, until: int) -> bytes:
    """The custom policy for everything below a path of a host, until a unix second."""
    condition = {"DateLessThan": {"AWS:EpochTime": until}}
    statement = {"Statement": [{"Resource": f"https://{host}{path}*", "Condition": condition}]}
    return json.dumps(statement, separators=(",", ":")).encode()


def cookies(text: bytes, path: str, signed_by: Signer, key_id: str) -> tuple[str, ...]:
    """The values of Set-Cookie for a policy."""
    values = {
        "Policy": _theirs(text),
        "Signature": _theirs(signed_by.sign(text)),
        "Key-Pair-Id": key_id,
        "Hash-Algorithm": "SHA256",
    }
    attributes = f"Path={path}; Secure; HttpOnly; SameSite=Lax"
    return tuple(f"CloudFront-{name}={value}; {attributes}" for name, value in values.items())


def _theirs(text: bytes) -> str:
    return base64.b64encode(text).translate(to_theirs).decode()

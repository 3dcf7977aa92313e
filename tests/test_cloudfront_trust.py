"""CloudFront's signed URLs and cookies in the emulator, signed by botocore's CloudFrontSigner."""

from __future__ import annotations

import base64
import datetime
import functools
import json

from botocore.signers import CloudFrontSigner
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from emulator.cloudfront.trust import Arrived, is_trusted

now = 1_800_000_000
key_id = "K2JCJMDEHXQW5F"


@functools.cache
def private_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> str:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()


def signer() -> CloudFrontSigner:
    return CloudFrontSigner(key_id, lambda text: private_key().sign(text, padding.PKCS1v15(), hashes.SHA1()))


def arrived(target: str, *, at: float = now) -> Arrived:
    path, _, query = target.removeprefix("https://d111.cloudfront.net").partition("?")
    bases = ("https://d111.cloudfront.net",)
    return Arrived(bases=bases, path=path, query=query, cookies={}, client_ip="192.0.2.7", now=at)


def trusted(request: Arrived) -> bool:
    return is_trusted(request, {key_id: pem(private_key())})


def until(seconds: int) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC)


url = "https://d111.cloudfront.net/c/1.jpg?w=640"


def test_a_canned_policy_holds_for_its_url_until_its_time() -> None:
    signed = signer().generate_presigned_url(url, date_less_than=until(now + 60))
    assert trusted(arrived(signed))
    assert not trusted(arrived(signed, at=now + 60))
    assert not trusted(arrived(signed.replace("w=640", "w=641")))
    assert not trusted(arrived(signed.replace("/c/1.jpg", "/c/2.jpg")))
    assert not trusted(arrived(signed.replace(f"Expires={now + 60}", f"Expires={now + 61}")))
    assert not trusted(arrived(signed.replace(key_id, "KOTHER")))
    assert not trusted(arrived(signed.partition("&Signature")[0]))
    assert not trusted(arrived(url))


def test_sha256_and_elliptic_curves_are_taken_too() -> None:
    condition = {"DateLessThan": {"AWS:EpochTime": now + 60}}
    policy = json.dumps({"Statement": [{"Resource": "*", "Condition": condition}]}, separators=(",", ":")).encode()
    theirs = str.maketrans("+=/", "-_~")
    text = base64.b64encode(policy).decode().translate(theirs)
    key = ec.generate_private_key(ec.SECP256R1())
    signature = base64.b64encode(key.sign(policy, ec.ECDSA(hashes.SHA256()))).decode().translate(theirs)
    sent = f"{url}&Policy={text}&Signature={signature}&Key-Pair-Id=KEC&Hash-Algorithm=SHA256"
    assert is_trusted(arrived(sent), {"KEC": pem(key)})
    assert not is_trusted(arrived(sent.replace("SHA256", "MD5")), {"KEC": pem(key)})
    assert not is_trusted(arrived(sent), {"KEC": "no key"})
    assert not is_trusted(arrived(sent), {"KEC": pem(ec.generate_private_key(ec.SECP256R1()))})
    assert not is_trusted(arrived(sent), {"KEC": pem(ed25519.Ed25519PrivateKey.generate())})
    assert not is_trusted(arrived(sent), {})


# AWS "Code examples for creating a signature": a policy and what its base64 is in a URL.
def test_the_alphabet_of_urls_is_cloudfronts() -> None:
    found = signer().generate_presigned_url("https://d111.cloudfront.net/c/1.jpg", policy=b'{"a":"???>>>"}'.decode())
    said = dict(part.split("=", 1) for part in found.partition("?")[2].split("&"))
    assert said["Policy"] == "eyJhIjoiPz8~Pj4-In0_"

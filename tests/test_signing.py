"""Signatures against those that openssl made."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from variants import signing

vectors = json.loads((Path(__file__).parent / "vectors" / "signatures.json").read_text(encoding="utf-8"))
secret = vectors["secret"].encode()


@pytest.mark.parametrize("case", vectors["cases"], ids=lambda case: case["name"])
def test_the_text_and_its_signature(case: dict[str, str]) -> None:
    assert signing.signed_text(case["target"]) == case["text"]
    assert signing.signature(case["target"], secret) == case["sig"]


def test_sign_adds_kid_exp_and_sig_at_the_end() -> None:
    signed = signing.sign("/cats/1.jpg?w=640", kid="k1", secret=secret, expires_at=1_800_000_000)
    assert signed == "/cats/1.jpg?w=640&kid=k1&exp=1800000000&sig=DwdVLGH8NZIKmjRSMv1r8A8PzzzYzdA60-bGKL1keak"


@pytest.mark.parametrize(
    "target",
    ["cats/1.jpg", "https://example.com/cats/1.jpg", "/1.jpg#top", "/1.jpg?sig=x", "/1.jpg?exp=1", "/1.jpg?kid=a"],
)
def test_what_is_no_unsigned_target_is_refused(target: str) -> None:
    with pytest.raises(ValueError, match=r"Expected a (path|target)"):
        signing.sign(target, kid="k1", secret=secret)

"""CloudFront's signed URLs and cookies: the cases of tests/vectors/aws/signed_urls.json.

Policies are signed without whitespace, as the guide says. `instead` changes what is sent, `broken` puts a character
into it that is no base64.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from emulator.cloudfront.trust import Arrived, is_trusted
from tests.issuer_world import key, public_pem

cases = json.loads((Path(__file__).parent / "vectors" / "aws" / "signed_urls.json").read_text(encoding="utf-8"))
host = "http://d111111abcdef8.cloudfront.net"
key_id = "K2JCJMDEHXQW5F"


def theirs(text: bytes) -> str:
    return base64.b64encode(text).decode().translate(str.maketrans("+=/", "-_~"))


def sent(case: dict, ask: dict) -> dict[str, str]:
    """What a viewer sends, by name."""
    policy = json.dumps(case["sign"], separators=(",", ":")).encode()
    (statement,) = case["sign"]["Statement"]
    signature = theirs(key("published").sign(policy, padding.PKCS1v15(), hashes.SHA1()))
    until = statement["Condition"].get("DateLessThan", {}).get("AWS:EpochTime")
    said = {"Expires": str(until)} if case.get("canned") else {"Policy": theirs(policy)}
    said |= {"Signature": signature, "Key-Pair-Id": key_id} | ask.get("instead", {})
    return {name: "!" + text if name == ask.get("broken") else text for name, text in said.items() if text is not None}


def arrived(case: dict, ask: dict) -> Arrived:
    path, _, query = ask["target"].partition("?")
    said, cookies = sent(case, ask), {}
    if ask.get("by") == "cookies":
        cookies = {f"CloudFront-{name}": text for name, text in said.items()}
    else:
        query = "&".join(filter(None, [query, *(f"{name}={text}" for name, text in said.items())]))
    ip = ask.get("ip", "192.0.2.10")
    return Arrived(bases=(host,), path=path, query=query, cookies=cookies, client_ip=ip, now=ask["at"])


@pytest.mark.parametrize("case", cases, ids=[case["name"] for case in cases])
def test_who_is_let_through_is_whom_cloudfront_lets_through(case: dict) -> None:
    keys = {key_id: public_pem("published")}
    assert [is_trusted(arrived(case, ask), keys) for ask in case["asks"]] == [ask["holds"] for ask in case["asks"]]


def test_the_signature_that_the_guide_shows_is_nobodys() -> None:
    shown = (
        "nitfHRCrtziwO2HwPfWw~yYDhUF5EwRunQA-j19DzZrvDh6hQ73lDx~-ar3UocvvRQVw6EkC~GdpGQyyOSKQim-TxAnW7d8F5Kkai9HVx0FIu-5jc"
        "Qb0UEmatEXAMPLE3ReXySpLSMj0yCd3ZAB4UcBCAqEijkytL6f3fVYNGQI6"
    )
    said = f"color=red&size=medium&Expires=1357034400&Signature={shown}&Key-Pair-Id={key_id}"
    request = Arrived(
        bases=(host,), path="/image.jpg", query=said, cookies={}, client_ip="192.0.2.10", now=1_357_034_399
    )
    assert not is_trusted(request, {key_id: public_pem("published")})

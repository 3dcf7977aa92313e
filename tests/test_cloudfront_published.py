"""The policies that AWS's guide publishes, word for word, and what it says of each.

"Creating a signed URL using a canned policy" (Example policy statement) and "… using a custom policy" (Example policy
statements), Amazon CloudFront Developer Guide; "remove any whitespace". None of them is signed there with a known key.
"""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from emulator.cloudfront.trust import Arrived, is_trusted
from tests.issuer_world import key, public_pem

host = "http://d111111abcdef8.cloudfront.net"
key_id = "K2JCJMDEHXQW5F"
until = 1_357_034_400  # January 1, 2013, 10:00 am UTC
canned = (
    '{"Statement":[{"Resource":"http://d111111abcdef8.cloudfront.net/horizon.jpg?size=large&license=yes",'
    '"Condition":{"DateLessThan":{"AWS:EpochTime":1357034400}}}]}'
)
one_object = (
    '{"Statement":[{"Resource":"http://d111111abcdef8.cloudfront.net/game_download.zip","Condition":'
    '{"IpAddress":{"AWS:SourceIp":"192.0.2.0/24"},"DateLessThan":{"AWS:EpochTime":1357034400}}}]}'
)
one_folder = (
    '{"Statement":[{"Resource":"http://d111111abcdef8.cloudfront.net/training/*","Condition":'
    '{"IpAddress":{"AWS:SourceIp":"192.0.2.0/24"},"DateLessThan":{"AWS:EpochTime":1357034400}}}]}'
)
one_address = (
    '{"Statement":[{"Resource":"http://*","Condition":{"IpAddress":{"AWS:SourceIp":"192.0.2.10/32"},'
    '"DateGreaterThan":{"AWS:EpochTime":1357034400},"DateLessThan":{"AWS:EpochTime":1357120800}}}]}'
)


def theirs(text: bytes) -> str:
    return base64.b64encode(text).decode().translate(str.maketrans("+=/", "-_~"))


def signature(policy: str) -> str:
    return theirs(key("published").sign(policy.encode(), padding.PKCS1v15(), hashes.SHA1()))


def trusted(target: str, said: str, *, at: float, ip: str = "192.0.2.10") -> bool:
    path, _, query = target.partition("?")
    joined = "&".join(filter(None, [query, said]))
    arrived = Arrived(bases=(host,), path=path, query=joined, cookies={}, client_ip=ip, now=at)
    return is_trusted(arrived, {key_id: public_pem("published")})


@pytest.mark.parametrize(
    ("target", "at", "holds"),
    [
        ("/horizon.jpg?size=large&license=yes", until - 1, True),
        ("/horizon.jpg?size=large&license=yes", until, False),
        ("/horizon.jpg?license=yes&size=large", until - 1, False),
        ("/horizon.jpg?size=large", until - 1, False),
        ("/horizon.jpg", until - 1, False),
    ],
)
def test_the_published_canned_policy(target: str, at: float, holds: bool) -> None:
    said = f"Expires={until}&Signature={signature(canned)}&Key-Pair-Id={key_id}"
    assert trusted(target, said, at=at) is holds


@pytest.mark.parametrize(
    ("policy", "target", "at", "ip", "holds"),
    [
        (one_object, "/game_download.zip", until - 1, "192.0.2.255", True),
        (one_object, "/game_download.zip", until, "192.0.2.10", False),
        (one_object, "/game_download.zip", until - 1, "192.0.3.0", False),
        (one_object, "/game_download.zip?license=yes", until - 1, "192.0.2.10", False),
        (one_folder, "/training/orientation.pdf", until - 1, "192.0.2.10", True),
        (one_folder, "/training/2/orientation.pdf?w=1", until - 1, "192.0.2.10", True),
        (one_folder, "/orientation.pdf", until - 1, "192.0.2.10", False),
        (one_address, "/training/orientation.pdf", until + 1, "192.0.2.10", True),
        (one_address, "/training/orientation.pdf", until, "192.0.2.10", False),
        (one_address, "/training/orientation.pdf", until + 86_400, "192.0.2.10", False),
        (one_address, "/training/orientation.pdf", until + 1, "192.0.2.11", False),
    ],
)
def test_the_published_custom_policies(policy: str, target: str, at: float, ip: str, holds: bool) -> None:
    said = f"Policy={theirs(policy.encode())}&Signature={signature(policy)}&Key-Pair-Id={key_id}"
    assert trusted(target, said, at=at, ip=ip) is holds


def test_the_signature_that_the_guide_shows_is_nobodys() -> None:
    shown = (
        "nitfHRCrtziwO2HwPfWw~yYDhUF5EwRunQA-j19DzZrvDh6hQ73lDx~-ar3UocvvRQVw6EkC~GdpGQyyOSKQim-TxAnW7d8F5Kkai9HVx0FIu-5jc"
        "Qb0UEmatEXAMPLE3ReXySpLSMj0yCd3ZAB4UcBCAqEijkytL6f3fVYNGQI6"
    )
    said = f"Expires={until}&Signature={shown}&Key-Pair-Id={key_id}"
    assert not trusted("/image.jpg?color=red&size=medium", said, at=until - 1)

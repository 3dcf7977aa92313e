"""Authentications that nobody was given: none is let in, and none makes the function throw.

20,000 here, seeded by their number; `MIRAGE_FUZZ=100000` runs as many as it says (`make fuzz`).
"""

from __future__ import annotations

import base64
import os
import random

from tests.access_world import asked, b64url, basic, now, runtime, secret, seen, sig, token

runs = int(os.environ.get("MIRAGE_FUZZ", "20000"))
valid_token = token({"exp": now + 60, "aud": "pictures", "iss": "https://issuer.example/"})
alphabet = "ABCabc012+/-_=.:%&?,;~ \t\"'{}[]\\\u00e9\u0301\U0001f511"
paths = ("/s/1.jpg", "/b/1.jpg", "/j/1.jpg", "/s/a.pdf", "/b/t/2.png", "/j/1.jpg/e1,w=640,f=auto", "/s/t/caf%C3%A9.jpg")
names = (
    "sig",
    "kid",
    "exp",
    "token",
    "w",
    "h",
    "p",
    "utm_x",
    "Policy",
    "Signature",
    "Key-Pair-Id",
    "Expires",
    "__proto__",
)
values = (
    "k1",
    "k2",
    "old",
    "new",
    "none",
    "__proto__",
    "640",
    "1",
    "9999999999",
    "-1",
    "NaN",
    "null",
    "",
    "%00",
    "thumb",
)


def broken(chance: random.Random, text: str) -> str:
    """The text with some of it replaced, doubled or cut: never the same."""
    found = text
    while found == text:
        at = chance.randrange(len(text) + 1)
        rest = text[at + chance.randrange(4) :]
        found = text[:at] + "".join(chance.choice(alphabet) for _ in range(chance.randrange(4))) + rest
    return found


def query_of(chance: random.Random, path: str) -> str:
    """A query that no key signed: valid ones broken, or of another path, or of parts at random."""
    kind = chance.randrange(4)
    if kind == 0:
        # What is cut off behind the sig, or is ignored, would leave it valid: so the sig itself is broken.
        target, _, found = sig(f"{path}?kid=k1").rpartition("=")
        return f"{target}={broken(chance, found).replace('&', '!')}".partition("?")[2]
    if kind == 1:
        return sig(f"/open{path}?kid=k1").partition("?")[2]
    parts = [f"{chance.choice(names)}={chance.choice(values)}" for _ in range(chance.randrange(6))]
    return "&".join(parts)


def header_of(chance: random.Random) -> str:
    kind = chance.randrange(6)
    if kind == 0:
        return broken(chance, f"Bearer {valid_token}").replace("Bearer  ", "Bearer x")
    if kind == 1:
        return basic(broken(chance, "Aladdin:open sesame"))["authorization"]
    if kind == 2:
        return "Basic " + base64.b64encode(chance.randbytes(chance.randrange(60))).decode()
    if kind == 3:
        header = {
            "alg": chance.choice(["none", "HS256", "RS256", "", None, []]),
            "kid": chance.choice([*values, "j1", {}]),
        }
        return f"Bearer {token({'exp': now + 60}, header, key=chance.randbytes(32))}"
    if kind == 4:
        sides = [b64url(chance.randbytes(chance.randrange(40))) for _ in range(chance.randrange(6))]
        return f"Bearer {'.'.join(sides)}"
    return "".join(chance.choice(alphabet) for _ in range(chance.randrange(80)))


def test_none_of_many_authentications_is_let_in_and_none_throws() -> None:
    every_mode, chance = runtime(), random.Random(20)
    refused: dict[str, int] = {}
    for _ in range(runs):
        path = chance.choice(paths)
        query, header = query_of(chance, path), header_of(chance)
        cookies = {"token": broken(chance, valid_token)} if chance.random() < 0.2 else {}
        headers = {"authorization": header} if chance.random() < 0.8 else {}
        outcome = seen(asked(every_mode, f"{path}?{query}", headers, cookies))
        assert outcome[:4] in ("400 ", "401 ", "403 ", "410 "), (path, query, headers, cookies, outcome)
        refused[outcome] = refused.get(outcome, 0) + 1
    assert {"401 auth-required", "403 signature-bad", "403 auth-required"} <= set(refused)
    assert secret not in repr(refused).encode()

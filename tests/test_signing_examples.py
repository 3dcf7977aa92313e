"""The examples of docs/signing against the signatures that openssl made: Node always, PHP and Ruby where they are."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from mirage.__main__ import main
from mirage.sign import password_hash

root = Path(__file__).parent.parent
vectors = json.loads((root / "tests" / "vectors" / "signatures.json").read_text(encoding="utf-8"))
# A target without credentials, its key and time, and the signed URL; the sig is the vector's.
examples = [
    (
        ["/cats/1.jpg?w=640", "k1", "1800000000"],
        "/cats/1.jpg?w=640&kid=k1&exp=1800000000&sig=DwdVLGH8NZIKmjRSMv1r8A8PzzzYzdA60-bGKL1keak",
    ),
    (
        ["/a%20b/x.png?b=2&A=1&gclid=7", "k1"],
        "/a%20b/x.png?b=2&A=1&gclid=7&kid=k1&sig=Z94Hoi2jjmQYWt9Bbfx-qSrx5FG4fbDPmWsI__Jdn-g",
    ),
]


@pytest.mark.parametrize(("arguments", "signed"), examples)
@pytest.mark.parametrize(("language", "file"), [("node", "sign.js"), ("php", "sign.php"), ("ruby", "sign.rb")])
def test_an_example_signs_as_openssl_does(language: str, file: str, arguments: list[str], signed: str) -> None:
    if shutil.which(language) is None:
        if language == "node":
            pytest.fail("Expected node, which the viewer function's tests need, too; found none.")
        pytest.skip(f"{language} is not here")
    found = subprocess.run(
        [language, str(root / "docs" / "signing" / file), *arguments],
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", "MIRAGE_SIGNING_SECRET": vectors["secret"]},
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.strip() == signed


def test_the_verb_sign_signs_without_an_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MIRAGE_SIGNING_SECRET", vectors["secret"])
    assert main(["sign", "/a%20b/x.png?b=2&A=1&gclid=7", "--kid", "k1", "--expires", "0"]) == 0
    assert capsys.readouterr().out.strip() == examples[1][1]


@pytest.mark.parametrize("secret", ["", "base64url:%%%%%"])
def test_the_verb_sign_wants_a_secret(
    secret: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MIRAGE_SIGNING_SECRET", secret)
    assert main(["sign", "/1.jpg"]) == 2
    assert "MIRAGE_SIGNING_SECRET" in capsys.readouterr().err


def test_a_users_hash_is_openssls() -> None:
    assert password_hash("open sesame", b"sixteen byte salt") == "AgUp-73w_hd3fSa5njWJlM_n13lDbKJJZinhOHpFJZ0"
    assert password_hash("123\u00a3", b"sixteen byte salt") == "eGZydYd6wqIsu4yCLmXjEM0Y6sNfa5Ed7sNWCOLQlmI"


def test_the_verb_user_prints_a_password_of_160_bits_and_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    from infra.configuration.credentials import access_user

    assert main(["user", "alice", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert len(told["password"]) == 27
    assert access_user(told["access_user"]).key == "u:alice"
    assert told["password"] not in told["access_user"]


def test_a_users_name_is_one_word() -> None:
    assert main(["user", "alice:b"]) == 2

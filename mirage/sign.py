"""`sign`: URLs that a viewer may ask for until they expire; `user`: a password for a path of the mode basic."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
import time
from typing import Annotated

import typer

from mirage import stop
from mirage.stop import Stop
from mirage.verb import Here
from variants import signing

secret_variable = "MIRAGE_SIGNING_SECRET"
# 160 bits: a hash without stretching is enough for what nobody can guess (docs/access.md).
password_bytes = 20
salt_bytes = 16


def sign(
    targets: Annotated[
        list[str], typer.Argument(metavar="PATHS...", help="Paths with their queries, as in '/team/1.jpg?w=640'.")
    ],
    kid: Annotated[str, typer.Option(help="The key's name in accessKeys.")] = "k1",
    expires: Annotated[int, typer.Option(help="Seconds from now until the URL expires; 0 is never.")] = 3600,
    *,
    here: Here,
) -> int:
    """Prints paths with a signature. The key's secret is read from MIRAGE_SIGNING_SECRET, so that no history keeps it.

    A path is signed as it is sent, percent-encoded. The signature lifts the ladder and openOptions.
    """
    secret = _secret(os.environ.get(secret_variable, ""))
    until = int(time.time()) + expires if expires else None
    for target in targets:
        try:
            signed = signing.sign(target, kid=kid, secret=secret, expires_at=until)
        except ValueError as error:
            raise Stop(str(error)) from error
        here.voice.tell(signed, target=target, signed=signed, expires=until)
    return stop.done


def user(
    name: Annotated[str, typer.Argument(help="The name of the user, of letters, digits and ._-")],
    *,
    here: Here,
) -> int:
    """Prints a new password, and the line for accessUsers: the name, a salt and the password's hash.

    The password is told once and kept nowhere; the stack has only its hash.
    """
    if not name.isascii() or not name.replace(".", "").replace("_", "").replace("-", "").isalnum():
        raise Stop(f"Expected a name of letters, digits and ._-, received {name!r}.")
    password, salt = secrets.token_urlsafe(password_bytes), secrets.token_bytes(salt_bytes)
    line = f"{name} {_text(salt)} {password_hash(password, salt)}"
    here.voice.tell(f"password: {password}\naccessUsers: {line}", password=password, access_user=line)
    return stop.done


def password_hash(password: str, salt: bytes) -> str:
    """What the viewer function compares: HMAC-SHA256 of the password in UTF-8, keyed with the salt, as base64url."""
    return _text(hmac.new(salt, password.encode(), hashlib.sha256).digest())


def _secret(said: str) -> bytes:
    """The secret's bytes, as accessKeys takes them: a text, or base64url after `base64url:`."""
    if not said:
        raise Stop(f"Expected the key's secret in {secret_variable}, found none.")
    if not said.startswith("base64url:"):
        return said.encode()
    encoded = said.removeprefix("base64url:")
    try:
        return base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise Stop(f"Expected base64url in {secret_variable}, found something else.") from None


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()

"""Temporary credentials of roles, as STS gives them to a Lambda function."""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """A key pair with its session token, and whose it is."""

    access_key_id: str
    secret_access_key: str
    session_token: str
    role_arn: str
    session_name: str


class Issuer:
    """Gives credentials to roles, and finds again whose a key is."""

    def __init__(self) -> None:
        self._issued: dict[str, Credentials] = {}

    def issue(self, role_arn: str, session_name: str) -> Credentials:
        """Fresh credentials. Temporary key ids begin with ASIA. AWS "IAM identifiers", read 2026-11."""
        letters = string.ascii_uppercase + "234567"
        issued = Credentials(
            access_key_id="ASIA" + "".join(secrets.choice(letters) for _ in range(16)),
            secret_access_key=secrets.token_urlsafe(30),
            session_token=secrets.token_urlsafe(96),
            role_arn=role_arn,
            session_name=session_name,
        )
        self._issued[issued.access_key_id] = issued
        return issued

    def find(self, access_key_id: str) -> Credentials | None:
        """The credentials of this key id, or None: a stranger's."""
        return self._issued.get(access_key_id)

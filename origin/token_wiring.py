"""What the exchange of tokens reaches: issuers over HTTPS, and the secret store for private keys."""

from __future__ import annotations

import time

import urllib3
from urllib3.exceptions import HTTPError

from origin import signed_cookies
from origin.signed_cookies import Signer
from variants import errors
from variants.aws_json import Service
from variants.secrets import Secrets
from variants.timing import Deadline

timeout = urllib3.Timeout(connect=2.0, read=3.0)
# A set of 20 keys of 4096 bits has some 20 KB.
max_bytes = 256 * 1024
secrets_timeout_s = 5.0
pool = urllib3.PoolManager(num_pools=4)


def fetch(url: str) -> bytes:
    """The body of an issuer's document. Raises errors.Busy where it has none, or one that is too large."""
    try:
        answer = pool.request("GET", url, retries=False, redirect=False, timeout=timeout, preload_content=False)
        body = answer.read(max_bytes + 1, decode_content=True)
        answer.release_conn()
    except HTTPError:
        raise errors.Busy("An issuer does not answer.") from None
    if answer.status != 200 or len(body) > max_bytes:
        raise errors.Busy("An issuer does not answer as it should.")
    return body


class KeyStore:
    """Private keys by where they are kept (`ssm:<name>`, `secretsmanager:<name>`), read once in a sandbox's life."""

    def __init__(self, *, region: str) -> None:
        services = {name: Service(name=name, region=region) for name in ("ssm", "secretsmanager")}
        self._secrets = Secrets(ssm=services["ssm"], manager=services["secretsmanager"], usable=_pem)
        self._signers: dict[str, Signer] = {}

    def signer(self, place: str) -> Signer:
        """Raises errors.Busy where the store is throttled, errors.Internal where it has no such key."""
        if place not in self._signers:
            found = self._secrets.read({"key": place}, Deadline(time.monotonic, secrets_timeout_s))
            try:
                self._signers[place] = signed_cookies.signer(found["key"])
            except ValueError:
                raise errors.Internal("The secret of this stack is no private key that CloudFront takes.") from None
        return self._signers[place]


def _pem(value: object) -> str:
    if not isinstance(value, str) or "-----BEGIN" not in value:
        raise errors.Internal("The secret of this stack is no private key.")
    return value.strip() + "\n"

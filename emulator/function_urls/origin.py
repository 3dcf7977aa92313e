"""A Function URL as CloudFront reaches it: over HTTPS, signed by the origin's access control for the distribution."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from datetime import UTC, datetime
from urllib.parse import quote, unquote

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as SigningKey

from emulator.aws.credentials import Issuer
from emulator.cloudfront.headers import without
from emulator.cloudfront.messages import OriginAnswer, OriginRequest
from emulator.cloudfront.seams import Unreachable
from emulator.edge_watch import watched
from emulator.function_urls.door import FunctionUrls, cloudfront
from emulator.lambdas.invocation import Invocation
from emulator.wire import HttpRequest


class FunctionUrlOrigin:
    """An `OriginAccess` over the door of Function URLs."""

    def __init__(
        self,
        door: FunctionUrls,
        issuer: Issuer,
        distribution_arn: str,
        counts: Counter[str],
        *,
        refuses_escapes: bool = True,
    ) -> None:
        self._door = door
        self._counts = counts
        self._refuses_escapes = refuses_escapes
        # What CloudFront signs with is its own; the session tells for which distribution.
        self._key = issuer.issue(cloudfront, distribution_arn)

    async def send(self, request: OriginRequest) -> OriginAnswer:
        """What the URL answers. Raises Unreachable after the origin's response timeout."""
        if request.origin.domain_name not in self._door.urls:
            raise Unreachable(f"{request.origin.domain_name} is no Function URL of the program")
        asked = self._signed(request) if request.origin.signed else _plain(request)
        try:
            answer, made = await asyncio.wait_for(self._door.request(asked), request.origin.read_timeout_s)
        except TimeoutError:
            raise Unreachable(f"no answer in {request.origin.read_timeout_s:g} s", timed_out=True) from None
        return OriginAnswer(status=answer.status, headers=answer.headers, body=answer.body, told=self._told(made))

    def _told(self, made: Invocation | None) -> str:
        if made is None:
            return "refused"
        said = watched("regional", made.logs, self._counts, failed=made.error is not None)
        start = "cold start" if made.cold else "warm"
        return ", ".join(filter(None, [start, said or made.message[:300]]))

    def _signed(self, request: OriginRequest) -> HttpRequest:
        """The request with Signature Version 4 of an access control of the type lambda, by AWS's own signer."""
        plain = _plain(request)
        region = self._door.urls[plain.host].region
        # As the server reads them (emulator/aws/signatures.py): AWS's both ends agree on what a URL's bytes are.
        path, query = quote(unquote(plain.path), safe="/-_.~"), _canonical(plain.query)
        if self._refuses_escapes and "%" in plain.path:
            path = quote(path, safe="/")  # encoded once more than the server does
        made = AWSRequest(method=plain.method, url=f"https://{plain.host}{path}?{query}")
        stamp = datetime.fromtimestamp(time.time(), UTC).strftime("%Y%m%dT%H%M%SZ")
        made.context["timestamp"] = stamp
        made.headers["X-Amz-Date"] = stamp
        made.headers["X-Amz-Security-Token"] = self._key.session_token
        auth = SigV4Auth(SigningKey(self._key.access_key_id, self._key.secret_access_key), "lambda", region)
        signature = auth.signature(auth.string_to_sign(made, auth.canonical_request(made)), made)
        signed = auth.signed_headers(auth.headers_to_sign(made))
        scope = f"{self._key.access_key_id}/{auth.credential_scope(made)}"
        authorization = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders={signed}, Signature={signature}"
        headers = {
            **plain.headers,
            "x-amz-date": stamp,
            "x-amz-security-token": self._key.session_token,
            "authorization": authorization,
        }
        return HttpRequest(
            method=plain.method, path=plain.path, query=plain.query, headers=headers, body=b"", client=plain.client
        )


def _canonical(query: str) -> str:
    halves = [each.partition("=")[::2] for each in query.split("&") if each]
    return "&".join("=".join(quote(unquote(half), safe="-_.~") for half in pair) for pair in halves)


def _plain(request: OriginRequest) -> HttpRequest:
    """The request as it is sent: one line a header, names in lower case."""
    own = without(request.headers, ["authorization"])
    joined: dict[str, str] = {}
    for name, text in own:
        joined[name.lower()] = f"{joined[name.lower()]},{text}" if name.lower() in joined else text
    client = joined.get("x-forwarded-for", "127.0.0.1").rsplit(",", 1)[-1].strip()
    return HttpRequest(
        method=request.method, path=request.uri, query=request.query, headers=joined, body=b"", client=client
    )

"""AWS as the stack's functions reach it: `*.amazonaws.com` over TLS, each request signed by a role's credentials."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Mapping
from typing import Protocol

from emulator import wire
from emulator.aws.cloudfront_api import CloudFrontApi
from emulator.aws.credentials import Credentials, Issuer
from emulator.aws.iam import Policy
from emulator.aws.signatures import Unsigned, signer
from emulator.s3.gate import Gate
from emulator.s3.messages import Caller, S3Answer, anonymous, role
from emulator.s3.refusals import Refused, refusal
from emulator.s3.spelling import dressed

cloudfront_host = "cloudfront.amazonaws.com"
cloudfront_region = (
    "us-east-1"  # CloudFront's requests are signed for this one. AWS "CloudFront endpoints", read 2026-11
)


class Api(Protocol):
    """A regional service."""

    @property
    def content_type(self) -> str: ...

    def request(self, asked: wire.HttpRequest, who: Credentials, policies: tuple[Policy, ...]) -> tuple[int, bytes]: ...

    def unsigned(self, error: Unsigned) -> tuple[int, bytes]: ...


def server_names(regions: set[str]) -> list[str]:
    """The names that the TLS server answers to."""
    names = [cloudfront_host]
    for region in sorted(regions):
        names += [f"s3.{region}.amazonaws.com", f"*.s3.{region}.amazonaws.com"]
        names += [f"{service}.{region}.amazonaws.com" for service in ("sqs", "sns", "ssm", "secretsmanager", "lambda")]
    return names


class AwsApp:
    """An ASGI application. `policies` are the identity policies of each role, by its ARN; `regional` the services
    besides S3, by the first label of their hosts."""

    def __init__(
        self,
        gate: Gate,
        cloudfront: CloudFrontApi,
        issuer: Issuer,
        policies: Mapping[str, tuple[Policy, ...]],
        regional: Mapping[str, Api] | None = None,
    ) -> None:
        self._regional = regional or {}
        self._gate = gate
        self._cloudfront = cloudfront
        self._issuer = issuer
        self._policies = policies

    async def __call__(self, scope: wire.Scope, receive: wire.Receive, send: wire.Send) -> None:
        asked = await wire.read(scope, receive)
        found = re.fullmatch(r"(?:(.+)\.)?s3\.([a-z0-9-]+)\.amazonaws\.com", asked.host)
        if found is not None:
            answer = await self._ask_s3(asked, found[1], found[2])
            await wire.answer(send, answer.status, answer.headers, answer.body)
        elif asked.host == cloudfront_host:
            status, body = self._ask_cloudfront(asked)
            await wire.answer(send, status, (("Content-Type", "text/xml"),), body)
        elif (named := re.fullmatch(r"([a-z0-9]+)\.([a-z0-9-]+)\.amazonaws\.com", asked.host)) and (
            api := self._regional.get(named[1])
        ):
            status, body = self._ask_regional(asked, api, service=named[1], region=named[2])
            await wire.answer(send, status, (("Content-Type", api.content_type),), body)
        else:
            body = f"The emulator has no {asked.host}.".encode()
            await wire.answer(send, 501, (("Content-Type", "text/plain"),), body)

    async def _ask_s3(self, asked: wire.HttpRequest, bucket: str | None, region: str) -> S3Answer:
        name, key = (bucket, asked.path[1:]) if bucket else _path_style(asked.path)
        try:
            self._refuse_elsewhere(name, region)
            caller = self._caller(asked, region)
        except Refused as error:
            ids = (secrets.token_hex(8).upper(), secrets.token_urlsafe(56))
            return dressed(refusal(error, head=asked.method == "HEAD", ids=ids), ids, self._gate.now())
        headers = [(each, value) for each, value in asked.headers.items() if each not in {"authorization", "host"}]
        return await self._gate.request(caller, asked.method, name, key, asked.query, headers, asked.body)

    def _caller(self, asked: wire.HttpRequest, region: str) -> Caller:
        if "authorization" not in asked.headers:
            return anonymous()
        try:
            found = signer(asked, service="s3", region=region, issuer=self._issuer, wall=time.time)
        except Unsigned as error:
            raise Refused(error.code, error.message, told=error.told) from error
        return role(found.role_arn, self._policies.get(found.role_arn, ()))

    def _refuse_elsewhere(self, name: str, region: str) -> None:
        bucket = self._gate.buckets.get(name)
        if bucket is not None and bucket.region != region:
            raise Refused(
                "PermanentRedirect",
                told={"Endpoint": f"{name}.s3.{bucket.region}.amazonaws.com", "Bucket": name},
                headers=(("x-amz-bucket-region", bucket.region),),
            )

    def _ask_cloudfront(self, asked: wire.HttpRequest) -> tuple[int, bytes]:
        try:
            found = signer(asked, service="cloudfront", region=cloudfront_region, issuer=self._issuer, wall=time.time)
        except Unsigned as error:
            body = f"<ErrorResponse><Error><Type>Sender</Type><Code>{error.code}</Code></Error></ErrorResponse>"
            return 403, body.encode()
        return self._cloudfront.request(asked, found, self._policies.get(found.role_arn, ()))

    def _ask_regional(self, asked: wire.HttpRequest, api: Api, *, service: str, region: str) -> tuple[int, bytes]:
        try:
            found = signer(asked, service=service, region=region, issuer=self._issuer, wall=time.time)
        except Unsigned as error:
            return api.unsigned(error)
        return api.request(asked, found, self._policies.get(found.role_arn, ()))


def _path_style(path: str) -> tuple[str, str]:
    bucket, _, key = path[1:].partition("/")
    return bucket, key

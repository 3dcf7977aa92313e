"""Origins as CloudFront reaches them: S3 by a bucket's regional host name, signed for the distribution, or by nobody;
Function URLs by theirs."""

from __future__ import annotations

from emulator.cloudfront.declared_origins import hosts
from emulator.cloudfront.messages import OriginAnswer, OriginRequest
from emulator.cloudfront.seams import OriginAccess, Unreachable
from emulator.s3.gate import Gate
from emulator.s3.messages import anonymous, cloudfront


class Origins:
    """An `OriginAccess` over all kinds of origins."""

    def __init__(self, s3: OriginAccess, function_urls: OriginAccess) -> None:
        self._by_kind = {"s3": s3, "lambda": function_urls}

    async def send(self, request: OriginRequest) -> OriginAnswer:
        return await self._by_kind[request.origin.kind].send(request)


class S3Origin:
    """An `OriginAccess` over the gate."""

    def __init__(self, gate: Gate, distribution_arn: str) -> None:
        self._gate = gate
        self._signed = cloudfront(distribution_arn)

    async def send(self, request: OriginRequest) -> OriginAnswer:
        """What S3 answers. Raises Unreachable where the host name is no bucket's regional one."""
        match = hosts["s3"].fullmatch(request.origin.domain_name)
        if match is None:
            raise Unreachable(f"{request.origin.domain_name} is no bucket's regional host name")
        bucket, region = match.groups()
        held = self._gate.buckets.get(bucket)
        if held is not None and held.region != region:
            raise Unreachable(f"bucket {bucket} lies in {held.region}, not in {region}")
        caller = self._signed if request.origin.signed else anonymous()
        path = request.uri.removeprefix("/")
        answer = await self._gate.request(caller, request.method, bucket, path, request.query, request.headers)
        return OriginAnswer(status=answer.status, headers=answer.headers, body=answer.body)

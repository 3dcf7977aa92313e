"""The door of Function URLs: who asks is told by the signature, who may by the function's resource policy."""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable, Mapping
from email.utils import formatdate
from uuid import uuid4

from emulator.aws.credentials import Credentials, Issuer
from emulator.aws.iam import Access, Policy, Principal, decide
from emulator.aws.signatures import Unsigned, signer
from emulator.function_urls import payload
from emulator.function_urls.declared import FunctionUrl
from emulator.function_urls.payload import Unspeakable, UrlAnswer
from emulator.lambdas.invocation import ErrorKind, Invocation
from emulator.wire import HttpRequest

# Both since 2025-10 ("Control access to Lambda function URLs", read 2026-11).
actions = ("lambda:InvokeFunctionUrl", "lambda:InvokeFunction")
cloudfront = "cloudfront.amazonaws.com"
forbidden = (
    "Forbidden. For troubleshooting Function URL authorization issues, see: "
    "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"
)
Invoke = Callable[[str, object], Awaitable[Invocation]]


class FunctionUrls:
    """The URLs of a stack, by host. `watch` sees each invocation."""

    def __init__(
        self,
        urls: Mapping[str, FunctionUrl],
        invoke: Invoke,
        issuer: Issuer,
        policies: Mapping[str, tuple[Policy, ...]],
        now: Callable[[], float],
        *,
        path_is_decoded: bool = False,
    ) -> None:
        self.urls = urls
        self._invoke = invoke
        self._issuer = issuer
        self._policies = policies
        self._now = now
        self._path_is_decoded = path_is_decoded

    async def request(self, asked: HttpRequest) -> tuple[UrlAnswer, Invocation | None]:
        """The answer, and the invocation that it came of: none where the caller was refused."""
        url = self.urls[asked.host]
        try:
            caller = signer(asked, service="lambda", region=url.region, issuer=self._issuer, wall=time.time)
        except Unsigned as why:
            return _refused(why.message or forbidden if "authorization" in asked.headers else forbidden), None
        if not self._may(caller, url):
            return _refused(forbidden), None
        request_id = str(uuid4())
        event = payload.event(asked, url, request_id, self._now(), is_decoded=self._path_is_decoded)
        made = await self._invoke(url.function_arn, event)
        return _own(_answer(made), asked, request_id, self._now()), made

    def _may(self, caller: Credentials, url: FunctionUrl) -> bool:
        context = {"lambda:functionurlauthtype": "AWS_IAM", "lambda:invokedviafunctionurl": "true"}
        if caller.role_arn == cloudfront:
            principal = Principal(service=cloudfront)
            context |= {"aws:sourcearn": caller.session_name, "aws:sourceaccount": caller.session_name.split(":")[4]}
        else:
            principal = Principal(account=caller.role_arn.split(":")[4], arn=caller.role_arn)
        own = self._policies.get(caller.role_arn, ())
        asked = [
            Access(action=action, resource=url.function_arn, principal=principal, context=context) for action in actions
        ]
        return all(decide(each, own, url.grants).allowed for each in asked)


def _answer(made: Invocation) -> UrlAnswer:
    """What the invocation came to; a function that failed is 502, whatever it died of."""
    if made.error is ErrorKind.THROTTLED:
        return _said(429, {"Message": "Rate Exceeded."})
    try:
        if made.error is not None or made.payload is None:
            raise Unspeakable(made.message)
        return payload.answer(made.payload)
    except Unspeakable:
        return UrlAnswer(status=502, headers=(("Content-Type", "application/json"),), body=b"Internal Server Error")


def _own(answer: UrlAnswer, asked: HttpRequest, request_id: str, now: float) -> UrlAnswer:
    """The answer with the service's own headers; the length is the body's, which HEAD does not get."""
    own = (
        ("Date", formatdate(now, usegmt=True)),
        ("x-amzn-RequestId", request_id),
        ("X-Amzn-Trace-Id", f"Root=1-{int(now):08x}-{request_id.replace('-', '')[:24]};Parent=0;Sampled=0"),
        ("Content-Length", str(len(answer.body))),
    )
    kept = tuple(pair for pair in answer.headers if pair[0].lower() not in {"date", "content-length"})
    body = b"" if asked.method == "HEAD" else answer.body
    return UrlAnswer(status=answer.status, headers=(*kept, *own), body=body)


def _refused(message: str) -> UrlAnswer:
    answer = _said(403, {"Message": message})
    return UrlAnswer(
        status=403, headers=(*answer.headers, ("x-amzn-ErrorType", "AccessDeniedException")), body=answer.body
    )


def _said(status: int, message: Mapping[str, str]) -> UrlAnswer:
    return UrlAnswer(status=status, headers=(("Content-Type", "application/json"),), body=json.dumps(message).encode())

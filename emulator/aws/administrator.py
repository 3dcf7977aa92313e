"""The door of the person at the keyboard to the emulator's AWS: S3, and the few operations of CloudFront and its
KeyValueStores that the command line uses. Any credentials; every right of an administrator.

Which service is asked stands in the signature's scope, as in AWS ("Signature Version 4", read 2026-11); what is not
signed is S3's.
"""

from __future__ import annotations

import re

from emulator import asgi, wire
from emulator.aws import s3_control
from emulator.aws.cloudfront_api import CloudFrontApi
from emulator.aws.credentials import Credentials
from emulator.aws.iam import parse_policy
from emulator.aws.key_value_api import KeyValueApi
from emulator.chain import Chain

everything = parse_policy(
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'
)
# SigV4: <key>/<date>/<region>/<service>/aws4_request; SigV4A has no region.
scope_pattern = re.compile(r"Credential=[^/,]+/\d{8}/(?:[a-z0-9-]+/)?([a-z0-9-]+)/aws4_request")


def door(chain: Chain) -> asgi.Application:
    """An ASGI application: the S3 of the chain, and beside it its CloudFront."""
    cloudfront, stores = _cloudfront(chain), KeyValueApi(chain.viewer_functions.stores)
    person = Credentials(
        access_key_id="AKIAIOSFODNN7EXAMPLE",
        secret_access_key="",
        session_token="",
        role_arn=f"arn:aws:iam::{chain.aws.gate.account}:role/administrator",
        session_name="keyboard",
    )

    async def answer(scope: asgi.Message, receive: asgi.Receive, send: asgi.Send) -> None:
        service = _service(dict(asgi.headers(scope)).get("authorization", ""))
        if service == "cloudfront-keyvaluestore":
            status, lines, body = stores.request(await wire.read(scope, receive))
            await wire.answer(send, status, (("Content-Type", "application/json"), *lines), body)
        elif service == "cloudfront":
            asked = await wire.read(scope, receive)
            code = _function_code(chain, asked)
            status, body = code or cloudfront.request(asked, person, (everything,))
            await wire.answer(
                send, status, (("Content-Type", "application/octet-stream" if code else "text/xml"),), body
            )
        elif asgi.text(scope, "raw_path").startswith(s3_control.jobs_path):
            status, body = chain.aws.jobs.request(await wire.read(scope, receive))
            await wire.answer(send, status, (("Content-Type", "text/xml"),), body)
        else:
            await chain.aws.admin_app(scope, receive, send)

    return answer


def _service(authorization: str) -> str:
    found = scope_pattern.search(authorization)
    return found[1] if found is not None else "s3"


def _cloudfront(chain: Chain) -> CloudFrontApi:
    return CloudFrontApi(
        distribution_arn=chain.front.distribution.arn,
        account=chain.aws.gate.account,
        invalidate=chain.invalidate,
        now=chain.clock.now,
        faults=chain.faults,
    )


def _function_code(chain: Chain, asked: wire.HttpRequest) -> tuple[int, bytes] | None:
    """GetFunction: the code as it is (CloudFront API reference, read 2026-11); None for every other request."""
    found = re.fullmatch(r"/2020-05-31/function/([A-Za-z0-9_-]+)", asked.path)
    if found is None or asked.method != "GET":
        return None
    for each in chain.declared.of("aws:cloudfront/function:Function"):
        if each.inputs.get("name") == found[1]:
            return 200, str(each.inputs["code"]).encode()
    return 404, b"<ErrorResponse><Error><Code>NoSuchFunctionExists</Code></Error></ErrorResponse>"

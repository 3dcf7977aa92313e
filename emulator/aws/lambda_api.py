"""Lambda's API as a function reaches it: Invoke, asynchronously. Lambda API Reference, "Invoke", read 2026-11."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from emulator.aws import json_api
from emulator.aws.asynchronous import Asynchronous
from emulator.aws.credentials import Credentials
from emulator.aws.iam import Policy
from emulator.aws.refusal import Refusal
from emulator.aws.signatures import Unsigned
from emulator.quotas import event_max_bytes
from emulator.wire import HttpRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class LambdaApi:
    account: str
    functions: Asynchronous
    content_type: str = "application/json"

    def request(self, asked: HttpRequest, who: Credentials, policies: tuple[Policy, ...]) -> tuple[int, bytes]:
        """Status and body of the answer: 202 and nothing where the event was taken."""
        try:
            found = re.fullmatch(r"/2015-03-31/functions/([A-Za-z0-9_-]{1,64})/invocations", asked.path)
            if found is None or asked.headers.get("x-amz-invocation-type") != "Event":
                raise Refusal("InvalidRequestContentException", "The emulator's Lambda takes events only.")
            arn = f"arn:aws:lambda:{asked.host.split('.')[1]}:{self.account}:function:{found[1]}"
            json_api.authorise("lambda:InvokeFunction", arn, self.account, who, policies)
            if len(asked.body) > event_max_bytes:
                raise Refusal("RequestTooLargeException", "The event is larger than 1 MB.", 413)
            if not self.functions.start(arn, json.loads(asked.body)):
                raise Refusal("ResourceNotFoundException", f"Function not found: {arn}", 404)
            return 202, b""
        except Refusal as error:
            return json_api.refused(error)

    def unsigned(self, error: Unsigned) -> tuple[int, bytes]:
        return json_api.unsigned(error)

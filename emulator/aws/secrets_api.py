"""Parameter Store and Secrets Manager as a function reaches them: GetParameters and GetSecretValue.

SSM and Secrets Manager API References, read 2026-11. Every name has a value, made up at each start: what a stack names
need not be put anywhere before it runs here, and no real secret comes near the emulator.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator.aws import json_api
from emulator.aws.credentials import Credentials
from emulator.aws.iam import Policy
from emulator.aws.refusal import Refusal
from emulator.aws.signatures import Unsigned
from emulator.faults import Faults
from emulator.quotas import parameters_max
from emulator.wire import HttpRequest

Operation = Callable[[Mapping[str, Any], str, Credentials, tuple[Policy, ...]], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretsApi:
    """Both services. `values` by where they are kept, as in `ssm:/name`."""

    account: str
    faults: Faults
    values: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/x-amz-json-1.1"

    def value(self, kept: str) -> str:
        """The secret's value, the same for the whole start."""
        return self.values.setdefault(kept, f"emulated-{secrets.token_hex(16)}")

    def request(self, asked: HttpRequest, who: Credentials, policies: tuple[Policy, ...]) -> tuple[int, bytes]:
        """Status and JSON of the answer."""
        operations: Mapping[str, Operation] = {
            "AmazonSSM.GetParameters": self._parameters,
            "secretsmanager.GetSecretValue": self._secret,
        }
        try:
            operation = operations.get(asked.headers.get("x-amz-target", ""))
            if operation is None:
                raise Refusal("UnknownOperationException", "The emulator does not do that.")
            if self.faults.strikes("ssm.throttled"):
                raise Refusal("ThrottlingException", "Rate exceeded")
            service, region = asked.host.split(".")[:2]
            arn = f"arn:aws:{service}:{region}:{self.account}"
            return 200, json.dumps(operation(json.loads(asked.body), arn, who, policies)).encode()
        except Refusal as error:
            return json_api.refused(error)

    def unsigned(self, error: Unsigned) -> tuple[int, bytes]:
        return json_api.unsigned(error)

    def _parameters(
        self, wanted: Mapping[str, Any], arn: str, who: Credentials, policies: tuple[Policy, ...]
    ) -> object:
        names = wanted["Names"]
        if len(names) > parameters_max:
            raise Refusal("ValidationException", f"Member must have length less than or equal to {parameters_max}")
        for name in names:
            resource = f"{arn}:parameter/{name.removeprefix('/')}"
            json_api.authorise("ssm:GetParameters", resource, self.account, who, policies)
        found = [{"Name": name, "Type": "SecureString", "Value": self.value(f"ssm:{name}")} for name in names]
        return {"Parameters": found, "InvalidParameters": []}

    def _secret(self, wanted: Mapping[str, Any], arn: str, who: Credentials, policies: tuple[Policy, ...]) -> object:
        name = wanted["SecretId"]
        resource = f"{arn}:secret:{name}-AbCdEf"
        json_api.authorise("secretsmanager:GetSecretValue", resource, self.account, who, policies)
        return {"ARN": resource, "Name": name, "SecretString": self.value(f"secretsmanager:{name}")}

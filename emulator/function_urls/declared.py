"""The stack's Function URLs, and who may call them: read strictly from its recorded resources."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from emulator.aws.iam import Policy, parse_policy
from emulator.reading import NotHonoured, Reader
from emulator.recorded import Recorded

url_type = "aws:lambda/functionUrl:FunctionUrl"
permission_type = "aws:lambda/permission:Permission"


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionUrl:
    """A URL of a function, by its host. `grants` is the function's resource policy, of all its permissions."""

    host: str
    function_arn: str
    grants: Policy = field(default=())

    @property
    def id(self) -> str:
        return self.host.split(".", 1)[0]

    @property
    def region(self) -> str:
        return self.function_arn.split(":")[3]

    @property
    def account(self) -> str:
        return self.function_arn.split(":")[4]


def read_function_urls(resources: Sequence[Recorded], arns: Mapping[str, str]) -> dict[str, FunctionUrl]:
    """The URLs by host. `arns`: each function's ARN by its name. Raises NotHonoured."""
    found: dict[str, FunctionUrl] = {}
    for each in resources:
        if each.type == url_type:
            reader = Reader(f"FunctionUrl {each.name}", each.inputs)
            reader.only("authorizationType", ["AWS_IAM"], "a URL that anybody may call is refused here")
            reader.only("invokeMode", ["BUFFERED"], "Python's runtime has no streams")
            reader.without_effect("region")
            name = reader.text("functionName").rsplit(":", 1)[-1]
            reader.finish()
            if name not in arns:
                raise NotHonoured(f"ResourceNotFoundException: {reader.path} names no function of the program: {name}.")
            host = urlsplit(str(each.outputs["functionUrl"])).hostname or ""
            found[host] = FunctionUrl(host=host, function_arn=arns[name], grants=_grants(resources, name, arns[name]))
    return found


def _grants(resources: Sequence[Recorded], name: str, arn: str) -> Policy:
    """The function's resource policy: a statement of each of its permissions, as AddPermission writes it."""
    permissions = [Reader(f"Permission {each.name}", each.inputs) for each in resources if each.type == permission_type]
    statements = [_statement(each, arn) for each in permissions if each.text("function").rsplit(":", 1)[-1] == name]
    return parse_policy(json.dumps({"Statement": statements}), of_resource=True)


def _statement(reader: Reader, arn: str) -> dict[str, object]:
    """Lambda API Reference, "AddPermission", and "Control access to Lambda function URLs", read 2026-11."""
    reader.without_effect("statementId", "region")
    principal, source = reader.text("principal"), reader.text("sourceArn")
    conditions: dict[str, dict[str, str]] = {}
    if source:
        conditions["ArnLike"] = {"AWS:SourceArn": source}
    if account := reader.text("sourceAccount"):
        conditions["StringEquals"] = {"AWS:SourceAccount": account}
    if kind := reader.text("functionUrlAuthType"):
        conditions.setdefault("StringEquals", {})["lambda:FunctionUrlAuthType"] = kind
    if reader.flag("invokedViaFunctionUrl"):
        conditions["Bool"] = {"lambda:InvokedViaFunctionUrl": "true"}
    statement: dict[str, object] = {
        "Effect": "Allow",
        "Principal": {"Service": principal} if principal.endswith(".amazonaws.com") else {"AWS": principal},
        "Action": reader.text("action"),
        "Resource": arn,
        "Condition": conditions,
    }
    reader.finish()
    return statement

"""May a function write its log? Where it may not, AWS says nothing, and the lines are lost.

AWS "Identity-based policy examples for Amazon CloudWatch Logs", read 2026-11.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from emulator.aws.iam import Access, Policy, Principal, decide
from emulator.lambdas.spec import FunctionSpec
from emulator.recorded import Recorded


class LogRights:
    """`groups`: those that the program declares, by Region and name; others a function must make itself."""

    def __init__(self, resources: Iterable[Recorded], policies: Mapping[str, tuple[Policy, ...]]) -> None:
        self._policies = policies
        self._groups = {
            (str(each.outputs["arn"]).split(":")[3], str(each.inputs["name"]))
            for each in resources
            if each.type == "aws:cloudwatch/logGroup:LogGroup"
        }

    def may_write(self, spec: FunctionSpec) -> bool:
        """True where the function's role may make its stream, and its group where nobody did, and write to it."""
        group = f"/aws/lambda/{spec.running_name}"
        actions = ["logs:CreateLogStream", "logs:PutLogEvents"]
        if (spec.region, group) not in self._groups:
            actions.append("logs:CreateLogGroup")
        return all(self._may(spec, action, group) for action in actions)

    def _may(self, spec: FunctionSpec, action: str, group: str) -> bool:
        access = Access(
            action=action,
            resource=f"arn:aws:logs:{spec.region}:{spec.account}:log-group:{group}:log-stream:any",
            principal=Principal(account=spec.account, arn=spec.role_arn),
        )
        return decide(access, self._policies.get(spec.role_arn, ())).allowed

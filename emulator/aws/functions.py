"""The stack's Lambda functions: read from what was declared, refused where AWS refuses them, called by their ARN."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from emulator.aws.delivery import Retries
from emulator.aws.roles import Roles
from emulator.lambdas.invocation import Invocation
from emulator.lambdas.service import LambdaService
from emulator.lambdas.spec import FunctionSpec, Unrunnable, from_inputs
from emulator.quotas import (
    edge_origin_timeout_s,
    event_age_s,
    event_retries,
    lambda_memory_max_mb,
    lambda_memory_min_mb,
    lambda_timeout_max_s,
)
from emulator.reading import NotHonoured, Reader
from emulator.recorded import Recorded
from emulator.s3.documents import unable
from emulator.s3.gate import Gate

function_type = "aws:lambda/function:Function"
edge_region = "us-east-1"
# L:lambda-runtimes, read 2026-11 (aws-facts §1.2): what Lambda takes for Python now.
runtimes = frozenset({"python3.11", "python3.12", "python3.13", "python3.14"})


class Functions:
    """All functions of a stack, by ARN and by qualified ARN; `arns` by name. `edge_arns`: those that a distribution
    associates."""

    def __init__(
        self, service: LambdaService, resources: Sequence[Recorded], *, edge_arns: Iterable[str], replica_region: str
    ) -> None:
        self.by_arn: dict[str, FunctionSpec] = {}
        self.arns: dict[str, str] = {}
        self._service = service
        edges = set(edge_arns)
        for each in resources:
            if each.type == function_type:
                spec = read_function(
                    each, edge=str(each.outputs["qualifiedArn"]) in edges, replica_region=replica_region
                )
                self.by_arn[str(each.outputs["arn"])] = spec
                self.arns[spec.name] = str(each.outputs["arn"])
                self.by_arn[str(each.outputs["qualifiedArn"])] = spec

    async def prepare(self, roles: Roles) -> None:
        """Raises NotHonoured, with AWS's reason, for a function that AWS would not take."""
        for spec in {spec.name: spec for spec in self.by_arn.values()}.values():
            _refuse_untrusted(spec, roles)
            try:
                await self._service.prepare(spec)
            except Unrunnable as error:
                raise NotHonoured(str(error)) from error

    async def invoke(self, arn: str, event: object) -> Invocation:
        """What the function makes of the event."""
        return await self._service.invoke(self.by_arn[arn], event)


def read_function(each: Recorded, *, edge: bool, replica_region: str) -> FunctionSpec:
    """The function that a recorded resource declares. Raises NotHonoured for what is not honoured."""
    reader = Reader(f"Function {each.name}", each.inputs)
    reader.without_effect("description", "tags", "skipDestroy", "sourceCodeHash", "loggingConfig", "publish", "region")
    for name in ("name", "code", "handler", "role", "memorySize", "timeout"):
        reader.whatever(name)
    environment = reader.block("environment")
    if environment is not None:
        environment.whatever("variables")
        environment.finish()
    runtime = reader.text("runtime")
    if runtime not in runtimes:
        raise NotHonoured(
            f"InvalidParameterValueException: {reader.path} has the runtime {runtime}, not a Python of now."
        )
    # Workers run by this machine's interpreter, whichever it is for.
    architectures = reader.texts("architectures") or ("x86_64",)
    if architectures not in (("x86_64",), ("arm64",)) or (edge and architectures != ("x86_64",)):
        raise NotHonoured(
            f"InvalidParameterValueException: {reader.path} can't run on {', '.join(architectures)}: "
            "Lambda takes x86_64 or arm64, Lambda@Edge x86_64 only."
        )
    reader.only("packageType", ["Zip"], "images are not run")
    reader.finish()
    arn = str(each.outputs["qualifiedArn"]).split(":")
    if edge and (arn[3] != edge_region or not arn[-1].isdigit()):
        raise NotHonoured(
            "InvalidLambdaFunctionAssociation: The function must be in region 'us-east-1', and its ARN must reference "
            f"a specific function version. ARN: {':'.join(arn)}"
        )
    try:
        region = replica_region if edge else arn[3]
        spec = from_inputs(each.inputs, region=region, edge=edge, account=arn[4])
    except Unrunnable as error:
        raise NotHonoured(str(error)) from error
    _refuse_sizes(spec)
    return spec


def _refuse_sizes(spec: FunctionSpec) -> None:
    """AWS "Lambda quotas" and "Quotas on Lambda@Edge", read 2026-11."""
    if not lambda_memory_min_mb <= spec.memory_mb <= lambda_memory_max_mb:
        raise NotHonoured(
            f"InvalidParameterValueException: 'MemorySize' value failed to satisfy constraint: Member must have value "
            f"between {lambda_memory_min_mb} and {lambda_memory_max_mb}; {spec.name} has {spec.memory_mb}."
        )
    longest_s = edge_origin_timeout_s if spec.edge else lambda_timeout_max_s
    if not 1 <= spec.timeout_s <= longest_s:
        code = "InvalidLambdaFunctionAssociation" if spec.edge else "InvalidParameterValueException"
        raise NotHonoured(
            f"{code}: The timeout of {spec.name} must be from 1 to {longest_s} seconds, and is {spec.timeout_s:g}."
        )


def _refuse_untrusted(spec: FunctionSpec, roles: Roles) -> None:
    if not roles.trusts(spec.role_arn, "lambda.amazonaws.com"):
        raise NotHonoured(
            "InvalidParameterValueException: The role defined for the function cannot be assumed by Lambda. "
            f"Role: {spec.role_arn}"
        )
    if spec.edge and not roles.trusts(spec.role_arn, "edgelambda.amazonaws.com"):
        raise NotHonoured(
            "InvalidLambdaFunctionAssociation: The function execution role must be assumable with "
            "edgelambda.amazonaws.com as well as lambda.amazonaws.com principals. Update the IAM role and try again. "
            f"Role: {spec.role_arn}"
        )


def read_retries(resources: Iterable[Recorded]) -> dict[str, Retries]:
    """How often an event is tried again, by the function's name."""
    found: dict[str, Retries] = {}
    for each in resources:
        if each.type == "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig":
            reader = Reader(f"FunctionEventInvokeConfig {each.name}", each.inputs)
            name = reader.text("functionName")
            reader.without_effect("region")
            on_failure = _on_failure(reader)
            attempts, age = reader.whole("maximumRetryAttempts", 2), reader.number("maximumEventAgeInSeconds", 21_600)
            reader.finish()
            if not event_retries[0] <= attempts <= event_retries[1] or not event_age_s[0] <= age <= event_age_s[1]:
                raise NotHonoured(
                    f"InvalidParameterValueException: {reader.path}: retries go from {event_retries[0]} to "
                    f"{event_retries[1]}, the age from {event_age_s[0]} to {event_age_s[1]}."
                )
            found[name] = Retries(attempts=attempts, max_age_s=age, on_failure=on_failure)
    return found


def _on_failure(reader: Reader) -> str:
    """The ARN of the destination for what is given up, or nothing."""
    destinations = reader.block("destinationConfig")
    block = destinations.block("onFailure") if destinations else None
    if destinations is None or block is None:
        return ""
    arn = block.text("destination")
    block.finish()
    destinations.finish()
    if not arn.startswith("arn:aws:sqs:"):
        raise NotHonoured(f"The emulator tells failures to queues only, not to {arn}.")
    return arn


def may_be_told(functions: Functions, resources: Iterable[Recorded], account: str) -> Callable[[str, str], bool]:
    """Whether S3 may call a function, by its ARN, for a bucket: by a permission of the function's."""
    allowed = {_permission(each, account) for each in resources if each.type == "aws:lambda/permission:Permission"}

    def may(bucket: str, arn: str) -> bool:
        spec = functions.by_arn.get(arn)
        return spec is not None and (spec.name, f"arn:aws:s3:::{bucket}") in allowed

    return may


def refuse_unpermitted(gate: Gate) -> None:
    """Raises NotHonoured where a bucket's notification names a function that S3 may not call, as S3 does."""
    for bucket, kept in gate.buckets.items():
        for target in kept.targets:
            if not gate.may_tell(bucket, target.arn):
                raise NotHonoured(f"InvalidArgument: {unable}: {bucket} may not invoke {target.arn}.")


def _permission(each: Recorded, account: str) -> tuple[str, str]:
    """Function name and source ARN of a permission for S3, for buckets of this account; of another one, nothing."""
    reader = Reader(f"Permission {each.name}", each.inputs)
    # What belongs to Function URLs is read with them.
    reader.without_effect("statementId", "region", "functionUrlAuthType", "invokedViaFunctionUrl")
    action, principal, owner = reader.text("action"), reader.text("principal"), reader.text("sourceAccount", account)
    function, source = reader.text("function").rsplit(":", 1)[-1], reader.text("sourceArn")
    reader.finish()
    is_meant = (action, principal, owner) == ("lambda:InvokeFunction", "s3.amazonaws.com", account)
    return (function, source) if is_meant else ("", "")

"""A Lambda function as the program declared it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionSpec:
    """What Lambda needs to run a function. `edge`: a replica, which runs in `region`, not where it was made."""

    name: str
    zip_path: Path
    handler: str
    role_arn: str
    region: str
    runtime: str = "python3.13"
    memory_mb: int = 128
    timeout_s: float = 3.0
    environment: Mapping[str, str] = field(default_factory=dict)
    edge: bool = False
    version: str = "$LATEST"
    account: str = "123456789012"

    @property
    def running_name(self) -> str:
        """The name that the function sees: a replica's begins with its home Region. aws-facts §1.8."""
        return f"us-east-1.{self.name}" if self.edge else self.name

    @property
    def arn(self) -> str:
        """The ARN that the context shows."""
        suffix = "" if self.version == "$LATEST" else f":{self.version}"
        return f"arn:aws:lambda:{self.region}:{self.account}:function:{self.running_name}{suffix}"


class Unrunnable(Exception):
    """A declared function that Lambda would refuse; its text is one sentence."""


def from_inputs(inputs: Mapping[str, object], *, region: str, edge: bool, account: str) -> FunctionSpec:
    """The function that these recorded inputs of an `aws:lambda/function:Function` declare.

    Raises Unrunnable where its code is not a zip on this machine.
    """
    name = str(inputs["name"])
    variables = inputs.get("environment")
    chosen = variables.get("variables") if isinstance(variables, Mapping) else None
    return FunctionSpec(
        name=name,
        zip_path=_zip_path(name, inputs.get("code")),
        handler=str(inputs["handler"]),
        role_arn=str(inputs["role"]),
        region=region,
        runtime=str(inputs["runtime"]),
        memory_mb=_whole(inputs.get("memorySize"), 128),
        timeout_s=float(_whole(inputs.get("timeout"), 3)),
        environment={str(key): str(value) for key, value in (chosen if isinstance(chosen, Mapping) else {}).items()},
        edge=edge,
        version="1" if inputs.get("publish") else "$LATEST",
        account=account,
    )


def _whole(value: object, default: int) -> int:
    return default if value is None else int(str(value).removesuffix(".0"))


def _zip_path(name: str, code: object) -> Path:
    path = code if isinstance(code, str | Path) else getattr(code, "path", None)
    if path is None or not Path(path).is_file():
        raise Unrunnable(f"The code of function {name} is no zip file on this machine: {path or type(code).__name__}.")
    return Path(path)

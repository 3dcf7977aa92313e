"""The environment variables of a Lambda worker: the reserved ones, and what the function declares."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from uuid import uuid4

from emulator.aws.credentials import Credentials
from emulator.lambdas.spec import FunctionSpec, Unrunnable
from emulator.quotas import lambda_environment_max_bytes

# AWS "Using Lambda environment variables", "Defined runtime environment variables", read 2026-11: these can't be set.
reserved = frozenset(
    {
        "_HANDLER",
        "_X_AMZN_TRACE_ID",
        "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_DEFAULT_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_RUNTIME_API",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "LAMBDA_RUNTIME_DIR",
        "LAMBDA_TASK_ROOT",
    }
)
# The same page: set by Lambda, but a function may set them otherwise.
unreserved = {
    "LANG": "en_US.UTF-8",
    "PATH": "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
    "LD_LIBRARY_PATH": "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib",
    "PYTHONPATH": "/var/runtime",
    "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
    "AWS_XRAY_DAEMON_ADDRESS": "169.254.79.129:2000",
    "TZ": ":UTC",
}


def refuse(spec: FunctionSpec) -> None:
    """Raises Unrunnable where Lambda would refuse the variables that a function declares."""
    if spec.edge and spec.environment:
        raise Unrunnable(
            "InvalidLambdaFunctionAssociationException: The function cannot have environment variables. "
            f"Function: {spec.name}"
        )
    for name in spec.environment:
        if name in reserved:
            raise Unrunnable(
                "Lambda was unable to configure your environment variables because the environment variables you have "
                "provided contains reserved keys that are currently not supported for modification. "
                f"Reserved keys used in this request: {name}"
            )
        if re.fullmatch(r"[a-zA-Z]([a-zA-Z0-9_])+", name) is None:
            raise Unrunnable(f"Environment variable {name} of {spec.name} must match [a-zA-Z]([a-zA-Z0-9_])+.")
    if (
        sum(len(name.encode()) + len(value.encode()) for name, value in spec.environment.items())
        > lambda_environment_max_bytes
    ):
        raise Unrunnable(
            "Lambda was unable to configure your environment variables because the environment variables you have "
            "provided exceeded the 4KB limit."
        )


def variables(
    spec: FunctionSpec, credentials: Credentials, *, runtime_api: str, task_root: str, runtime_dir: str
) -> dict[str, str]:
    """The whole environment of a worker of this function: nothing of this machine's own is in it."""
    today = datetime.now(UTC).strftime("%Y/%m/%d")
    return {
        **unreserved,
        **spec.environment,
        "_HANDLER": spec.handler,
        "AWS_DEFAULT_REGION": spec.region,
        "AWS_REGION": spec.region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{spec.runtime}",
        "AWS_LAMBDA_FUNCTION_NAME": spec.running_name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(spec.memory_mb),
        "AWS_LAMBDA_FUNCTION_VERSION": spec.version,
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{spec.running_name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": f"{today}/[{spec.version}]{uuid4().hex}",
        "AWS_ACCESS_KEY_ID": credentials.access_key_id,
        "AWS_SECRET_ACCESS_KEY": credentials.secret_access_key,
        "AWS_SESSION_TOKEN": credentials.session_token,
        "AWS_LAMBDA_RUNTIME_API": runtime_api,
        "LAMBDA_TASK_ROOT": task_root,
        "LAMBDA_RUNTIME_DIR": runtime_dir,
    }

"""The variables that a function may not set, one by one, and those that it may: written off AWS's page by hand.

AWS "Using Lambda environment variables" (Defined runtime environment variables) and "Restrictions on Lambda@Edge",
read 2026-11.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace

import pytest

from emulator.aws.credentials import Credentials
from emulator.lambdas.environment import refuse, variables
from emulator.lambdas.spec import FunctionSpec, Unrunnable, from_inputs

reserved = """_HANDLER _X_AMZN_TRACE_ID AWS_DEFAULT_REGION AWS_REGION AWS_EXECUTION_ENV AWS_LAMBDA_FUNCTION_NAME
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE AWS_LAMBDA_FUNCTION_VERSION AWS_LAMBDA_INITIALIZATION_TYPE
    AWS_LAMBDA_LOG_GROUP_NAME AWS_LAMBDA_LOG_STREAM_NAME AWS_ACCESS_KEY AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
    AWS_SESSION_TOKEN AWS_LAMBDA_RUNTIME_API LAMBDA_TASK_ROOT LAMBDA_RUNTIME_DIR""".split()  # noqa: SIM905
unreserved = {
    "LANG": "en_US.UTF-8",
    "PATH": "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
    "LD_LIBRARY_PATH": "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib",
    "PYTHONPATH": "/var/runtime",
    "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
    "AWS_XRAY_DAEMON_ADDRESS": "169.254.79.129:2000",
    "TZ": ":UTC",
}


def function(environment: Mapping[str, str], **changes: object) -> FunctionSpec:
    given = {"name": "made", "handler": "app.handler", "role_arn": "arn:role", "region": "eu-central-1", **changes}
    return FunctionSpec(zip_path=Path(), environment=environment, **given)


@pytest.mark.parametrize("name", reserved)
def test_a_reserved_variable_cannot_be_set(name: str) -> None:
    with pytest.raises(Unrunnable, match=f"Reserved keys used in this request: {name}$"):
        refuse(function({name: "x"}))


@pytest.mark.parametrize("name", ["A", "1A", "_A", "A-B", "A B", ""])
def test_a_variable_s_name_is_of_letters_digits_and_underscores(name: str) -> None:
    with pytest.raises(Unrunnable, match="must match"):
        refuse(function({name: "x"}))


def test_variables_have_four_kilobytes_together() -> None:
    refuse(function({"AB": "x" * 4090, "CD": "é"}))
    with pytest.raises(Unrunnable, match="exceeded the 4KB limit"):
        refuse(function({"AB": "x" * 4091, "CD": "é"}))


def test_an_edge_function_has_no_variables() -> None:
    refuse(function({}, edge=True))
    with pytest.raises(Unrunnable, match="cannot have environment variables"):
        refuse(function({"AB": "x"}, edge=True))


def seen(spec: FunctionSpec) -> dict[str, str]:
    key = Credentials(access_key_id="A", secret_access_key="S", session_token="T", role_arn="", session_name="")
    return variables(spec, key, runtime_api="127.0.0.1:9", task_root="/task", runtime_dir="/runtime")


@pytest.mark.parametrize("name", unreserved)
def test_an_unreserved_variable_has_lambdas_value_or_the_functions(name: str) -> None:
    assert seen(function({}))[name] == unreserved[name]
    assert seen(function({name: "mine"}))[name] == "mine"


def test_a_worker_sees_what_lambda_sets() -> None:
    found = seen(function({"OWN": "1"}, memory_mb=512, version="3"))
    assert found.pop("AWS_LAMBDA_LOG_STREAM_NAME")[10:14] == "/[3]"
    assert {name: value for name, value in found.items() if name not in unreserved} == {
        "OWN": "1",
        "_HANDLER": "app.handler",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_REGION": "eu-central-1",
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
        "AWS_LAMBDA_FUNCTION_NAME": "made",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
        "AWS_LAMBDA_FUNCTION_VERSION": "3",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/made",
        "AWS_ACCESS_KEY_ID": "A",
        "AWS_SECRET_ACCESS_KEY": "S",
        "AWS_SESSION_TOKEN": "T",
        "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9",
        "LAMBDA_TASK_ROOT": "/task",
        "LAMBDA_RUNTIME_DIR": "/runtime",
    }


def test_a_function_is_what_its_inputs_declare(tmp_path: Path) -> None:
    (tmp_path / "it.zip").write_bytes(b"zip")
    inputs = {"name": "made", "code": str(tmp_path / "it.zip"), "handler": "h", "role": "r", "runtime": "python3.12"}
    found = from_inputs(inputs, region="eu-central-1", edge=False, account="1")
    assert (found.memory_mb, found.timeout_s, found.version, found.environment) == (128, 3.0, "$LATEST", {})
    assert found.arn == "arn:aws:lambda:eu-central-1:1:function:made"
    more = {"memorySize": 512.0, "timeout": 20, "publish": True, "environment": {"variables": {"AB": "1"}}}
    found = from_inputs(inputs | more, region="eu-west-2", edge=True, account="1")
    assert (found.memory_mb, found.timeout_s, found.version, found.environment) == (512, 20.0, "1", {"AB": "1"})
    assert found.arn == "arn:aws:lambda:eu-west-2:1:function:us-east-1.made:1"
    archive = SimpleNamespace(path=inputs["code"])  # as Pulumi names a file
    found = from_inputs(inputs | {"code": archive}, region="eu-central-1", edge=False, account="1")
    assert found.zip_path == tmp_path / "it.zip"
    for code in (None, str(tmp_path), str(tmp_path / "none.zip")):
        with pytest.raises(Unrunnable, match="is no zip file on this machine"):
            from_inputs(inputs | {"code": code}, region="eu-central-1", edge=False, account="1")

"""Functions run as Lambda runs them: AWS's runtime client, its environment, its limits, its errors."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from emulator.aws.ca import Authority
from emulator.aws.credentials import Issuer
from emulator.faults import Faults
from emulator.lambdas import unpack
from emulator.lambdas.invocation import ErrorKind, Invocation
from emulator.lambdas.service import LambdaService
from emulator.lambdas.spec import FunctionSpec, Unrunnable, from_inputs

role = "arn:aws:iam::123456789012:role/edge"
vectors = json.loads((Path(__file__).parent / "vectors" / "aws" / "lambda_limits.json").read_text())


def zipped(folder: Path, code: str, name: str = "app.py") -> Path:
    path = folder / "function.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, textwrap.dedent(code))
    return path


def spec(zip_path: Path, **changes: object) -> FunctionSpec:
    given = {
        "name": "edge",
        "handler": "app.handler",
        "role_arn": role,
        "region": "eu-west-2",
        "memory_mb": 256,
        "edge": True,
    }
    return FunctionSpec(zip_path=zip_path, **(given | changes))


@asynccontextmanager
async def service(
    folder: Path, faults: Faults | None = None, max_workers: int = 3, init_timeout_s: float = 10
) -> AsyncIterator[LambdaService]:
    running = LambdaService(
        folder=folder / "lambda",
        ca_file=Authority().write(folder / "ca.pem"),
        tls_port=1,
        issuer=Issuer(),
        faults=faults or Faults(),
        max_workers=max_workers,
        init_timeout_s=init_timeout_s,
    )
    try:
        yield running
    finally:
        await running.stop()


def invoke(
    folder: Path, code: str, *events: object, faults: Faults | None = None, **changes: object
) -> list[Invocation]:
    """What one service makes of the events, one after the other."""

    async def each_in_turn() -> list[Invocation]:
        function = spec(zipped(folder, code), **changes)
        async with service(folder, faults) as running:
            return [await running.invoke(function, event) for event in events]

    return asyncio.run(each_in_turn())


def declared(case: dict) -> dict:
    function = dict(case.get("function", {}))
    if "environment" in function:
        function["environment"] = {
            name: "x" * int(value.removeprefix("REPEAT:")) if value.startswith("REPEAT:") else value
            for name, value in function["environment"].items()
        }
    return function


def need_a_namespace() -> None:
    if subprocess.run(["unshare", "-Urm", "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("this machine lets nobody make a mount namespace")


@pytest.mark.parametrize("case", vectors, ids=[each["name"] for each in vectors])
def test_lambda_vectors(case: dict, tmp_path: Path) -> None:
    if "needs" in case:
        need_a_namespace()
    expect = case["expect"]
    if "refused" in expect:
        with pytest.raises(Unrunnable, match=expect["refused"]):
            invoke(tmp_path, case["code"], {}, **declared(case))
        return
    (made,) = invoke(tmp_path, case["code"], case.get("event", {}), **declared(case))
    assert (made.error.value if made.error else None) == expect.get("error"), (made.message, made.logs)
    if "payload" in expect:
        assert json.loads(made.payload or b"") == expect["payload"]
    assert len(made.payload or b"") == expect.get("payload_bytes", len(made.payload or b""))
    if made.error:
        said = json.loads(made.payload or b"")
        assert (said["errorType"], said["errorMessage"]) == (made.error_type, made.message)
    assert made.error_type == expect.get("type", made.error_type)
    assert expect.get("message", "") in made.message
    assert any(expect.get("log", "") in line for line in made.logs) or "log" not in expect


environment_code = """
import os, sys
def handler(event, context):
    env = dict(os.environ)
    return {'names': sorted(env), 'path': sys.path, 'argv': len(sys.argv), 'cwd': os.getcwd(), 'env': env}
"""


def test_nothing_of_this_machine_is_in_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_SECRET", "seen")
    (made,) = invoke(tmp_path, environment_code, {})
    seen = json.loads(made.payload or b"")
    # AWS "Using Lambda environment variables", "Defined runtime environment variables"; by hand.
    assert seen["names"] == sorted(
        [
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
            "AWS_XRAY_CONTEXT_MISSING",
            "AWS_XRAY_DAEMON_ADDRESS",
            "LAMBDA_RUNTIME_DIR",
            "LAMBDA_TASK_ROOT",
            "LANG",
            "LD_LIBRARY_PATH",
            "PATH",
            "PYTHONPATH",
            "TZ",
            "_HANDLER",
            "_X_AMZN_TRACE_ID",
        ]
    )
    assert seen["env"]["AWS_EXECUTION_ENV"] == "AWS_Lambda_python3.13"
    assert seen["env"]["_HANDLER"] == "app.handler"
    assert seen["env"]["AWS_ACCESS_KEY_ID"].startswith("ASIA")
    assert seen["cwd"] == seen["path"][0] == seen["env"]["LAMBDA_TASK_ROOT"]
    assert not [each for each in seen["path"] if "site-packages" in each]
    assert seen["argv"] == 1


def test_a_worker_is_kept_for_the_next_event(tmp_path: Path) -> None:
    code = "import os\ncount = 0\ndef handler(e, c):\n    global count\n    count += 1\n    return count"
    made = invoke(tmp_path, code, 1, 2, 3)
    assert [each.payload for each in made] == [b"1", b"2", b"3"]
    assert [each.cold for each in made] == [True, False, False]
    assert made[1].init_ms == 0 and made[1].billed_ms >= 1
    assert made[0].billed_ms >= made[0].init_ms > 0  # the start counts


def test_a_worker_that_raised_is_kept_and_one_that_was_killed_is_not(tmp_path: Path) -> None:
    code = """
    import time
    def handler(event, context):
        if event == 'raise': raise ValueError('no')
        if event == 'sleep': time.sleep(9)
        return event
    """
    made = invoke(tmp_path, code, 1, "raise", 2, "sleep", 3, timeout_s=0.5)
    assert [each.error for each in made] == [None, ErrorKind.UNHANDLED, None, ErrorKind.TIMEOUT, None]
    assert [each.cold for each in made] == [True, False, False, False, True]


def test_threads_left_over_stand_still_until_the_next_event(tmp_path: Path) -> None:
    """AWS "Understanding the Lambda execution environment lifecycle": frozen after an event, thawed for the next."""
    code = """
    import threading, time
    rounds = 0
    def count():
        global rounds
        while True:
            rounds += 1
            time.sleep(0.005)
    def handler(event, context):
        if event == 'begin': threading.Thread(target=count, daemon=True).start()
        if event == 'wait': time.sleep(0.5)
        return rounds
    """

    async def between() -> list[int]:
        function = spec(zipped(tmp_path, code))
        async with service(tmp_path) as running:
            begun = await running.invoke(function, "begin")
            await asyncio.sleep(1)
            thawed, waited = [await running.invoke(function, event) for event in ("look", "wait")]
            return [json.loads(each.payload or b"") for each in (begun, thawed, waited)]

    begun, thawed, waited = asyncio.run(between())
    assert thawed - begun < 20  # of the 200 that a second has
    assert waited - thawed > 5


def test_a_start_above_ten_seconds_begins_anew_within_the_time_out(tmp_path: Path) -> None:
    """AWS "Understanding the Lambda execution environment lifecycle", Init phase; the ten seconds are one here."""
    code = """
    import time
    time.sleep({seconds})
    def handler(event, context): return 'came'
    """

    async def made(seconds: float, timeout_s: float) -> Invocation:
        async with service(tmp_path, init_timeout_s=1) as running:
            return await running.invoke(spec(zipped(tmp_path, code.format(seconds=seconds)), timeout_s=timeout_s), 1)

    slow = asyncio.run(made(1.5, 20))
    assert (slow.payload, slow.cold, slow.duration_ms > 1500) == (b'"came"', True, True)
    late = asyncio.run(made(30, 1))
    assert (late.error, late.message.endswith("Task timed out after 1.00 seconds")) == (ErrorKind.TIMEOUT, True)


def test_a_worker_has_one_event_at_a_time_and_the_pool_is_bounded(tmp_path: Path) -> None:
    code = "import os, time\ndef handler(e, c):\n    time.sleep(0.3)\n    return os.getpid()"

    async def at_once() -> tuple[list[bytes | None], int]:
        async with service(tmp_path, max_workers=2) as running:
            function = spec(zipped(tmp_path, code))
            made = await asyncio.gather(*(running.invoke(function, n) for n in range(4)))
            return [each.payload for each in made], running.cold_starts["edge"]

    pids, cold = asyncio.run(at_once())
    assert (len(set(pids)), cold) == (2, 2)


def test_temporary_files_are_a_worker_s_own(tmp_path: Path) -> None:
    code = """
    import os, time
    def handler(event, context):
        open(f'/tmp/mirage-test-{event}', 'w').close()
        time.sleep(0.3)
        return [each for each in os.listdir('/tmp') if each.startswith('mirage-test-')]
    """

    async def at_once() -> list[object]:
        async with service(tmp_path) as running:
            function = spec(zipped(tmp_path, code))
            made = await asyncio.gather(*(running.invoke(function, n) for n in range(2)))
            return sorted(json.loads(each.payload or b"") for each in made)

    need_a_namespace()
    assert asyncio.run(at_once()) == [["mirage-test-0"], ["mirage-test-1"]]


def test_stopping_takes_less_than_two_seconds_and_leaves_nothing(tmp_path: Path) -> None:
    code = "import os, time\ndef handler(e, c):\n    if e: return os.getpid()\n    time.sleep(30)"

    async def stopped() -> tuple[int, float]:
        async with service(tmp_path) as running:
            function = spec(zipped(tmp_path, code), timeout_s=20)
            pid = json.loads((await running.invoke(function, 1)).payload or b"")
            busy = asyncio.create_task(running.invoke(function, 0))
            await asyncio.sleep(0.2)
            began = time.perf_counter()
            await running.stop()
            took = time.perf_counter() - began
            assert (await busy).error is ErrorKind.EXITED
            return pid, took

    pid, took = asyncio.run(stopped())
    assert took < 2
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_workers_die_with_the_emulator(tmp_path: Path) -> None:
    zip_path = zipped(tmp_path, "import os\ndef handler(e, c): return os.getpid()")
    script = f"""
import asyncio, pathlib, sys
sys.path.insert(0, {str(Path(__file__).parents[1])!r})
from tests.test_emulator_lambda import service, spec
async def main():
    async with service(pathlib.Path({str(tmp_path)!r})) as running:
        print((await running.invoke(spec(pathlib.Path({str(zip_path)!r})), 1)).payload.decode(), flush=True)
        await asyncio.sleep(60)
asyncio.run(main())
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
    until = time.monotonic() + 2
    while time.monotonic() < until and Path(f"/proc/{pid}/stat").exists():
        if Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z":
            break
        time.sleep(0.02)
    else:
        assert not Path(f"/proc/{pid}").exists()


def test_zips_used_longest_ago_go_unless_another_start_holds_on_to_them(tmp_path: Path) -> None:
    folder = tmp_path / "lambda"
    held_by_others = unpack.task_root(zipped(tmp_path, "number = 0"), folder)
    for number in range(1, unpack.most_kept + 3):
        root, held = unpack.task_root(zipped(tmp_path, f"number = {number}"), folder)
        os.close(held)
        os.utime(root, (1_000_000 + number, 1_000_000 + number))
    os.utime(held_by_others[0], (1, 1))
    root, held = unpack.task_root(zipped(tmp_path, "number = -1"), folder)
    kept = sorted(folder.glob("task-*"))
    assert len(kept) == unpack.most_kept + 1
    assert {root, held_by_others[0]} <= set(kept)
    os.close(held)
    os.close(held_by_others[1])


def test_a_throttled_invocation_runs_nothing(tmp_path: Path) -> None:
    faults = Faults()
    faults.set({"lambda.throttled": 1})
    (made,) = invoke(tmp_path, "def handler(e, c): return 1", 1, faults=faults)
    assert (made.error, made.error_type, made.cold) == (ErrorKind.THROTTLED, "TooManyRequestsException", False)


def test_a_crash_by_fault_ends_the_worker(tmp_path: Path) -> None:
    faults = Faults()
    faults.set({"lambda.crash": 1})
    made = invoke(tmp_path, "def handler(e, c): return 1", 1, 2, faults=faults)
    assert [(each.error, each.cold) for each in made] == [(ErrorKind.EXITED, True)] * 2


def test_faults_are_named_and_bounded() -> None:
    with pytest.raises(ValueError, match=r"There is no fault 's3\.melts'"):
        Faults().set({"s3.melts": 0.5})
    with pytest.raises(ValueError, match=r"Expected a probability from 0 to 1 for s3.get.slowdown, received 2"):
        Faults().set({"s3.get.slowdown": 2})


def test_a_zip_above_fifty_megabytes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "large.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("large", os.urandom(1024 * 1024) * 51)

    async def prepared() -> None:
        async with service(tmp_path) as running:
            await running.prepare(spec(path))

    with pytest.raises(
        Unrunnable, match=r"Request must be smaller than 70167211 bytes .* has 534[0-9]{5}, of 52428800 at most"
    ):
        asyncio.run(prepared())


def test_a_zip_that_unpacks_to_more_than_allowed_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("zeros", "w") as file:
        for _ in range(251):
            file.write(bytes(1024 * 1024))

    async def prepared() -> None:
        async with service(tmp_path) as running:
            await running.prepare(spec(path))

    with pytest.raises(Unrunnable, match="Unzipped size must be smaller than 262144000 bytes"):
        asyncio.run(prepared())


def test_a_function_is_read_from_recorded_inputs(tmp_path: Path) -> None:
    path = zipped(tmp_path, "")
    inputs = {
        "name": "n",
        "handler": "a.b",
        "role": role,
        "runtime": "python3.13",
        "code": str(path),
        "timeout": 30,
        "publish": True,
    }
    made = from_inputs(inputs, region="eu-west-2", edge=True, account="123456789012")
    assert (made.memory_mb, made.timeout_s, made.version, made.zip_path) == (128, 30.0, "1", path)
    with pytest.raises(Unrunnable, match="The code of function n is no zip file on this machine"):
        from_inputs(inputs | {"code": str(tmp_path / "none.zip")}, region="r", edge=False, account="1")

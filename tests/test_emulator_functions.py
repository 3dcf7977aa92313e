"""An edge function that misbehaves, in a real worker, as a viewer of the stack sees it."""

from __future__ import annotations

import asyncio
import zipfile
from dataclasses import replace
from pathlib import Path

import pulumi
import pytest

from emulator.program import Declared, Resource
from emulator.reading import NotHonoured
from tests.chain_world import header, with_resources, world
from tests.declared import stack

pytestmark = pytest.mark.emulator
begin = "def handler(event, context):\n    response = event['Records'][0]['cf']['response']\n"
kept = "    headers = {name: response['headers'][name] for name in ('transfer-encoding',)}\n"


@pytest.fixture(scope="module")
def declared() -> Declared:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MIRAGE_BUNDLE", "local")
        return stack()


def with_code(declared: Declared, folder: Path, code: str, **inputs: object) -> Declared:
    """The stack, whose edge function is this code, and a second shorter than usual."""
    path = folder / "edge.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("main.py", code)
    chosen = {"code": pulumi.FileArchive(str(path)), "handler": "main.handler", "timeout": 2, **inputs}

    def only_edge(each: Resource) -> Resource:
        is_edge = each.type == "aws:lambda/function:Function" and each.name == "edge"
        return replace(each, inputs={**each.inputs, **chosen}) if is_edge else each

    return with_resources(declared, only_edge)


cases = {
    "an exception": (begin + "    raise ValueError('no')\n", {}, 503, "LambdaExecutionError"),
    "sys.exit": ("import sys\n" + begin + "    sys.exit(1)\n", {}, 503, "LambdaExecutionError"),
    "endless recursion": (begin + "    return handler(event, context)\n", {}, 503, "LambdaExecutionError"),
    "a time-out": ("import time\n" + begin + "    time.sleep(60)\n", {}, 503, "LambdaExecutionError"),
    "a process that ends": ("import os\n" + begin + "    os._exit(3)\n", {}, 503, "LambdaExecutionError"),
    "more memory than it has": (
        begin + "    taken = b'x' * (400 * 1024 * 1024)\n    return response\n",
        {"memorySize": 128},
        503,
        "LambdaExecutionError",
    ),
    "a handler that is not there": (begin, {"handler": "main.missing"}, 503, "LambdaExecutionError"),
    "a module that is not there": (begin, {"handler": "missing.handler"}, 503, "LambdaExecutionError"),
    "an import that the zip lacks": ("import requests\n" + begin, {}, 503, "LambdaExecutionError"),
    "a result that is no JSON": (begin + "    return {1, 2}\n", {}, 503, "LambdaExecutionError"),
    "no result": (begin, {}, 502, "LambdaValidationError"),
    "a text": (begin + "    return 'hello'\n", {}, 502, "LambdaValidationError"),
    "a status of 99": (begin + "    return {**response, 'status': '99'}\n", {}, 502, "LambdaValidationError"),
    "a deleted read-only header": (
        begin + "    return {'status': '200', 'headers': {}, 'body': ''}\n",
        {},
        502,
        "LambdaValidationError",
    ),
    "a body of a megabyte and a byte": (
        begin + kept + "    return {'status': '200', 'headers': headers, 'body': 'x' * 1048577}\n",
        {},
        502,
        "LambdaValidationError",
    ),
    "bad base64": (
        begin + kept + "    return {'status': '200', 'headers': headers, 'body': '*', 'bodyEncoding': 'base64'}\n",
        {},
        502,
        "LambdaValidationError",
    ),
    "more than Lambda returns": (
        begin + "    return {**response, 'body': 'x' * (7 * 1024 * 1024)}\n",
        {},
        503,
        "LambdaExecutionError",
    ),
    "a variable of the environment that is no reserved one": (
        "import os\n" + begin + "    return {**response, 'status': os.environ['PATH_OF_MY_BUCKET']}\n",
        {},
        503,
        "LambdaExecutionError",
    ),
    "a file written beside the code": (
        "from pathlib import Path\n" + begin + "    Path(__file__).with_name('x').write_text('x')\n",
        {},
        503,
        "LambdaExecutionError",
    ),
    "a host that is not AWS": (
        "import urllib.request\n" + begin + "    urllib.request.urlopen('http://example.com')\n",
        {},
        503,
        "LambdaExecutionError",
    ),
    "an answer as it should be": (
        begin + kept + "    return {'status': '200', 'headers': headers, 'body': 'fine'}\n",
        {},
        200,
        "Miss",
    ),
    "the origin's own answer": (begin + "    return response\n", {}, 404, "Error"),
}


@pytest.mark.parametrize("case", cases)
def test_cloudfront_answers_for_an_edge_function_with(declared: Declared, tmp_path: Path, case: str) -> None:
    code, inputs, status, word = cases[case]

    async def play() -> None:
        async with world(with_code(declared, tmp_path, code, **inputs), tmp_path) as here:
            answer = await here.get("/a.png?w=20")
            assert (answer.status, header(answer, "x-cache")) == (status, f"{word} from cloudfront"), answer.body

    asyncio.run(play())


def test_a_function_of_sixty_megabytes_stops_the_start(declared: Declared, tmp_path: Path) -> None:
    large = with_code(declared, tmp_path, begin)
    with zipfile.ZipFile(tmp_path / "edge.zip", "a") as archive:
        archive.writestr("model.bin", bytes(60 * 1024 * 1024))

    async def begun() -> None:
        async with world(large, tmp_path):
            pass

    with pytest.raises(NotHonoured, match="RequestEntityTooLargeException"):
        asyncio.run(begun())


def test_a_throttled_function_is_a_limit_exceeded(declared: Declared, tmp_path: Path) -> None:
    async def play() -> None:
        async with world(declared, tmp_path) as here:
            here.chain.faults.set({"lambda.throttled": 1})
            answer = await here.get("/a.png?w=20")
            assert (answer.status, header(answer, "x-cache")) == (503, "LambdaLimitExceeded from cloudfront")

    asyncio.run(play())

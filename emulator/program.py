"""What the unmodified program declares: run through Pulumi's own mocks, every resource recorded as registered."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import os
import runpy
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pulumi
from pulumi.runtime import get_root_resource, mocks, rpc, set_all_config
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.stack import Stack, run_pulumi_func

from emulator import stack_file
from emulator.answers import Answers

root = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One resource as declared. In a preview, what only AWS knows is a `pulumi.output.Unknown` in `inputs`.

    `is_external`: read with `.get`, not the program's own. `depends_on` and `parent` are URNs. `deletes_first`: whether
    a replacement deletes the old one before it makes the new one; None leaves it to the provider.
    """

    type: str
    name: str
    inputs: Mapping[str, object]
    outputs: Mapping[str, object]
    id: str
    urn: str
    parent: str
    depends_on: tuple[str, ...] = ()
    is_external: bool = False
    is_protected: bool = False
    ignored_changes: tuple[str, ...] = ()
    deletes_first: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A stack: its resources (components, too), sorted by type and name, its outputs, and what it said."""

    resources: tuple[Resource, ...]
    outputs: Mapping[str, object]
    messages: tuple[str, ...] = ()

    def of(self, kind: str) -> tuple[Resource, ...]:
        """The resources of a type, as in `aws:s3/bucket:Bucket`."""
        return tuple(each for each in self.resources if each.type == kind)

    def one(self, kind: str, name: str) -> Resource:
        """The resource of a type and a name. Raises LookupError where there is none."""
        for each in self.of(kind):
            if each.name == name:
                return each
        raise LookupError(f"The program declares no {kind} named {name}.")


def declare(
    stack_name: str,
    *,
    config: Mapping[str, str] | None = None,
    preview: bool = False,
    project_dir: Path = root,
    say: Callable[[str], None] = lambda message: None,
) -> Declared:
    """What the program of `project_dir` declares for a stack, whose file is overlaid with `config`.

    `say` hears what the program says while it runs (the first build of the bundles takes a few seconds).

    Raises what the program raises: infra.configuration.config.ConfigError (one sentence a line) for settings.
    """
    texts = stack_file.texts(project_dir, stack_name, config or {})
    # The emulator's Lambdas run on this machine's Python, so the zips are built for it.
    os.environ.setdefault("MIRAGE_BUNDLE", "local")
    finished: list[Declared] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            finished.append(_run(stack_name, texts, preview=preview, project_dir=project_dir, say=say))
        except BaseException as error:
            failed.append(error)

    # Pulumi keeps its settings in context variables and an event loop per thread: both are this run's alone.
    thread = threading.Thread(target=contextvars.Context().run, args=(run,), name="program")
    thread.start()
    thread.join()
    if failed:
        raise failed[0]
    return finished[0]


def _run(
    stack_name: str, texts: Mapping[str, str], *, preview: bool, project_dir: Path, say: Callable[[str], None]
) -> Declared:
    monitor = Recorder(Answers(region=texts["aws:region"], is_preview=preview))
    log = Said(say)
    with _event_loop() as loop:
        project = stack_file.project_name(project_dir)
        # After the event loop is set, not before: the mocks hold on to the one that is current.
        mocks.set_mocks(monitor.mocks, project=project, stack=stack_name, preview=preview, monitor=monitor, logger=log)
        set_all_config(dict(texts))
        if str(project_dir) not in sys.path:
            sys.path.insert(0, str(project_dir))
        loop.run_until_complete(run_pulumi_func(lambda: _program(project_dir)))
        outputs = loop.run_until_complete(_outputs())
    resources = sorted(monitor.recorded, key=lambda each: (each.type, each.name))
    return Declared(resources=tuple(resources), outputs=outputs, messages=tuple(log.messages))


@contextmanager
def _event_loop() -> Iterator[asyncio.AbstractEventLoop]:
    """This thread's event loop, and one for the thread in which the SDK calls its monitor: both closed in the end."""
    loops = [asyncio.new_event_loop(), asyncio.new_event_loop()]
    asyncio.set_event_loop(loops[0])
    executor = ThreadPoolExecutor(max_workers=1, initializer=asyncio.set_event_loop, initargs=(loops[1],))
    loops[0].set_default_executor(executor)
    try:
        yield loops[0]
    finally:
        executor.shutdown(wait=True)
        asyncio.set_event_loop(None)
        for loop in loops:
            loop.close()


def _program(project_dir: Path) -> None:
    runpy.run_path(str(project_dir / "__main__.py"), run_name="__main__")


async def _outputs() -> Mapping[str, object]:
    """The stack's outputs, resolved; in a preview, what is not known yet is None."""
    declared = cast("Stack", get_root_resource()).outputs
    return {name: await pulumi.Output.from_input(value).future() for name, value in declared.items()}


class Said(logging.Logger):
    """Pulumi's log of a run, kept and told on."""

    def __init__(self, say: Callable[[str], None]) -> None:
        super().__init__("program", logging.INFO)
        self.messages: list[str] = []
        self._say = say

    def handle(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())
        self._say(record.getMessage())


class Recorder(mocks.MockMonitor):
    """Pulumi's mock monitor, which writes down what it is asked: the mocks see neither parents nor options."""

    def __init__(self, answers: Answers) -> None:
        super().__init__(answers)
        self.recorded: list[Resource] = []

    def RegisterResource(self, request: resource_pb2.RegisterResourceRequest) -> resource_pb2.RegisterResourceResponse:  # noqa: N802
        response = cast("resource_pb2.RegisterResourceResponse", super().RegisterResource(request))  # type: ignore[no-untyped-call]
        if request.type != "pulumi:pulumi:Stack":
            self._record(
                request,
                response.urn,
                inputs=rpc.deserialize_properties(request.object),
                is_protected=request.protect,
                ignored_changes=tuple(request.ignoreChanges),
                deletes_first=request.deleteBeforeReplace if request.deleteBeforeReplaceDefined else None,
            )
        return response

    def ReadResource(self, request: resource_pb2.ReadResourceRequest) -> resource_pb2.ReadResourceResponse:  # noqa: N802
        response = cast("resource_pb2.ReadResourceResponse", super().ReadResource(request))  # type: ignore[no-untyped-call]
        self._record(request, response.urn, inputs=rpc.deserialize_properties(request.properties), is_external=True)
        return response

    def _record(
        self,
        request: resource_pb2.RegisterResourceRequest | resource_pb2.ReadResourceRequest,
        urn: str,
        inputs: Mapping[str, object],
        *,
        is_external: bool = False,
        is_protected: bool = False,
        ignored_changes: tuple[str, ...] = (),
        deletes_first: bool | None = None,
    ) -> None:
        registered = self.resources[urn]
        self.recorded.append(
            Resource(
                type=request.type,
                name=request.name,
                inputs=cast("Mapping[str, object]", _whole(inputs)),
                outputs=cast("Mapping[str, object]", _whole(registered.state)),
                id=registered.id,
                urn=urn,
                parent=request.parent,
                depends_on=tuple(request.dependencies),
                is_external=is_external,
                is_protected=is_protected,
                ignored_changes=ignored_changes,
                deletes_first=deletes_first,
            )
        )


def _whole(value: object) -> object:
    """The value with integers for the wire's floats (protobuf's numbers are all doubles), and secrets plain."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_whole(each) for each in value]
    if isinstance(value, dict) and value.get(rpc._special_sig_key) == rpc._special_secret_sig:
        return _whole(value["value"])
    if isinstance(value, dict):
        return {name: _whole(each) for name, each in value.items()}
    return value

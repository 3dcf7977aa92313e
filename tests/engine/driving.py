"""What drives the real engine: a copy of the program, a backend and an account in a folder, and what each run did."""

from __future__ import annotations

import os
import re
import runpy
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from pulumi import automation as auto
from pulumi.automation.events import EngineEvent

from emulator import stack_file
from tests.engine.account import Account, Thing
from tests.engine.serving import account_variable, serve

root = Path(__file__).resolve().parents[2]
region = "eu-central-1"
project = stack_file.project_name(root)
passphrase = "a passphrase of tests"
# What `pulumi up` reads; the rest of the tree is not there.
shipped = ("__main__.py", "Pulumi.yaml", "infra", "variants", "edge", "origin", "page")
silent = ("same", "read", "refresh", "discard")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What the engine did, or would do, to one resource."""

    op: str
    kind: str
    name: str
    urn: str
    changed: tuple[str, ...] = ()
    replacing: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.op} {self.kind.rpartition(':')[2]} {self.name}"


@dataclass(slots=True)
class Run:
    """What one command of the engine showed."""

    steps: list[Step] = field(default_factory=list)
    said: list[tuple[str, str]] = field(default_factory=list)
    text: str = ""
    is_refused: bool = False

    @property
    def changes(self) -> list[Step]:
        """All that is not left as it is."""
        return [step for step in self.steps if step.op not in silent]

    def ops(self, *kinds: str) -> list[str]:
        """The changes to resources of some kinds (the last word of the type), or to all."""
        return [str(step) for step in self.changes if not kinds or step.kind.rpartition(":")[2] in kinds]

    def errors(self) -> list[str]:
        return [text.strip() for severity, text in self.said if severity == "error"]

    def hear(self, event: EngineEvent) -> None:
        if event.resource_pre_event:
            found = event.resource_pre_event.metadata
            _, _, _, name = found.urn.split("::", 3)
            self.steps.append(
                Step(
                    op=str(getattr(found.op, "value", found.op)),
                    kind=found.type,
                    name=name,
                    urn=found.urn,
                    changed=tuple(found.diffs or ()),
                    replacing=tuple(found.keys or ()),
                )
            )
        if event.diagnostic_event and not event.diagnostic_event.ephemeral:
            self.said.append((event.diagnostic_event.severity, _uncoloured(event.diagnostic_event.message)))


@dataclass(slots=True, kw_only=True)
class Place:
    """A folder with the program, where the engine keeps its state, and the account that it deploys to."""

    folder: Path
    program: Path
    secret: str = passphrase

    @classmethod
    def made(cls, folder: Path, **said: object) -> Place:
        place = cls(folder=folder, program=folder / "program", **said)
        for each in ("home", "state"):
            (folder / each).mkdir(parents=True)
        place.program = copied(folder / "program")
        return place

    def again(self, folder: Path) -> Place:
        """The same in another folder: program, state and account as they are now."""
        shutil.copytree(self.folder, folder, symlinks=True)
        return Place(folder=folder, program=folder / "program", secret=self.secret)

    @property
    def account_path(self) -> Path:
        return self.folder / "account.json"

    def account(self) -> Account:
        return Account(self.account_path, region)

    def things(self, kind: str) -> list[Thing]:
        return list(self.account().of(kind))

    def environment(self) -> dict[str, str]:
        """The engine's: the stand-in first on PATH, nothing downloaded, nothing asked."""
        first = (Path(__file__).parent / "bin", Path(sys.prefix) / "bin")
        return {
            "PATH": os.pathsep.join([*map(str, first), os.environ["PATH"]]),
            "PULUMI_BACKEND_URL": f"file://{self.folder / 'state'}",
            "PULUMI_CONFIG_PASSPHRASE": self.secret,
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "MIRAGE_BUNDLE": "local",
            account_variable: str(self.account_path),
        }

    def stack(self, name: str, **config: object) -> Deployed:
        """A stack by the project's file for it, overlaid with settings."""
        deployed = Deployed(place=self, name=name)
        deployed.write(**config)
        opts = self._options(self.environment())
        deployed.stack = auto.create_or_select_stack(name, work_dir=str(self.program), opts=opts)
        return deployed

    @contextmanager
    def within(self, name: str, **config: object) -> Iterator[Deployed]:
        """The stack, whose program and stand-in run in this process: no start of either, a third of the time."""
        deployed = Deployed(place=self, name=name)
        deployed.write(**config)
        server, port = serve(self.account_path)
        environment = {
            **self.environment(),
            "PULUMI_DEBUG_PROVIDERS": f"aws:{port}",
        }
        deployed.stack = auto.create_or_select_stack(
            name,
            project_name=project,
            program=lambda: runpy.run_path(str(root / "__main__.py"), run_name="__main__"),
            opts=self._options(environment),
        )
        yield deployed
        server.stop(grace=None).wait()

    def _options(self, environment: dict[str, str]) -> auto.LocalWorkspaceOptions:
        home = str(self.folder / "home")
        return auto.LocalWorkspaceOptions(work_dir=str(self.program), env_vars=environment, pulumi_home=home)


@dataclass(slots=True, kw_only=True)
class Deployed:
    """One stack, and the engine's commands on it."""

    place: Place
    name: str
    stack: auto.Stack = None  # type: ignore[assignment]

    @property
    def file(self) -> Path:
        return self.place.program / f"Pulumi.{self.name}.yaml"

    def write(self, **config: object) -> None:
        """The stack's file of the project with other settings; what the engine wrote into it stays."""
        given = root / f"Pulumi.{self.name}.yaml"
        said = (
            yaml.safe_load(given.read_text(encoding="utf-8")) if given.exists() else {"config": {"aws:region": region}}
        )
        kept = yaml.safe_load(self.file.read_text(encoding="utf-8")) if self.file.exists() else {}
        written = {**{name: value for name, value in kept.items() if name != "config"}, **said}
        written["config"] = {**said["config"], **{_full(name): value for name, value in config.items()}}
        self.file.write_text(yaml.safe_dump(written, sort_keys=False, allow_unicode=True), encoding="utf-8")

    def preview(self, **options: object) -> Run:
        return _heard(self.stack.preview, **options)

    def up(self, **options: object) -> Run:
        return _heard(self.stack.up, **options)

    def refresh(self, **options: object) -> Run:
        return _heard(self.stack.refresh, **options)

    def preview_destroy(self, **options: object) -> Run:
        return _heard(self.stack.preview_destroy, **options)

    def destroy(self, **options: object) -> Run:
        return _heard(self.stack.destroy, **options)

    def state(self) -> list[dict[str, object]]:
        """The resources as the engine keeps them."""
        return self.stack.export_stack().deployment["resources"]

    def text(self) -> str:
        """The state's file, as it lies in the backend."""
        (found,) = (self.place.folder / "state").rglob(f"stacks/**/{self.name}.json")
        return found.read_text(encoding="utf-8")

    def command(self, *words: str) -> str:
        """What a command of the `pulumi` tool prints. Raises where it fails."""
        environment = {**os.environ, **self.place.environment(), "PULUMI_HOME": str(self.place.folder / "home")}
        done = subprocess.run(
            ["pulumi", *words, "--stack", self.name],
            cwd=self.place.program,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout


def _heard(command: Callable[..., object], **options: object) -> Run:
    run = Run()
    try:
        run.text = command(on_event=run.hear, color="never", **options).stdout
    except auto.CommandError as error:
        run.is_refused = True
        run.text = str(error)
    return run


def copied(target: Path) -> Path:
    """A copy of the program alone, with this run's Python and the cache of built zips lent to it."""
    target.mkdir(parents=True)
    for name in shipped:
        source = root / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target / name)
    (target / ".venv").symlink_to(sys.prefix)
    (root / ".mirage").mkdir(exist_ok=True)
    (target / ".mirage").symlink_to((root / ".mirage").resolve())
    return target


def stacks() -> list[str]:
    """The stacks that the project has files for."""
    return sorted(path.name.split(".")[1] for path in root.glob("Pulumi.*.yaml"))


def _full(name: str) -> str:
    return name if ":" in name else f"{project}:{name}"


def _uncoloured(text: str) -> str:
    """The engine's messages hold its own marks of colour: `<{%fg 1%}>`."""
    return re.sub(r"<\{%.*?%\}>", "", text)


@contextmanager
def quiet_threads() -> Iterator[None]:
    """Lets the engine's helper threads end before a test does."""
    before = set(threading.enumerate())
    yield
    for thread in set(threading.enumerate()) - before:
        thread.join(timeout=2)


def settings(**said: str) -> Mapping[str, object]:
    """Settings spelt as text, as values of YAML."""
    return {name: yaml.safe_load(value) if value[:1] in "[{" else value for name, value in said.items()}

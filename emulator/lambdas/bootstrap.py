"""The first code of a Lambda worker: makes this machine look like Lambda, then hands over to AWS's runtime client.

Runs in the base interpreter (`-I -S`), so that nothing of this project's environment is in reach; standard library
only. Argument: one JSON object, see `Worker._placement`.
"""

# Without pathlib, which would cost each cold start some milliseconds:
# ruff: noqa: PTH100, PTH103, PTH112, PTH120, PTH123

from __future__ import annotations

import errno
import fcntl
import json
import os
import resource
import select
import signal
import sys
import time
from collections.abc import Callable
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

write_flags = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
private_all, bind = (1 << 14) | (1 << 18), 1 << 12  # mount(2): MS_REC | MS_PRIVATE, MS_BIND
recursively, read_only = 0x8000, 1  # mount_setattr(2): AT_RECURSIVE, MOUNT_ATTR_RDONLY
tmp_size = b"size=512m,mode=1777"  # /tmp of 512 MB, unless set. AWS "Lambda quotas", read 2026-11
path_changes = {
    "os.chmod": 1, "os.chown": 1, "os.link": 2, "os.mkdir": 1, "os.remove": 1, "os.rename": 2, "os.rmdir": 1,
    "os.symlink": 2, "os.truncate": 1, "os.utime": 1,
}  # fmt: skip


def main(placement: dict[str, object]) -> None:
    follow_parent(int(str(placement["lifeline_fd"])))
    limit(int(str(placement["backstop_bytes"])))
    root, runtime = str(placement["task_root"]), str(placement["runtime_dir"])
    own_tmp([root, runtime, str(placement["ca_file"])])
    os.environ.pop("LC_CTYPE", None)  # Python's own doing, where this machine has not Lambda's locale (PEP 538)
    sys.argv = [f"{runtime}/bootstrap.py"]
    sys.path[:0] = [root]
    sys.path.append(runtime)
    os.chdir(root)
    tls_port, runtime_port = int(str(placement["tls_port"])), int(str(placement["runtime_port"]))
    names = placement.get("names")
    addresses = dict(names) if isinstance(names, dict) else {}
    changes = {"socket": redirect(tls_port, addresses), "ssl": trust(str(placement["ca_file"]))}
    skew_s = float(str(placement.get("skew_s", 0)))
    sys.meta_path.insert(0, OnImport(changes | ({"datetime": shift_clock(skew_s)} if skew_s else {})))
    sys.addaudithook(fence([root, runtime], [tls_port, runtime_port]))
    from awslambdaric.__main__ import main as poll

    poll([sys.argv[0], os.environ["_HANDLER"]])


def follow_parent(lifeline_fd: int) -> None:
    """Ends this process when the emulator's does: it alone holds the other end of this pipe."""
    if hasattr(fcntl, "F_SETSIG"):
        fcntl.fcntl(lifeline_fd, fcntl.F_SETSIG, signal.SIGKILL)
    fcntl.fcntl(lifeline_fd, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(lifeline_fd, fcntl.F_SETFL, fcntl.fcntl(lifeline_fd, fcntl.F_GETFL) | os.O_ASYNC)
    if select.select([lifeline_fd], [], [], 0)[0]:
        os._exit(1)


def limit(backstop_bytes: int) -> None:
    """The memory limit itself is watched from outside; this only keeps a runaway from taking the machine."""
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_DATA, (backstop_bytes, backstop_bytes))
    # 1,024 file descriptors. AWS "Lambda quotas", read 2026-11.
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, 1024))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def own_tmp(needed: list[str]) -> bool:
    """Gives this process a /tmp of its own, gone with it, the only place that can be written, and returns True; False
    where the machine does not let it.

    `needed` lie where they lay, also those below /tmp.
    """
    if sys.platform != "linux" or sys.base_prefix.startswith("/tmp/"):
        return False
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    user, group, new_user, new_mounts = os.getuid(), os.getgid(), 0x10000000, 0x00020000
    if libc.unshare(new_user | new_mounts) != 0:
        return False
    try:
        for name, line in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
            with open(f"/proc/self/{name}", "w") as file:
                file.write(line)
    except OSError:
        return False
    held = [(path, os.open(path, os.O_PATH)) for path in needed if path.startswith("/tmp/")]
    if (
        libc.mount(b"none", b"/", None, private_all, None) != 0
        or libc.mount(b"tmp", b"/tmp", b"tmpfs", 0, tmp_size) != 0
    ):
        return False
    for path, fd in held:
        is_folder = os.path.isdir(f"/proc/self/fd/{fd}")
        os.makedirs(path if is_folder else os.path.dirname(path), exist_ok=True)
        if not is_folder:
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
        libc.mount(f"/proc/self/fd/{fd}".encode(), path.encode(), None, bind, None)
        os.close(fd)
    change_mounts(b"/", recursively, attributes=(read_only, 0, 0, 0))
    change_mounts(b"/tmp", 0, attributes=(0, read_only, 0, 0))
    return True


def change_mounts(path: bytes, how: int, attributes: tuple[int, int, int, int]) -> None:
    """mount_setattr(2), by its number of every architecture: what it sets and clears. Linux has it since 5.12."""
    import ctypes

    here, number = -100, 442
    given = (ctypes.c_uint64 * 4)(*attributes)
    ctypes.CDLL(None).syscall(number, here, path, how, given, ctypes.sizeof(given))


def fence(task_roots: list[str], ports: list[int]) -> Callable[[str, tuple[object, ...]], None]:
    """An audit hook: /tmp is the only place to write, and nothing but this machine's emulator can be reached."""
    closed = tuple(f"{each}/" for each in task_roots)
    unix = 1

    def writable(path: object) -> bool:
        if isinstance(path, int) or path is None:
            return True
        text = os.path.abspath(os.fsdecode(path)) + "/"  # type: ignore[arg-type]
        return text.startswith(("/tmp/", "/dev/", "/proc/self/")) and not text.startswith(closed)

    def hook(event: str, details: tuple[object, ...]) -> None:
        if event == "open":
            path, _, flags = details
            if isinstance(flags, int) and flags & write_flags and not writable(path):
                raise OSError(errno.EROFS, "Read-only file system", path)
        elif event in path_changes:
            for path in details[: path_changes[event]]:
                if not writable(path):
                    raise OSError(errno.EROFS, "Read-only file system", path)
        elif event == "socket.connect":
            address = details[1]
            if isinstance(address, tuple) and (address[0] != "127.0.0.1" or address[1] not in ports):
                raise OSError(errno.ENETUNREACH, "Network is unreachable")
            if getattr(details[0], "family", None) == unix:
                raise OSError(errno.ECONNREFUSED, "Connection refused")

    return hook


class OnImport:
    """A finder that changes a module as the function imports it, and not before: what it leaves out costs nothing."""

    def __init__(self, changes: dict[str, Callable[[ModuleType], None]]) -> None:
        self.changes = changes

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        change = self.changes.pop(name, None)
        spec = PathFinder.find_spec(name) if change else None
        if change is None or spec is None or spec.loader is None:
            return None
        execute = spec.loader.exec_module

        def execute_and_change(module: ModuleType) -> None:
            execute(module)
            change(module)

        spec.loader.exec_module = execute_and_change  # type: ignore[method-assign]
        return spec


def redirect(tls_port: int, addresses: dict[str, str]) -> Callable[[ModuleType], None]:
    """A change of `socket`: AWS's names lead to the emulator's TLS port, those of `addresses` have their address, and
    no other name resolves. A connection to one of these addresses leads to the TLS port, too: a function that checks
    what a name resolves to sees an address of the Internet's (emulator/stand_ins/names.py).
    """

    def change(socket: ModuleType) -> None:
        def getaddrinfo(
            host: bytes | str | None, port: int | str, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0
        ) -> list[tuple[int, int, int, str, tuple[str, int]]]:
            name = (host.decode("ascii") if isinstance(host, bytes) else host or "").lower().rstrip(".")
            stream = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "")
            if name.endswith(".amazonaws.com"):
                return [(*stream, ("127.0.0.1", tls_port))]
            if name == "127.0.0.1" or name in addresses.values():
                return [(*stream, (name, int(port)))]
            if name in addresses:
                return [(*stream, (addresses[name], int(port)))]
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

        def connect(self: object, address: object) -> None:
            known = isinstance(address, tuple) and address[0] in addresses.values()
            plain.connect(self, ("127.0.0.1", tls_port) if known else address)

        plain = socket.socket.__base__  # the C class: socket.socket itself has no connect of its own
        socket.getaddrinfo = getaddrinfo  # type: ignore[attr-defined]
        if addresses:
            socket.socket.connect = connect

    return change


def shift_clock(seconds: float) -> Callable[[ModuleType], None]:
    """A change of `datetime`, and of `time` at once: this machine's clock is that many seconds off."""
    plain, plain_ns = time.time, time.time_ns
    time.time = lambda: plain() + seconds
    time.time_ns = lambda: plain_ns() + int(seconds * 1e9)

    def change(module: ModuleType) -> None:
        class Shifted(module.datetime):  # type: ignore[misc, name-defined]
            @classmethod
            def now(cls, tz: object = None) -> object:
                return cls.fromtimestamp(time.time(), tz)

        module.datetime = Shifted  # type: ignore[attr-defined]

    return change


def trust(ca_file: str) -> Callable[[ModuleType], None]:
    """A change of `ssl`: every context trusts the emulator's authority, besides what its maker gives it."""

    def change(ssl: ModuleType) -> None:
        make = ssl.SSLContext.__new__

        def made(cls: type, *given: object, **named: object) -> object:
            context = make(cls, *given, **named)
            context.load_verify_locations(cafile=ca_file)
            return context

        ssl.SSLContext.__new__ = made

    return change


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))

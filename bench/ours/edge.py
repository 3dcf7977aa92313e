"""Our edge function as a process: the zip's own handler, its names of S3 led to the stand-in.

`once`: one event, then its end, as a cold start. `on`: an event a line, timed here, as a warm function.
Run by a bare interpreter, so nothing but what the zip holds is imported by it.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from edge.cloudfront import Event, Response

root, port, mode = sys.argv[1:4]
sys.path.insert(0, root)


def redirect() -> None:
    """Nothing: when `socket` is imported, names of AWS lead to the stand-in."""
    import socket

    def getaddrinfo(*_asked: object, **_named: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("127.0.0.1", int(port)))]

    socket.getaddrinfo = getaddrinfo  # type: ignore[assignment]


def answer(event: "Event") -> "Response":
    from edge.entrance import handler

    return handler(event, None)


def main() -> None:
    import json

    out, sys.stdout = sys.stdout, sys.stderr  # the handler's log is not its answer
    redirect()
    if mode == "once":
        print(json.dumps(answer(json.loads(sys.stdin.readline()))), file=out, flush=True)
        return
    import time

    for line in sys.stdin:
        event = json.loads(line)
        cpu, wall = time.process_time(), time.perf_counter()
        answered = json.dumps(answer(event))
        spent = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
        print(
            json.dumps({**spent, "bytes": len(answered), "status": int(event and json.loads(answered)["status"])}),
            file=out,
            flush=True,
        )


main()

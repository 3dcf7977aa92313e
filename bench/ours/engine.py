"""Our engine as a worker: run by a bare interpreter, it imports what the zip holds and nothing else."""

from __future__ import annotations

import io
import json
import sys
import time
from pathlib import Path


def main(root: str) -> None:
    sys.path.insert(0, root)
    from variants import grammar, imaging, settings

    told = settings.load(Path(root))
    for line in sys.stdin:
        asked = json.loads(line)
        content = Path(asked["path"]).read_bytes()
        _, variant = grammar.parse(f"original/{asked['options']}")
        original = io.BytesIO(content)
        cpu, wall = time.process_time(), time.perf_counter()
        made = imaging.render(original, variant, told.limits, decoders=told.decoders)
        spent = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
        if asked.get("out"):
            Path(asked["out"]).write_bytes(made.body)
        print(json.dumps({**spent, "bytes": len(made.body), "width": made.width, "height": made.height}), flush=True)


main(sys.argv[1])

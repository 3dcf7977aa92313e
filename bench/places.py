"""Where the benchmark keeps things: all of it below `.mirage/bench`, nothing of it committed."""

from __future__ import annotations

import sys
from pathlib import Path

project = Path(__file__).resolve().parent.parent
cache = project / ".mirage" / "bench"
peer = cache / "peer"
quality = cache / "quality"
quality_python = quality / "bin" / "python"
pictures = cache / "pictures"
references = cache / "references"
made = cache / "made"
zip_root = cache / "zip"
runtime = cache / "runtime"
docs = project / "docs"
# The interpreter below the virtual environment: run with -I -S it sees nothing but what a zip brings.
python = str(Path(sys.executable).resolve())

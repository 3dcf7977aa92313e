"""What must be so before anything else of the emulator is imported; imported for this alone."""

from __future__ import annotations

import os
import signal

# Until there is something to clean up, a signal just ends the process: imports take a second.
for each in (signal.SIGINT, signal.SIGTERM):
    signal.signal(each, lambda *_: os._exit(0))

# The Lambdas' zips are built for the interpreter that runs them here (infra/bundling/bundle.py).
os.environ["MIRAGE_BUNDLE"] = "local"

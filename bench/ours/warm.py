"""A warm function that hands answers on: an event and a number of calls in, their CPU seconds out."""

import json
import sys
import time

sys.path.insert(0, sys.argv[1])
from edge.entrance import handler

for line in sys.stdin:
    asked = json.loads(line)
    events = [json.loads(json.dumps(asked["event"])) for _ in range(asked["calls"])]
    started = time.process_time()
    for event in events:
        handler(event, None)
    print(json.dumps({"cpu": time.process_time() - started}), flush=True)

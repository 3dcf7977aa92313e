"""Five APIs as they are on the wire, as far as a generator speaks to them. Each answers at once, but for one.

Formats: DiceBear 9.x "HTTP API"; QRServer "create-qr-code"; OpenAI API reference "Create image"; Replicate HTTP API
"models.predictions.create" and "predictions.get"; any site of pictures. Read 2026-11.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote

from emulator.stand_ins import drawing
from emulator.wire import HttpRequest

Answer = tuple[int, tuple[tuple[str, str], ...], bytes]
most_px = 2048


@dataclass(slots=True, kw_only=True)
class Apis:
    """All stand-ins. `calls`: requests that a provider would count, by host. `keys`: what each host takes as its key.

    `seconds`: how long a prediction takes, by `now`.
    """

    now: Callable[[], float]
    keys: Mapping[str, str]
    seconds: float = 3.0
    calls: Counter[str] = field(default_factory=Counter)
    predictions: dict[str, tuple[str, float]] = field(default_factory=dict)

    def answer(self, asked: HttpRequest) -> Answer:
        """The answer of whoever the request is for."""
        routes: Mapping[str, Callable[[HttpRequest], Answer]] = {
            "api.dicebear.com": self._avatar,
            "api.qrserver.com": self._qr,
            "api.openai.com": self._picture,
            "api.replicate.com": self._prediction,
            "replicate.delivery": self._delivery,
            "www.example.com": self._site,
        }
        if asked.host in self.keys and asked.headers.get("authorization") != f"Bearer {self.keys[asked.host]}":
            return _json(401, {"error": {"message": "Incorrect API key provided.", "code": "invalid_api_key"}})
        return routes[asked.host](asked)

    def _avatar(self, asked: HttpRequest) -> Answer:
        if asked.path != "/9.x/identicon/png":
            return 404, (("Content-Type", "text/html"),), b"<h1>Not Found</h1>"
        self.calls[asked.host] += 1
        side = min(most_px, int(_query(asked, "size", "128")))
        return _png(drawing.identicon(_query(asked, "seed", ""), side))

    def _qr(self, asked: HttpRequest) -> Answer:
        data = _query(asked, "data", "")
        if asked.path != "/v1/create-qr-code/" or not data:
            return 400, (("Content-Type", "text/plain"),), b"Error: data is missing"
        self.calls[asked.host] += 1
        return _png(drawing.squares(data, min(most_px, int(_query(asked, "size", "200x200").split("x")[0]))))

    def _picture(self, asked: HttpRequest) -> Answer:
        wanted = json.loads(asked.body or b"{}")
        if (asked.method, asked.path) != ("POST", "/v1/images/generations") or not wanted.get("prompt"):
            return _json(400, {"error": {"message": "Missing required parameter: 'prompt'.", "param": "prompt"}})
        self.calls[asked.host] += 1
        picture = drawing.painting(str(wanted["prompt"]), int(str(wanted.get("size", "1024x1024")).split("x")[0]))
        said = {"created": int(self.now()), "data": [{"b64_json": base64.b64encode(picture).decode()}]}
        return _json(200, said, ("x-request-id", f"req_{secrets.token_hex(8)}"))

    def _prediction(self, asked: HttpRequest) -> Answer:
        if asked.method == "POST" and asked.path.startswith("/v1/models/") and asked.path.endswith("/predictions"):
            self.calls[asked.host] += 1
            found = secrets.token_hex(12)
            prompt = str(json.loads(asked.body)["input"]["prompt"])
            self.predictions[found] = (prompt, self.now() + self.seconds)
            return _json(202, self._told(found), ("x-request-id", found))
        found = asked.path.rpartition("/")[2]
        if asked.path != f"/v1/predictions/{found}" or found not in self.predictions:
            return _json(404, {"detail": "Not found.", "status": 404})
        return _json(200, self._told(found))

    def _told(self, found: str) -> dict[str, object]:
        done = self.now() >= self.predictions[found][1]
        return {
            "id": found,
            "status": "succeeded" if done else "processing",
            "output": [f"https://replicate.delivery/xezq/{found}/out-0.png"] if done else None,
            "error": None,
            "urls": {"get": f"https://api.replicate.com/v1/predictions/{found}"},
        }

    def _delivery(self, asked: HttpRequest) -> Answer:
        found = asked.path.split("/")[2] if asked.path.count("/") > 2 else ""
        if found not in self.predictions:
            return 404, (("Content-Type", "text/plain"),), b"not found"
        return _png(drawing.painting(self.predictions[found][0], 512))

    def _site(self, asked: HttpRequest) -> Answer:
        name = unquote(asked.path)
        if "missing" in name:
            return 404, (("Content-Type", "text/html"),), b"<!doctype html><title>404</title>"
        self.calls[asked.host] += 1
        return _png(drawing.painting(name, 640))


def _query(asked: HttpRequest, name: str, default: str) -> str:
    return parse_qs(asked.query).get(name, [default])[0]


def _png(body: bytes) -> Answer:
    return 200, (("Content-Type", "image/png"), ("Cache-Control", "public, max-age=60")), body


def _json(status: int, said: object, *headers: tuple[str, str]) -> Answer:
    return status, (("Content-Type", "application/json"), *headers), json.dumps(said).encode()

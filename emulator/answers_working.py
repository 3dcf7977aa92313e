"""What AWS would say of functions, queues and topics that were just made."""

from __future__ import annotations

from emulator.made_up import Properties, account, digest, uuid_of


def function(name: str, inputs: Properties, region: str) -> dict[str, object]:
    arn = f"arn:aws:lambda:{region}:{account}:function:{inputs['name']}"
    version = "1" if inputs.get("publish") else "$LATEST"
    return {"id": inputs["name"], "arn": arn, "version": version, "qualifiedArn": f"{arn}:{version}", "region": region}


def function_url(name: str, inputs: Properties, region: str) -> dict[str, object]:
    url_id = digest(str(inputs["functionName"]), 32).lower()
    arn = f"arn:aws:lambda:{region}:{account}:function:{inputs['functionName']}"
    url = f"https://{url_id}.lambda-url.{region}.on.aws/"
    return {"id": inputs["functionName"], "functionUrl": url, "urlId": url_id, "functionArn": arn, "region": region}


def queue(name: str, inputs: Properties, region: str) -> dict[str, object]:
    url = f"https://sqs.{region}.amazonaws.com/{account}/{inputs['name']}"
    return {"id": url, "url": url, "arn": f"arn:aws:sqs:{region}:{account}:{inputs['name']}", "region": region}


def topic(name: str, inputs: Properties, region: str) -> dict[str, object]:
    arn = f"arn:aws:sns:{region}:{account}:{inputs['name']}"
    return {"id": arn, "arn": arn, "region": region}


def mapping(name: str, inputs: Properties, region: str) -> dict[str, object]:
    return {"id": uuid_of(name), "uuid": uuid_of(name)}


def subscription(name: str, inputs: Properties, region: str) -> dict[str, object]:
    arn = f"{inputs['topic']}:{uuid_of(name)}"
    return {"id": arn, "arn": arn}

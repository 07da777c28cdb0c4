"""Requests to an operation that must fail, made from its description alone."""

import json


class Probe:
    def __init__(self, name, statuses, **changes):
        self.name, self.statuses, self.changes = name, statuses, changes


def wrong_text(schema):
    """A text that is no value of a parameter; None when every text is one."""
    kind = schema.get("type")
    if "enum" in schema:
        return "no-such-word"
    if kind in ("integer", "number"):
        return str(schema["maximum"] + 1) if "maximum" in schema else "x"
    if kind == "boolean":
        return "perhaps"
    if kind == "string" and "maxLength" in schema and schema["maxLength"] < 1000:
        return "x" * (schema["maxLength"] + 1)
    return None


def wrong_value(description, schema):
    """JSON that is no value of a member; ... when every JSON is one."""
    schema = description.resolved(schema)
    kinds = schema.get("type")
    if kinds is None:
        return {"not": "expected"} if "enum" in schema else ...
    return [["no", "list"]] if "object" in kinds or "string" in kinds else {"not": "expected"}


def of_login(operation):
    if operation.access != "none":
        yield Probe("without login", {401}, key=None)
        yield Probe("with a wrong key", {401}, key="lsk_wrong")
    if operation.access == "admin":
        yield Probe("with a key for syncs", {403}, key="sync")
    if operation.access in ("sync", "admin"):
        yield Probe("with a key for reading", {403}, key="read")


def of_query(operation):
    yield Probe("with an unknown parameter", {422}, query={"unheard_of": "1"})
    for parameter in operation.query():
        text = wrong_text(parameter["schema"])
        if text is not None:
            yield Probe(f"with {parameter['name']}={text[:40]}", {422},
                        query={parameter["name"]: text})


def of_body(description, operation, body):
    schema = operation.body_schema()
    if operation.takes_bytes():
        yield Probe("with JSON instead of bytes", {415}, raw="{}")
    if not schema:
        return
    yield Probe("with half a body", {400}, raw='{"half":')
    yield Probe("with bytes that are no UTF-8", {400}, raw=b'{"a":"\xff"}')
    yield Probe("with a form", {415}, raw="a=1", type="application/x-www-form-urlencoded")
    yield Probe("with a list as body", {422}, raw="[]")
    if not schema.get("additionalProperties"):
        yield Probe("with an unknown member", {422}, body={**body, "unheard_of": 1})
    for name in schema["required"]:
        rest = {key: value for key, value in body.items() if key != name}
        yield Probe(f"without {name}", {422}, raw=json.dumps(rest))
    for name, member in schema["properties"].items():
        value = wrong_value(description, member)
        if value is not ...:
            yield Probe(f"with a wrong {name}", {422}, body={**body, name: value})


def of(description, operation, body):
    yield from of_login(operation)
    yield from of_query(operation)
    yield from of_body(description, operation, body if isinstance(body, dict) else {})

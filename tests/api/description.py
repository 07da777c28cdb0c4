"""The description that the program gives of itself: read, checked, asked."""

import re

import jsonschema

METHODS = ("get", "put", "post", "delete", "patch")
VALIDATOR = jsonschema.Draft202012Validator


class Operation:
    def __init__(self, path, method, data):
        self.path, self.method, self.data = path, method.upper(), data
        self.id = data.get("operationId", f"{method} {path}")
        self.access = data.get("x-access")
        self.parameters = data.get("parameters", [])
        self.responses = data.get("responses", {})

    def body_schema(self):
        content = self.data.get("requestBody", {}).get("content", {})
        return content.get("application/json", {}).get("schema")

    def takes_bytes(self):
        content = self.data.get("requestBody", {}).get("content", {})
        return "application/octet-stream" in content

    def query(self):
        return [each for each in self.parameters if each["in"] == "query"]


class Description:
    def __init__(self, document):
        self.document = document
        self.operations = {}
        for path, methods in document["paths"].items():
            for method, data in methods.items():
                operation = Operation(path, method, data)
                self.operations[operation.id] = operation

    def resolved(self, value):
        while "$ref" in value:
            target = self.document
            for name in value["$ref"].removeprefix("#/").split("/"):
                target = target[name]
            value = target
        return value

    def problems(self, schema, value):
        """Sentences about what does not fit; references lead into this description."""
        whole = {**schema, "components": self.document["components"]}
        found = VALIDATOR(whole).iter_errors(value)
        return [f"{each.json_path}: {each.message[:300]}" for each in found]

    def answer_problems(self, operation, answer, is_stream=False):
        """What an answer says that the description does not, or the other way around."""
        described = operation.responses.get(str(answer.status))
        if not described:
            return [f"status {answer.status} is not described: {answer.body[:300]!r}"]
        content = self.resolved(described).get("content", {})
        types = [name.split(";")[0] for name in content]
        if not content:
            return [f"a body where none is described: {answer.body[:100]!r}"] if answer.body else []
        if answer.content_type not in types and not (
                "image/*" in types and answer.content_type.startswith("image/")):
            return [f"content type {answer.content_type}, described is {types}"]
        schema = content.get("application/json", {}).get("schema")
        return self.problems(schema, answer.json()) if schema and not is_stream else []


def references(value):
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"]
        for each in value.values():
            yield from references(each)
    elif isinstance(value, list):
        for each in value:
            yield from references(each)


def schemas(value):
    """Every schema of the document that does not stand within another."""
    if isinstance(value, dict):
        for name, each in value.items():
            if name == "schema":
                yield each
            elif name == "schemas":
                yield from each.values()
            else:
                yield from schemas(each)
    elif isinstance(value, list):
        for each in value:
            yield from schemas(each)


def operation_problems(operation, tags):
    data, name = operation.data, operation.id
    templates = set(re.findall(r"{(\w+)}", operation.path))
    in_path = {each["name"] for each in operation.parameters if each["in"] == "path"}
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        yield f"{name}: operationId"
    if set(data.get("tags", [])) - tags or not data.get("tags"):
        yield f"{name}: tags {data.get('tags')}"
    if templates != in_path:
        yield f"{name}: {templates} in the path, {in_path} among the parameters"
    if not data.get("summary"):
        yield f"{name}: no summary"
    if not any(status[0] in "12" for status in operation.responses):
        yield f"{name}: no success"
    if operation.access not in ("none", "read", "sync", "admin"):
        yield f"{name}: x-access {operation.access}"
    if bool(data["security"]) != (operation.access != "none"):
        yield f"{name}: security does not fit x-access"
    for each in operation.parameters:
        if each["in"] == "path" and not each["required"]:
            yield f"{name}: {each['name']} stands in the path and is not required"


def document_problems(description):
    document = description.document
    tags = {each["name"] for each in document["tags"]}
    if not document["openapi"].startswith("3.1."):
        yield f"openapi {document['openapi']}"
    for key in ("info", "servers", "paths", "components"):
        if not document.get(key):
            yield f"no {key}"
    count = sum(len(methods) for methods in document["paths"].values())
    if count != len(description.operations):
        yield "an operationId is there twice"
    for path, methods in document["paths"].items():
        if set(methods) - set(METHODS):
            yield f"{path}: methods {set(methods) - set(METHODS)}"
    for target in set(references(document)):
        try:
            description.resolved({"$ref": target})
        except KeyError:
            yield f"{target} leads nowhere"
    for schema in schemas(document):
        try:
            VALIDATOR.check_schema(schema)
        except jsonschema.SchemaError as error:
            yield f"no schema: {error.message} in {str(schema)[:200]}"
    for operation in description.operations.values():
        yield from operation_problems(operation, tags)

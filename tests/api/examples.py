"""One step for each way in which an operation is used, in the order in which a person would.

"$name" stands for what an earlier step kept: keep={"list": "id"} keeps the answer's `id`.
"""

# Statuses that a request which must fail may have too, because something is looked at before.
ALSO = {}


def step(operation, expect=200, *, key="admin", path=None, query=None, body=None, headers=None,
         keep=None, until=None, is_stream=False):
    return {"operation": operation, "expect": expect, "key": key, "path": path or {},
            "query": query or {}, "body": body, "headers": headers or {}, "keep": keep or {},
            "until": until, "is_stream": is_stream}


def about():
    yield step("ping", key=None)
    yield step("health_live", key=None)
    yield step("health_ready", key=None)
    yield step("openapi", key=None)
    yield step("docs", key=None)
    yield step("docs_style", key=None)
    yield step("start", key=None)


def steps(run):
    yield from about()

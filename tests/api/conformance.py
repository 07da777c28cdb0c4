#!/usr/bin/python3 -B
"""Drives every operation of /openapi.json against the running program and holds every answer
against what is described: status, content type, schema, with nothing more and nothing less in it.

    conformance.py PROGRAM SIMULATOR

Each operation needs at least one step in examples.py that succeeds. Beside those, requests that
must fail are made from the description (probes.py).
"""

import json
import re
import sys
import time
from http.client import HTTPException

import examples
import probes
from daemon import DEADLINE, Daemon, target_of
from description import Description, document_problems


def looked_up(value, path):
    """"lists.0.id" in an answer."""
    for name in path.split("."):
        value = value[int(name)] if isinstance(value, list) else value[name]
    return value


class Run:
    def __init__(self, daemon):
        self.daemon, self.failures = daemon, []
        self.kept = {"setup_token": daemon.log.find(r"setup\?token=([\w-]+)")}
        self.description = Description(daemon.send("GET", "/openapi.json").json())
        self.succeeded = {}     # operationId -> the step that did, with its values
        self.answers = 0

    def fail(self, what, sentence):
        self.failures.append(f"{what}: {sentence}")

    def filled(self, value):
        """"$name" becomes what an earlier answer held."""
        if isinstance(value, dict):
            return {name: self.filled(each) for name, each in value.items()}
        if isinstance(value, list):
            return [self.filled(each) for each in value]
        if isinstance(value, str) and value.startswith("$"):
            return self.kept[value[1:]]
        return value

    def login(self, who):
        if who is None:
            return {}
        if who == "session":
            return {"Cookie": self.kept["cookie"], "X-CSRF-Token": self.kept["csrf"]}
        return {"X-Api-Key": self.kept.get(f"{who}_key", who)}

    def send(self, operation, step, **changes):
        headers = self.login(changes.get("key", step["key"]))
        body = changes.get("body", step["body"])
        sent = body if body is None or isinstance(body, bytes) else json.dumps(body)
        raw = changes.get("raw", sent)
        if raw is not None:
            usual = "application/octet-stream" if raw is body else "application/json"
            headers["Content-Type"] = changes.get("type", usual)
        target = target_of(operation.path, step["path"], changes.get("query", step["query"]))
        headers.update(step["headers"])
        self.answers += 1
        return self.daemon.send(operation.method, target, headers, raw,
                                read=not step["is_stream"])

    def check(self, what, operation, answer, statuses, is_stream=False):
        if answer.status not in statuses:
            self.fail(what, f"{answer.status} instead of {sorted(statuses)}: {answer.body[:300]!r}")
            return
        for problem in self.description.answer_problems(operation, answer, is_stream):
            self.fail(what, problem)
        if answer.status >= 400 and not re.fullmatch("[a-z_0-9]+", answer.json().get("code", "")):
            self.fail(what, f"the code is no word: {answer.body[:200]!r}")

    def check_request(self, what, operation, step):
        schema = operation.body_schema()
        if schema and step["body"] is not None:
            for problem in self.description.problems(schema, step["body"]):
                self.fail(what, f"the example's body: {problem}")

    def keep(self, what, step, answer):
        for name, path in step["keep"].items():
            try:
                self.kept[name] = looked_up(answer.json(), path)
            except (KeyError, IndexError, ValueError):
                self.fail(what, f"no {path} in {answer.body[:300]!r}")
        if answer.cookies:
            self.kept["cookie"] = "; ".join(each.split(";")[0] for each in answer.cookies)

    def wait(self, what, operation, step):
        """Sends it until the answer holds what the step waits for."""
        deadline = time.monotonic() + DEADLINE
        while True:
            answer = self.send(operation, step)
            if not step["until"] or answer.status >= 400:
                return answer
            path, wanted = step["until"]
            found = looked_up(answer.json(), path)
            if found == wanted:
                return answer
            if time.monotonic() > deadline:
                self.fail(what, f"{path} is still {found}, not {wanted}")
                return answer
            time.sleep(0.05)

    def step(self, number, raw):
        if "simulate" in raw:
            self.daemon.tell_simulator(raw["simulate"], raw["body"])
            return
        operation = self.description.operations.get(raw["operation"])
        what = f"step {number}, {raw['operation']}"
        if not operation:
            self.fail(what, "there is no such operation")
            return
        try:
            step = {**raw, **self.filled({"path": raw["path"], "query": raw["query"],
                                          "body": raw["body"], "headers": raw["headers"]})}
        except KeyError as error:
            self.fail(what, f"needs {error}, which no step before it has kept")
            return
        try:
            answer = self.wait(what, operation, step)
        except (OSError, HTTPException) as error:
            self.fail(what, f"no answer: {error}")
            return
        self.check(what, operation, answer, {step["expect"]}, step["is_stream"])
        if answer.status < 300:
            self.check_request(what, operation, step)
            self.keep(what, step, answer)
            self.succeeded.setdefault(operation.id, step)

    def check_covered(self):
        for name in sorted(set(self.description.operations) - set(self.succeeded)):
            self.fail(name, "no step in examples.py succeeds with it")

    def probe(self, operation, step):
        for probe in probes.of(self.description, operation, step["body"]):
            if step["is_stream"] and "query" in probe.changes:
                continue
            statuses = probe.statuses | examples.ALSO.get(operation.id, set())
            changes = {"query": {}, **probe.changes} if "query" in probe.changes else probe.changes
            what = f"{operation.id} {probe.name}"
            try:
                answer = self.send(operation, {**step, "is_stream": False}, **changes)
            except (OSError, HTTPException) as error:
                self.fail(what, f"no answer: {error}")
                continue
            self.check(what, operation, answer, statuses)

    def everything(self):
        for problem in document_problems(self.description):
            self.fail("the description", problem)
        for number, step in enumerate(examples.steps(), 1):
            self.step(number, step)
        self.check_covered()
        for name, step in self.succeeded.items():
            self.probe(self.description.operations[name], step)


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: conformance.py PROGRAM SIMULATOR")
    daemon = Daemon(*sys.argv[1:])
    try:
        run = Run(daemon)
        run.everything()
    except BaseException:
        daemon.stop()
        daemon.fail("the test itself failed")
        raise
    status = daemon.stop()
    if status:
        run.fail("the program", f"ended with {status}")
    if run.failures:
        daemon.fail("\n".join(run.failures))
        sys.exit(f"{len(run.failures)} of {run.answers} answers are not as described")
    print(f"{len(run.succeeded)} operations, {run.answers} answers as described")


main()

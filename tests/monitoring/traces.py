#!/usr/bin/python3 -B
"""A collector of our own takes the traces of the running program.

    traces.py PROGRAM SIMULATOR

A run, the readings of its lists, its calls to Seerr and the API's requests hang together;
`traceparent` is taken from whoever asks, and told to Seerr and to nobody else; a share of 0 keeps
nothing; and a collector that is dead, or hangs, delays neither a sync nor the end of the program.
"""

import http.client
import http.server
import json
import os
import re
import socket
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "api"))
from daemon import Daemon, until  # noqa: E402

PATIENCE = 60
TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
TRACEPARENT = re.compile(r"^00-([0-9a-f]{32})-([0-9a-f]{16})-0[01]$")


class Server(http.server.ThreadingHTTPServer):
    def __init__(self, page):
        super().__init__(("127.0.0.1", 0), page)
        self.url = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Quiet(http.server.BaseHTTPRequestHandler):
    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def reply(self, status, body=b"{}", content_type="application/json"):
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Collector(Server):
    def __init__(self):
        self.spans, self.heads = [], []
        super().__init__(Spans)

    def named(self, name):
        return [span for span in self.spans if span["name"] == name]


class Spans(Quiet):
    def do_POST(self):
        message = json.loads(self.body())
        self.server.heads.append((self.path, dict(self.headers)))
        for resource in message["resourceSpans"]:
            names = {each["key"]: each["value"] for each in resource["resource"]["attributes"]}
            assert names["service.name"] == {"stringValue": "listsync"}, names
            for scope in resource["scopeSpans"]:
                self.server.spans += scope["spans"]
        self.reply(200)


class Between(Server):
    """Stands between the program and another server, and keeps the traceparent of each call."""

    def __init__(self):
        self.other, self.parents = None, []  # HOST:PORT; the values of traceparent
        super().__init__(Passing)


class Passing(Quiet):
    def do_any(self):
        body = self.body()
        self.server.parents.append(self.headers.get("traceparent"))
        connection = http.client.HTTPConnection(self.server.other, timeout=PATIENCE)
        headers = {name: value for name, value in self.headers.items()
                   if name.lower() not in ("host", "content-length", "connection")}
        connection.request(self.command, self.path, body=body, headers=headers)
        answer = connection.getresponse()
        self.reply(answer.status, answer.read(), answer.headers.get("Content-Type", ""))
        connection.close()

    do_GET = do_POST = do_DELETE = do_any


def call(daemon, method, path, body=None, **headers):
    answer = daemon.send(method, path, {"Content-Type": "application/json",
                                        "Host": f"127.0.0.1:{daemon.port}", **headers},
                         json.dumps(body) if body is not None else None)
    assert answer.status == 200, (path, answer.status, answer.body)
    return answer.json()


def sync(daemon):
    run = call(daemon, "POST", "/api/sync/trigger", {})["run_id"]
    return until("the run has ended", lambda: call(daemon, "GET", f"/api/runs/{run}")["run"]
                 if call(daemon, "GET", f"/api/runs/{run}")["run"]["completed_at"] else None)


def add_list(daemon):
    call(daemon, "POST", "/api/lists", {"list_type": "imdb", "list_id": "top"})


def attributes(span):
    return {each["key"]: next(iter(each["value"].values())) for each in span["attributes"]}


def check_tree(collector):
    (run,) = collector.named("sync")
    assert "parentSpanId" not in run and attributes(run)["listsync.state"] == "completed", run
    (fetch,) = collector.named("fetch")
    assert fetch["parentSpanId"] == run["spanId"] and fetch["traceId"] == run["traceId"]
    assert attributes(fetch)["listsync.provider"] == "imdb"
    (page,) = collector.named("POST imdb")
    assert page["parentSpanId"] == fetch["spanId"], page
    assert attributes(page)["server.address"] == "api.graphql.imdb.com", page
    asked = collector.named("POST seerr request")
    assert len(asked) == 45 and {span["parentSpanId"] for span in asked} == {run["spanId"]}
    assert {attributes(span)["http.response.status_code"] for span in asked} == {"201"}
    for span in collector.spans:
        length = int(span["endTimeUnixNano"]) - int(span["startTimeUnixNano"])
        assert 0 <= length < PATIENCE * 1e9, span
        assert abs(int(span["startTimeUnixNano"]) / 1e9 - time.time()) < 2 * PATIENCE, span


def check_parents(collector, seerr):
    """Seerr knows each call by the span that it is."""
    known = {(span["traceId"], span["spanId"]) for span in collector.spans}
    assert len(seerr.parents) > 100 and all(seerr.parents), seerr.parents
    for parent in seerr.parents:
        assert TRACEPARENT.match(parent).groups() in known, parent
    assert len(set(seerr.parents)) == len(seerr.parents)


def a_run_is_a_tree(program, simulator):
    collector, seerr, source = Collector(), Between(), Between()
    host = "api.graphql.imdb.com"
    daemon = Daemon(program, simulator, LISTSYNC_AUTH="disabled", LISTSYNC_TRACES=collector.url,
                    LISTSYNC_TRACES_AUTHORIZATION="Bearer abc", OVERSEERR_URL=seerr.url,
                    LISTSYNC_ORIGINS=f"{host}={source.url}/host/{host}")
    seerr.other = source.other = daemon.sim_url.removeprefix("http://")
    try:
        add_list(daemon)
        assert sync(daemon)["state"] == "completed"
        call(daemon, "GET", "/api/lists", traceparent=f"00-{TRACE}-{PARENT}-01")
        call(daemon, "GET", "/api/items", traceparent=f"00-{TRACE}-{PARENT}-00")
        call(daemon, "GET", "/api/lists", traceparent=f"00-{'0' * 32}-{PARENT}-01")
        until("the request was told", lambda: any(
            span["traceId"] == TRACE for span in collector.named("GET /api/lists")))
        until("the run was told", lambda: collector.named("sync"))
        check_tree(collector)
        check_parents(collector, seerr)
        (asked,) = [span for span in collector.spans if span["traceId"] == TRACE]
        assert asked["parentSpanId"] == PARENT and asked["kind"] == 2, asked
        assert attributes(asked)["http.route"] == "/api/lists", asked
        path, headers = collector.heads[0]
        assert path == "/v1/traces" and headers["Authorization"] == "Bearer abc", collector.heads
        assert source.parents == [None], source.parents
    finally:
        status = daemon.stop()
    assert status == 0, f"the daemon ended with {status}"


def a_share_of_nothing_is_nothing(program, simulator):
    collector = Collector()
    daemon = Daemon(program, simulator, LISTSYNC_AUTH="disabled", LISTSYNC_TRACES=collector.url,
                    LISTSYNC_TRACES_SHARE="0")
    try:
        add_list(daemon)
        sync(daemon)
    finally:
        status = daemon.stop()
    assert status == 0 and not collector.spans, collector.spans


def a_dead_collector_holds_nobody_up(program, simulator, hangs):
    deaf = socket.socket()
    deaf.bind(("127.0.0.1", 0))
    if hangs:
        deaf.listen(64)
    daemon = Daemon(program, simulator, LISTSYNC_AUTH="disabled",
                    LISTSYNC_TRACES=f"http://127.0.0.1:{deaf.getsockname()[1]}")
    try:
        add_list(daemon)
        assert sync(daemon)["state"] == "completed"
        daemon.log.find(r"(collector of traces does not take them)")
        page = daemon.send("GET", "/metrics").body.decode()
        lost = re.search(r'trace_spans_total\{result="lost"\} (\d+)', page)
        assert int(lost[1]) > 0, page
    finally:
        begun = time.monotonic()
        status = daemon.stop()
    assert status == 0 and time.monotonic() - begun < 10, (status, time.monotonic() - begun)


def main():
    program, simulator = sys.argv[1:]
    a_run_is_a_tree(program, simulator)
    a_share_of_nothing_is_nothing(program, simulator)
    a_dead_collector_holds_nobody_up(program, simulator, False)
    a_dead_collector_holds_nobody_up(program, simulator, True)


main()

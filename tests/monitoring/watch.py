#!/usr/bin/python3 -B
"""A real Prometheus and a real Alertmanager watch a running daemon.

    watch.py PROGRAM SIMULATOR SOURCES

promtool finds nothing wrong with the page, the rules and the configuration; every query of the
dashboard has an answer; and each thing that goes wrong here fires its rule of
deploy/monitoring/alerts.yml into a receiver. All files are the shipped ones; only addresses and
intervals are replaced. Where the programs are not installed there is nothing to try (77).
"""

import http.server
import json
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import urllib.parse
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "api"))
from daemon import Daemon, free_port, until  # noqa: E402

PATIENCE = 60
PROGRAMS = ["prometheus", "promtool", "prometheus-alertmanager", "amtool"]
FIRED = {"ListSyncSourceBlocked", "ListSyncDataStale", "ListSyncSeerrDown", "ListSyncSyncFailing"}


def find_programs():
    found = {name: shutil.which(name) for name in PROGRAMS}
    missing = [name for name, place in found.items() if not place]
    if missing:
        print("not installed:", ", ".join(missing))
        sys.exit(77)
    return found


class Receiver(http.server.ThreadingHTTPServer):
    """Keeps the names of the alerts that fire."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Page)
        self.alerts = {}
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Page(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        for alert in body["alerts"]:
            if alert["status"] == "firing":
                self.server.alerts[alert["labels"]["alertname"]] = alert
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


class Watchers:
    def __init__(self, programs, monitoring, folder, daemon, receiver):
        self.programs, self.folder = programs, pathlib.Path(folder)
        self.port, self.alert_port = free_port(), free_port()
        self.adapt(monitoring, "prometheus.yml", {
            "15s": "1s", "listsync:4222": f"127.0.0.1:{daemon.port}",
            "alertmanager:9093": f"127.0.0.1:{self.alert_port}"})
        self.adapt(monitoring, "alerts.yml", {})
        self.adapt(monitoring, "alertmanager.yml", {
            "group_wait: 30s": "group_wait: 0s", "group_interval: 5m": "group_interval: 1s",
            "http://notifier:8080": f"http://127.0.0.1:{receiver.server_port}"})
        self.processes = []

    def adapt(self, monitoring, name, places):
        text = (monitoring / name).read_text()
        for old, new in places.items():
            assert old in text, (name, old)
            text = text.replace(old, new)
        (self.folder / name).write_text(text)

    def start(self):
        with open(self.folder / "log", "w", encoding="utf-8") as log:
            for words in ([self.programs["prometheus-alertmanager"],
                           f"--config.file={self.folder}/alertmanager.yml",
                           f"--storage.path={self.folder}/alerts", "--cluster.listen-address=",
                           f"--web.listen-address=127.0.0.1:{self.alert_port}"],
                          [self.programs["prometheus"],
                           f"--config.file={self.folder}/prometheus.yml",
                           f"--storage.tsdb.path={self.folder}/tsdb",
                           f"--web.listen-address=127.0.0.1:{self.port}"]):
                self.processes.append(subprocess.Popen(words, stdout=log, stderr=log,
                                                       cwd=self.folder))

    def stop(self):
        for process in self.processes:
            process.kill()
            process.wait()

    def log(self):
        return (self.folder / "log").read_text()

    def query(self, expression):
        """The series; None while it does not answer."""
        url = (f"http://127.0.0.1:{self.port}/api/v1/query?"
               + urllib.parse.urlencode({"query": expression}))
        try:
            with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
                return json.load(answer)["data"]["result"]
        except urllib.error.HTTPError as error:
            if error.code == 503:
                return None
            raise AssertionError(f"{expression}: {error.read().decode()}") from error
        except OSError:
            return None


def check(words, text=None):
    done = subprocess.run(words, input=text, text=True, capture_output=True, check=False)
    assert done.returncode == 0 and not done.stderr, f"{words}:\n{done.stdout}{done.stderr}"


def check_files(programs, folder, tests):
    check([programs["promtool"], "check", "rules", f"{folder}/alerts.yml"])
    check([programs["promtool"], "check", "config", f"{folder}/prometheus.yml"])
    check([programs["amtool"], "check-config", f"{folder}/alertmanager.yml"])
    shutil.copy(tests / "alerts_test.yml", folder)
    check([programs["promtool"], "test", "rules", f"{folder}/alerts_test.yml"])


def check_page(programs, daemon):
    page = daemon.send("GET", "/metrics")
    assert page.status == 200 and page.content_type == "text/plain", page.headers
    check([programs["promtool"], "check", "metrics"], page.body.decode())


def expressions(board):
    for panel in board["panels"]:
        for target in panel["targets"]:
            yield target["expr"]
    for annotation in board["annotations"]["list"]:
        yield annotation["expr"]


def check_dashboard(watchers, monitoring):
    """Rates take two looks at the page after the sync."""
    board = json.loads((monitoring / "grafana-dashboard.json").read_text())
    asked = [expression.replace("$__rate_interval", "1m").replace("$instance", ".*")
             for expression in expressions(board)]
    assert not [expression for expression in asked if "$" in expression], asked
    silent = asked

    def all_answer():
        nonlocal silent
        silent = [expression for expression in silent if not watchers.query(expression)]
        return not silent

    try:
        until("every query of the dashboard has an answer", all_answer)
    except AssertionError as error:
        raise AssertionError("no answer to:\n" + "\n".join(silent)) from error


def call(daemon, method, path, body=None):
    answer = daemon.send(method, path, {"Content-Type": "application/json",
                                        "Host": f"127.0.0.1:{daemon.port}"},
                         json.dumps(body) if body is not None else None)
    assert answer.status == 200, (path, answer.status, answer.body)
    return answer.json()


def sync(daemon, state):
    run = call(daemon, "POST", "/api/sync/trigger", {})["run_id"]
    until(f"run {run} is {state}",
          lambda: call(daemon, "GET", f"/api/runs/{run}")["run"]["state"] == state)


def age_lists(daemon):
    """As if nothing had been read for three days."""
    database = sqlite3.connect(daemon.folder + "/list_sync.db", timeout=PATIENCE)
    with database:
        database.execute("UPDATE lists SET last_synced = datetime('now', '-3 days')"
                         " WHERE list_type = 'imdb'")
    database.close()


def watch(daemon, watchers, receiver, monitoring):
    until("Prometheus has read the page", lambda: watchers.query('up{job="listsync"} == 1'))
    assert not receiver.alerts, receiver.alerts
    for kind, name in (("imdb", "top"), ("letterboxd", "blocked/watchlist")):
        call(daemon, "POST", "/api/lists", {"list_type": kind, "list_id": name})
    sync(daemon, "completed_with_errors")
    until("the blocked source was told", lambda: "ListSyncSourceBlocked" in receiver.alerts)
    assert set(receiver.alerts) == {"ListSyncSourceBlocked"}, receiver.alerts
    check_dashboard(watchers, monitoring)

    age_lists(daemon)
    daemon.tell_simulator("/sim/config", {"key": "another"})
    sync(daemon, "failed")
    until(f"{FIRED} were told", lambda: FIRED <= set(receiver.alerts))
    assert set(receiver.alerts) == FIRED, receiver.alerts
    stale = receiver.alerts["ListSyncDataStale"]
    assert stale["labels"]["provider"] == "imdb", stale
    assert re.search("3d 0h", stale["annotations"]["description"]), stale


def main():
    program, simulator, sources = sys.argv[1:]
    sources = pathlib.Path(sources)
    programs = find_programs()
    monitoring = sources / "deploy" / "monitoring"
    receiver = Receiver()
    daemon = Daemon(program, simulator, LISTSYNC_AUTH="disabled")
    folder = tempfile.mkdtemp(prefix="listsync-monitoring-")
    watchers = Watchers(programs, monitoring, folder, daemon, receiver)
    try:
        check_files(programs, folder, sources / "tests" / "monitoring")
        watchers.start()
        watch(daemon, watchers, receiver, monitoring)
        check_page(programs, daemon)
    except BaseException:
        daemon.fail("the daemon and its watchers:\n" + (watchers.log() if watchers.processes else ""))
        raise
    finally:
        watchers.stop()
        status = daemon.stop()
        shutil.rmtree(folder, ignore_errors=True)
    assert status == 0, f"the daemon ended with {status}"


main()

"""A simulator and the program as a service of its own, and requests to it."""

import http.client
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request

DEADLINE = 240  # for what hangs, not to say how fast something has to be
SOURCES = ["api.graphql.imdb.com", "www.imdb.com", "api.trakt.tv", "letterboxd.com",
           "mdblist.com", "api.mdblist.com", "popular-movies-data.stevenlu.com",
           "image.tmdb.org"]


def until(what, question):
    """Asks again until the answer is true, and returns it."""
    deadline = time.monotonic() + DEADLINE
    while time.monotonic() < deadline:
        answer = question()
        if answer:
            return answer
        time.sleep(0.05)
    raise AssertionError(f"waited in vain until {what}")


def free_port():
    """For programs that cannot be told to take any; below the ports that the system gives to
    outgoing connections, which might take it before the program does."""
    while True:
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", random.randrange(20000, 32000)))
                return probe.getsockname()[1]
            except OSError:
                pass


class Lines(threading.Thread):
    """What a program says, as it says it."""

    def __init__(self, stream):
        super().__init__(daemon=True)
        self.stream, self.lines, self.news = stream, [], threading.Condition()
        self.start()

    def run(self):
        for line in self.stream:
            with self.news:
                self.lines.append(line.rstrip("\n"))
                self.news.notify_all()
        with self.news:
            self.lines.append(None)
            self.news.notify_all()

    def find(self, pattern):
        """The first group of the first line that holds the pattern, past or to come."""
        deadline, at = time.monotonic() + DEADLINE, 0
        with self.news:
            while True:
                for line in self.lines[at:]:
                    found = line and re.search(pattern, line)
                    if found:
                        return found[1]
                at = len(self.lines)
                left = deadline - time.monotonic()
                if self.lines[-1:] == [None] or left <= 0:
                    raise RuntimeError(f"nothing said {pattern}:\n{self.text()}")
                self.news.wait(left)

    def text(self):
        return "\n".join(line for line in self.lines if line is not None)


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.body = status, body
        self.headers = {name.lower(): value for name, value in headers}
        self.cookies = [value for name, value in headers if name.lower() == "set-cookie"]

    @property
    def content_type(self):
        return self.headers.get("content-type", "").split(";")[0].strip()

    def json(self):
        return json.loads(self.body)


class Daemon:
    def __init__(self, program, simulator, **settings):
        self.folder = tempfile.mkdtemp(prefix="listsync-api-")
        self.lay("import/lists.txt", "imdb:top\nnothing\n")
        self.lay("import/broken.db", "no database")
        self.sim = subprocess.Popen([simulator, "--die-with-parent", "--quiet", "--titles", "50"],
                                    stdout=subprocess.PIPE, text=True)
        self.sim_url = Lines(self.sim.stdout).find(r"(http://\S+)")
        origins = ",".join(f"{host}={self.sim_url}/host/{host}" for host in SOURCES)
        environment = {
            "PATH": os.environ["PATH"],
            "LISTSYNC_DATA_DIR": self.folder,
            "LISTSYNC_ORIGINS": origins,
            "LISTSYNC_BIND": "127.0.0.1",
            "LISTSYNC_API_PORT": "0",
            "LISTSYNC_UI_PORT": "0",
            "LISTSYNC_RATE_LIMIT": "0",
            "OVERSEERR_URL": self.sim_url,
            "OVERSEERR_API_KEY": "sim-key",
            "SYNC_INTERVAL": "24",
            **{name: os.environ[name] for name in os.environ if name.endswith("SAN_OPTIONS")},
            **settings,
        }
        self.process = subprocess.Popen([program, "serve"], env=environment, cwd=self.folder,
                                        stderr=subprocess.PIPE, text=True)
        self.log = Lines(self.process.stderr)
        self.port = int(self.log.find(r'listening.*"api": ?"https?://127\.0\.0\.1:(\d+)'))

    def lay(self, name, text):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def tell_simulator(self, path, body):
        request = urllib.request.Request(self.sim_url + path, json.dumps(body).encode())
        urllib.request.urlopen(request, timeout=DEADLINE).close()

    def send(self, method, target, headers=None, body=None, read=True):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE)
        try:
            connection.request(method, target, body=body, headers=headers or {})
            answer = connection.getresponse()
            return Answer(answer.status, answer.getheaders(), answer.read() if read else b"")
        finally:
            connection.close()

    def stop(self):
        """The exit status; the log goes with the exception when it did not end in time."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(DEADLINE)
        finally:
            self.process.kill()
            self.sim.kill()
            self.sim.wait()
            shutil.rmtree(self.folder, ignore_errors=True)

    def fail(self, sentence):
        print(f"{sentence}\n--- the program's log ---\n{self.log.text()}", file=sys.stderr)


def target_of(path, in_path, query):
    """A template with its values, percent-encoded whole."""
    for name, value in in_path.items():
        path = path.replace("{" + name + "}", urllib.parse.quote(str(value), safe=""))
    return path + ("?" + urllib.parse.urlencode(query) if query else "")

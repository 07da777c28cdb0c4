#!/usr/bin/python3 -B
"""A real reverse proxy before the running program, with the shipped configuration.

    proxies.py nginx|haproxy|caddy PROGRAM SIMULATOR SOURCES

Over TLS and below a base path: pages, login and its cookie, WebSocket, Server-Sent Events, and
whose word about the client counts. Of the configuration only addresses and files are replaced.
Where the proxy is not installed there is nothing to try (77).
"""

import base64
import http.client
import json
import os
import pathlib
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "api"))
from daemon import Answer, Daemon, free_port  # noqa: E402

PATIENCE = 60
NAME = "media.example.org"
USER, PASSWORD = "anna", "correct horse battery"
SPOOFED = "203.0.113.77"

# nginx wants a whole configuration around a file of conf.d, and temporary folders of its own.
NGINX_AROUND = """
daemon off;
pid {folder}/pid;
error_log stderr;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/nginx.conf;
}}
"""

# What belongs to the whole of Caddy: no port for its own commands, no door for plain HTTP, and no
# word to this machine about the new authority.
CADDY_BEFORE = """{
\tadmin off
\tauto_https disable_redirects
\tskip_install_trust
}
"""


def adapted(sources, name, places):
    text = (sources / "deploy" / "proxies" / name).read_text()
    for old, new in places.items():
        assert old in text, (name, old)
        text = text.replace(old, new)
    return text


class Nginx:
    program = "nginx"
    authority = "crt"

    @staticmethod
    def prepare(folder, sources, port, ui_port):
        (folder / "nginx.conf").write_text(adapted(sources, "nginx.conf", {
            "listen 443": f"listen 127.0.0.1:{port}", "127.0.0.1:3222": f"127.0.0.1:{ui_port}",
            f"/etc/ssl/{NAME}.crt": f"{folder}/crt", f"/etc/ssl/{NAME}.key": f"{folder}/key"}))
        (folder / "all.conf").write_text(NGINX_AROUND.format(folder=folder))
        return ["-e", "stderr", "-c", f"{folder}/all.conf", "-p", f"{folder}"]


class HAProxy:
    program = "haproxy"
    authority = "crt"

    @staticmethod
    def prepare(folder, sources, port, ui_port):
        (folder / "haproxy.cfg").write_text(adapted(sources, "haproxy.cfg", {
            "bind :443": f"bind 127.0.0.1:{port}", "127.0.0.1:3222": f"127.0.0.1:{ui_port}",
            f"/etc/haproxy/{NAME}.pem": f"{folder}/pem"}))
        return ["-db", "-f", f"{folder}/haproxy.cfg"]


class Caddy:
    """Gets its certificate itself, here from an authority of its own."""

    program = "caddy"
    authority = "data/caddy/pki/authorities/local/root.crt"

    @staticmethod
    def prepare(folder, sources, port, ui_port):
        site = adapted(sources, "Caddyfile", {
            f"{NAME} {{": f"{NAME}:{port} {{\n\tbind 127.0.0.1\n\ttls internal",
            "127.0.0.1:3222": f"127.0.0.1:{ui_port}"})
        (folder / "Caddyfile").write_text(CADDY_BEFORE + site)
        return ["run", "--config", f"{folder}/Caddyfile", "--adapter", "caddyfile"]


PROXIES = {"nginx": Nginx, "haproxy": HAProxy, "caddy": Caddy}


def find(program):
    """Debian keeps them where only root looks."""
    found = shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin")
    if not found:
        print("not installed:", program)
        sys.exit(77)
    return found


def make_certificate(folder):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", f"/CN={NAME}",
                    "-addext", f"subjectAltName=DNS:{NAME}", "-keyout", folder / "key",
                    "-out", folder / "crt"], check=True, capture_output=True)
    (folder / "pem").write_text((folder / "crt").read_text() + (folder / "key").read_text())


class Visitor:
    """A browser at https://media.example.org:PORT."""

    def __init__(self, authority, port):
        self.port, self.host = port, f"{NAME}:{port}"
        self.authority, self.context = authority, None
        self.cookie = None

    def connect(self):
        self.context = self.context or ssl.create_default_context(cafile=self.authority)
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        return self.context.wrap_socket(plain, server_hostname=NAME)

    def headers(self, **more):
        headers = {"Host": self.host, "X-Forwarded-For": SPOOFED, **more}
        if self.cookie:
            headers["Cookie"] = self.cookie
        return headers

    def open(self, method, target, body=None, **more):
        connection = http.client.HTTPConnection(self.host, timeout=PATIENCE)
        connection.sock = self.connect()
        connection.request(method, target, body=body, headers=self.headers(**more))
        return connection, connection.getresponse()

    def send(self, method, target, body=None, **more):
        connection, answer = self.open(method, target, body, **more)
        try:
            return Answer(answer.status, answer.getheaders(), answer.read())
        finally:
            connection.close()

    def log_in(self):
        answer = self.send("POST", "/listsync/api/auth/login",
                           json.dumps({"username": USER, "password": PASSWORD}),
                           **{"Content-Type": "application/json", "Origin": f"https://{self.host}"})
        assert answer.status == 200, (answer.status, answer.body)
        assert len(answer.cookies) == 1, answer.cookies
        attributes = [part.strip() for part in answer.cookies[0].split(";")]
        assert "Secure" in attributes and "HttpOnly" in attributes, attributes
        assert "Path=/listsync" in [part.rstrip("/") for part in attributes], attributes
        self.cookie = attributes[0]
        return answer.json()["csrf_token"]


class Frames:
    """The few words of a WebSocket client that this test needs."""

    def __init__(self, visitor, **headers):
        self.socket = visitor.connect()
        key = base64.b64encode(os.urandom(16)).decode()
        lines = {**visitor.headers(), "Connection": "Upgrade", "Upgrade": "websocket",
                 "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": key, **headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        self.socket.sendall(f"GET /listsync/api/ws HTTP/1.1\r\n{head}\r\n".encode())
        self.stream = self.socket.makefile("rb")
        self.status = int(self.stream.readline().split()[1])
        while self.stream.readline().strip():
            pass

    def message(self):
        first, length = self.stream.read(2)
        assert first == 0x81, first
        if length == 126:
            length = int.from_bytes(self.stream.read(2), "big")
        return json.loads(self.stream.read(length))

    def until(self, kind):
        while True:
            message = self.message()
            if message["type"] == kind:
                return message

    def close(self):
        self.stream.close()
        self.socket.close()


def until_open(visitor, process, log):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if visitor.send("GET", "/listsync/api/health/ready").status == 200:
                return
        except OSError:
            pass
        time.sleep(0.05)
    raise AssertionError("the proxy does not answer:\n" + log.read_text())


def check_pages(visitor):
    answer = visitor.send("GET", "/listsync")
    assert answer.status == 308 and answer.headers["location"].endswith("/listsync/"), answer.headers
    page = visitor.send("GET", "/listsync/")
    assert page.status == 200 and page.content_type == "text/html", (page.status, page.headers)
    for path in re.findall(rb'(?:src|href)="(/[^"]+)"', page.body):
        assert path.startswith(b"/listsync/"), path
        file = visitor.send("GET", path.decode())
        assert file.status == 200 and file.body, (path, file.status)
    beside = visitor.send("GET", "/api/health/ready")
    assert beside.status != 200 or not beside.body, "Caddy has nothing there, and says 200 to that"


def check_login(visitor):
    assert visitor.send("GET", "/listsync/api/lists").status == 401
    csrf = visitor.log_in()
    assert visitor.send("GET", "/listsync/api/lists").status == 200
    foreign = visitor.send("POST", "/listsync/api/sync/trigger", "{}",
                           **{"Content-Type": "application/json", "X-CSRF-Token": csrf,
                              "Origin": "https://elsewhere.example.org"})
    assert foreign.status == 403, (foreign.status, foreign.body)
    audit = visitor.send("GET", "/listsync/api/audit").body.decode()
    assert "127.0.0.1" in audit and SPOOFED not in audit, audit
    return csrf


def sync(visitor, csrf):
    answer = visitor.send("POST", "/listsync/api/sync/trigger", "{}",
                          **{"Content-Type": "application/json", "X-CSRF-Token": csrf,
                             "Origin": f"https://{visitor.host}"})
    assert answer.status in (200, 202), (answer.status, answer.body)


def event_names(stream):
    for line in stream:
        if line.startswith(b"event:"):
            yield line.split(b":", 1)[1].strip().decode()


def check_streams(visitor, csrf):
    """Both hear of a run that begins after them, and neither end is a proxy's buffer."""
    stranger = Frames(visitor, Origin="https://elsewhere.example.org")
    assert stranger.status == 403, stranger.status
    stranger.close()
    frames = Frames(visitor, Origin=f"https://{visitor.host}")
    assert frames.status == 101, frames.status
    assert frames.message()["type"] == "hello"
    connection, stream = visitor.open("GET", "/listsync/api/events")
    assert stream.status == 200, stream.status
    names = event_names(stream)
    assert next(names) == "hello"
    sync(visitor, csrf)
    frames.until("run_finished")
    while next(names) != "run_finished":
        pass
    frames.close()
    stream.close()
    connection.close()


def end(process):
    """None has a reason to wait: its visitors are gone, and so are their events."""
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise


def check_proxy(proxy, daemon, sources):
    program = find(proxy.program)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="listsync-proxy-"))
    process = None
    try:
        make_certificate(folder)
        ui_port = int(daemon.log.find(r'listening.*"ui": ?"http://127\.0\.0\.1:(\d+)'))
        port = free_port()
        words = proxy.prepare(folder, sources, port, ui_port)
        with open(folder / "log", "w", encoding="utf-8") as log:
            process = subprocess.Popen([program, *words], cwd=folder, stdout=log, stderr=log,
                                       env={**os.environ, "XDG_DATA_HOME": f"{folder}/data",
                                            "XDG_CONFIG_HOME": f"{folder}/config"})
        visitor = Visitor(folder / proxy.authority, port)
        until_open(visitor, process, folder / "log")
        check_pages(visitor)
        csrf = check_login(visitor)
        check_streams(visitor, csrf)
    except BaseException:
        if (folder / "log").exists():
            print("--- the proxy's log ---\n" + (folder / "log").read_text(), file=sys.stderr)
        raise
    finally:
        if process:
            end(process)
        shutil.rmtree(folder, ignore_errors=True)


def main():
    name, program, simulator, sources = sys.argv[1:]
    find(PROXIES[name].program)
    daemon = Daemon(program, simulator, LISTSYNC_BASE_PATH="/listsync",
                    LISTSYNC_TRUSTED_PROXIES="loopback", LISTSYNC_ADMIN_USER=USER,
                    LISTSYNC_ADMIN_PASSWORD=PASSWORD, STEVENLU_LISTS="stevenlu")
    try:
        check_proxy(PROXIES[name], daemon, pathlib.Path(sources))
    except BaseException:
        daemon.fail("the daemon and its proxy:")
        raise
    finally:
        status = daemon.stop()
    assert status == 0, f"the daemon ended with {status}"


main()

#!/usr/bin/python3 -B
"""The volume that the Python ListSync leaves, and whether all of it is found again.

    former_volume.py make SOURCES DIR      its database and key file, as the tests in C have them
    former_volume.py check DIR PORT        after ListSync has started over it: what the API says
"""

import http.client
import json
import pathlib
import re
import sqlite3
import sys

USER, PASSWORD = "anna", "correct horse battery"
SQL = "tests/support/former_databases.c"
KEY = "tests/support/former_databases.h"


def literals(text, before):
    """The string that C makes of the literals which follow."""
    rest = text[text.index(before) + len(before):]
    parts = re.match(r'(?:\s|\\\n|"(?:[^"\\]|\\.)*")+', rest)[0]
    return "".join(json.loads(part) for part in re.findall(r'"(?:[^"\\]|\\.)*"', parts))


def make(sources, folder):
    sql = (sources / SQL).read_text()
    database = sqlite3.connect(folder / "list_sync.db")
    for name in ("former_original", "former_original_settings"):
        database.executescript(literals(sql, name + "[] ="))
    database.close()
    (folder / ".encryption_key").write_text(literals((sources / KEY).read_text(), "FORMER_KEY "))


class Service:
    def __init__(self, port):
        self.address, self.cookie = ("127.0.0.1", int(port)), None
        self.send("POST", "/api/auth/login", {"username": USER, "password": PASSWORD})

    def send(self, method, path, body=None):
        connection = http.client.HTTPConnection(*self.address, timeout=20)
        headers = {"Content-Type": "application/json", **({"Cookie": self.cookie} if self.cookie else {})}
        connection.request(method, path, body and json.dumps(body), headers)
        answer = connection.getresponse()
        self.cookie = self.cookie or answer.getheader("Set-Cookie", "").split(";")[0]
        text = answer.read()
        connection.close()
        assert answer.status == 200, (path, answer.status, text)
        return json.loads(text)


def check(folder, port):
    service = Service(port)
    lists = {(one["list_type"], one["list_id"]): one["user_id"]
             for one in service.send("GET", "/api/lists")["lists"]}
    assert lists == {("imdb", "top"): "1", ("imdb", "ls012345678"): "0", ("tmdb", "8136"): "1",
                     ("trakt_special", "trending:movies"): "4", ("stevenlu", "movies.json"): "0"}, lists
    items = {one["title"]: one["status"] for one in service.send("GET", "/api/items")["items"]}
    assert len(items) == 5 and items["Heat"] == "requested", items
    assert items["Dark"] == "already_available" and items["Ran"] == "not_found", items
    runs = [one["start_timestamp"] for one in service.send("GET", "/api/sync-history")["sessions"]]
    assert runs == ["2025-06-02T10:00:00Z", "2025-06-01T12:00:00Z", "2025-06-01T10:00:00Z"], runs
    settings = service.send("GET", "/api/settings/config")
    assert settings["overseerr_url"] == "http://seerr.lan:5055", settings
    assert settings["overseerr_api_key"] and settings["trakt_special_items_limit"] == 33, settings
    schedule = service.send("GET", "/api/schedule")
    assert schedule["timezone"] == "Europe/Berlin", "what the environment sets counts"
    assert schedule["interval_hours"] == 0.5 and not schedule["enabled"], schedule
    kept = sqlite3.connect(f"file:{folder}/list_sync.db.before-listsync?mode=ro&immutable=1", uri=True)
    assert kept.execute("SELECT count(*) FROM synced_items").fetchone() == (6,)
    kept.close()


if sys.argv[1] == "make":
    make(pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]))
else:
    check(pathlib.Path(sys.argv[2]), sys.argv[3])

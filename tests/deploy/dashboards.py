#!/usr/bin/python3 -B
"""The shipped examples for Home Assistant, Homepage and Unraid, asked of the running program.

    dashboards.py PROGRAM SIMULATOR SOURCES

Whatever address, field and template is in them is used as these programs use it, before the first
sync and after it, with a key of the scope that the example names.
"""

import datetime
import json
import os
import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree

import jinja2
import yaml

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "api"))
from daemon import Daemon, until  # noqa: E402

HERE = r"http://listsync(?:\.lan)?:(?:4222|3222)"
USER, PASSWORD = "anna", "correct horse battery"
TEMPLATES = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)


class Secrets(yaml.SafeLoader):
    """`!secret NAME` is the name."""


Secrets.add_constructor("!secret", lambda loader, node: loader.construct_scalar(node))


class Asker:
    def __init__(self, daemon):
        self.daemon = daemon
        answer = daemon.send("POST", "/api/auth/login", {"Content-Type": "application/json"},
                             json.dumps({"username": USER, "password": PASSWORD}))
        assert answer.status == 200, answer.body
        self.own = {"Cookie": answer.cookies[0].split(";")[0], "Content-Type": "application/json",
                    "X-CSRF-Token": answer.json()["csrf_token"]}

    def key(self, scope):
        answer = self.daemon.send("POST", "/api/auth/keys", self.own,
                                  json.dumps({"name": scope, "scope": scope}))
        assert answer.status in (200, 201), answer.body
        return answer.json()["key"]

    def ask(self, method, url, headers=None, body=None):
        found = re.fullmatch(HERE + "(/.*)?", url)
        assert found, f"{url} is not where the examples say that ListSync is"
        return self.daemon.send(method, found[1] or "/", headers or {}, body)


def is_time(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).tzinfo is not None


def render(template, value):
    return TEMPLATES.from_string(template).render(value_json=value)


def check_sensor(sensor, value, synced):
    """What Home Assistant makes of it; a time that is not there yet is not available."""
    if render(sensor.get("availability", "{{ True }}"), value) != "True":
        assert not synced or "next" in sensor["unique_id"], (sensor, value)
        return
    state = render(sensor["value_template"], value)
    if sensor.get("device_class") == "timestamp":
        assert is_time(state), (sensor, state)
    elif sensor.get("state_class"):
        assert float(state) >= (1 if synced else 0), (sensor, state)
    else:
        assert state and state != "None", (sensor, state)


def check_home_assistant(asker, example, synced):
    key = asker.key("sync")
    for resource in example["rest"]:
        headers = {name: key for name in resource.get("headers", {})}
        answer = asker.ask("GET", resource["resource"], headers)
        assert answer.status == 200, (resource, answer.status)
        for sensor in resource.get("sensor", []):
            check_sensor(sensor, answer.json(), synced)
        for sensor in resource.get("binary_sensor", []):
            state = render(sensor["value_template"], answer.json())
            assert state == "False", "nothing runs, and nothing is broken"
    names = [sensor["unique_id"] for resource in example["rest"]
             for sensor in resource.get("sensor", []) + resource.get("binary_sensor", [])]
    assert len(set(names)) == len(names)


def press_button(asker, example):
    command = example["rest_command"]["listsync_sync"]
    headers = {**{name: asker.key("sync") for name in command["headers"]},
               "Content-Type": command["content_type"]}
    answer = asker.ask(command["method"].upper(), command["url"], headers, command["payload"])
    assert answer.status in (200, 202), (answer.status, answer.body)


def is_synced(daemon):
    health = daemon.send("GET", "/api/system/health").json()
    return health["last_sync"] and not health["running"]


def value_at(value, field):
    for part in field.split("."):
        value = value[part]
    return value


def check_homepage(asker, example, synced):
    service = example[0]["Media"][0]["ListSync"]
    assert asker.ask("GET", service["href"]).status == 200
    assert asker.ask("HEAD", service["siteMonitor"]).status == 200
    widget = service["widget"]
    headers = {name: asker.key("read") for name in widget["headers"]}
    answer = asker.ask("GET", widget["url"], headers)
    assert answer.status == 200, answer.status
    for mapping in widget["mappings"]:
        value = value_at(answer.json(), mapping["field"])
        if mapping["format"] == "number":
            assert isinstance(value, (int, float)), (mapping, value)
        elif synced:
            assert is_time(value), (mapping, value)


def check_unraid(sources, settings):
    root = ElementTree.parse(sources / "deploy/unraid/listsync.xml").getroot()
    assert root.tag == "Container" and root.get("version") == "2"
    for tag in ("Name", "Repository", "Network", "Privileged", "Overview", "Category", "WebUI"):
        assert root.findtext(tag), tag
    configs = root.findall("Config")
    for config in configs:
        for name in ("Name", "Target", "Type", "Display", "Required", "Mask", "Description"):
            assert config.get(name), (config.attrib, name)
        assert config.get("Type") in ("Port", "Path", "Variable"), config.attrib
        if config.get("Type") == "Variable":
            assert f"| `{config.get('Target')}` |" in settings, config.get("Target")
            assert config.get("Mask") == str("KEY" in config.get("Target")).lower()
    ports = {config.get("Target") for config in configs if config.get("Type") == "Port"}
    assert ports == {"3222", "4222"} and "[PORT:3222]" in root.findtext("WebUI")
    paths = {config.get("Target") for config in configs if config.get("Type") == "Path"}
    assert paths == {"/config"}
    image = (sources / "Dockerfile").read_text()
    assert "EXPOSE 3222 4222" in image and "VOLUME /config" in image


def main():
    program, simulator, sources = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    examples = sources / "deploy/dashboards"
    home = yaml.load((examples / "home-assistant.yaml").read_text(), Secrets)
    page = yaml.safe_load((examples / "homepage-services.yaml").read_text())
    check_unraid(sources, (sources / "docs/configuration.md").read_text())
    daemon = Daemon(program, simulator, LISTSYNC_ADMIN_USER=USER, LISTSYNC_ADMIN_PASSWORD=PASSWORD,
                    STEVENLU_LISTS="stevenlu", AUTO_SYNC="false")
    try:
        asker = Asker(daemon)
        check_home_assistant(asker, home, False)
        check_homepage(asker, page, False)
        press_button(asker, home)
        until("the button has started a sync", lambda: is_synced(daemon))
        check_home_assistant(asker, home, True)
        check_homepage(asker, page, True)
    except BaseException:
        daemon.fail("the daemon:")
        raise
    finally:
        status = daemon.stop()
    assert status == 0, f"the daemon ended with {status}"


main()

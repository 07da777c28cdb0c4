#!/usr/bin/python3 -B
"""Does what docs/api.md says, command by command, with the running program and the simulator.

    guide.py PROGRAM SIMULATOR GUIDE

The page's own addresses and names are replaced by those of the test; each command must end well,
and jq must find what the page looks for. Without jq or curl there is nothing to try (77).
"""

import re
import shutil
import subprocess
import sys

from daemon import Daemon

LIST = "https://mdblist.com/lists/demo/best-of-the-year"

# Before the page's commands: any answer but a success ends the script, and so does a null where
# the page expects a value. The stream is left after a second.
PREAMBLE = """
set -eo pipefail
curl() {
    local arguments=("$@") limit=()
    case "$*" in */api/events*) limit=(--max-time 1) ;; esac
    command curl --fail-with-body "${limit[@]}" "${arguments[@]}" || [ "${#limit[@]}" = 2 ] && return
    echo "failed: curl $*" >&2
    return 1
}
idle() {
    until [ "$(api $API/api/sync/status | jq '.running or (.queued | length) > 0')" = false ]; do
        sleep 0.1
    done
}
"""

SKIPPED = ("LISTSYNC_DATA_DIR=",)  # the start itself: done already


def commands(guide):
    for block in re.findall(r"^```sh\n(.*?)^```$", guide, re.MULTILINE | re.DOTALL):
        if not block.startswith(SKIPPED):
            yield block


def fitted(text, daemon, token):
    places = {
        "http://127.0.0.1:4222": f"http://127.0.0.1:{daemon.port}",
        "TOKEN FROM THE LOG": token,
        "http://seerr.lan:5055": daemon.sim_url,
        '"overseerr_api_key": "..."': '"overseerr_api_key": "sim-key"',
        '"OVERSEERR_API_KEY": "..."': '"OVERSEERR_API_KEY": "sim-key"',
        "https://mdblist.com/lists/you/weekend": LIST,
        "/api/items/17": "/api/items/7",
        "/api/items/23": "/api/items/3",
        "[17]": "[7]",
        '{"lists": [1, 3]}': '{"lists": [1]}',
        "api -X POST $API/api/runs/2/undo": "idle; api -X POST $API/api/runs/2/undo",
    }
    for old, new in places.items():
        text = text.replace(old, new)
    return text


def main():
    program, simulator, page = sys.argv[1:]
    if not shutil.which("jq") or not shutil.which("curl"):
        sys.exit(77)
    with open(page, encoding="utf-8") as file:
        blocks = list(commands(file.read()))
    daemon = Daemon(program, simulator, OVERSEERR_URL="", OVERSEERR_API_KEY="", SYNC_INTERVAL="")
    try:
        token = daemon.log.find(r"setup\?token=([\w-]+)")
        script = PREAMBLE + fitted("\n".join(blocks), daemon, token)
        done = subprocess.run(["bash", "-c", script], cwd=daemon.folder, text=True, timeout=120,
                              capture_output=True, check=False)
    except BaseException:
        daemon.stop()
        raise
    status = daemon.stop()
    if done.returncode or status:
        daemon.fail(f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
        sys.exit(f"the page's commands end with {done.returncode}, the program with {status}")
    print(f"{len(blocks)} blocks of commands do what they say")


main()

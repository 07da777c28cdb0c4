#!/usr/bin/python3 -B
"""`listsync health` beside a service that speaks TLS: well, standing still, and gone.

    health.py PROGRAM SIMULATOR

The certificate is for another name, as it is behind every health check of a container.
"""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "api"))
from daemon import Daemon  # noqa: E402

PATIENCE = 60


def make_certificate(folder):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                    "/CN=media.example.org", "-keyout", folder / "key", "-out", folder / "crt"],
                   check=True, capture_output=True)


def health(program, daemon, settings):
    environment = {"LISTSYNC_BIND": "127.0.0.1", "LISTSYNC_API_PORT": str(daemon.port), **settings,
                   **{name: os.environ[name] for name in os.environ if name.endswith("SAN_OPTIONS")}}
    done = subprocess.run([program, "health"], env=environment, cwd="/", timeout=PATIENCE,
                          capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def main():
    program, simulator = sys.argv[1:]
    folder = pathlib.Path(tempfile.mkdtemp(prefix="listsync-health-"))
    make_certificate(folder)
    tls = {"LISTSYNC_TLS_CERTIFICATE": str(folder / "crt"), "LISTSYNC_TLS_KEY": str(folder / "key")}
    daemon = Daemon(program, simulator, **tls)
    try:
        assert health(program, daemon, tls) == (0, "ready\n"), health(program, daemon, tls)
        code, said = health(program, daemon, {})
        assert code == 1, "who does not know of TLS is not answered, and must not call that well"
        daemon.process.send_signal(signal.SIGSTOP)
        code, said = health(program, daemon, tls)
        daemon.process.send_signal(signal.SIGCONT)
        assert code == 1 and said.startswith("listsync: "), (code, said)
    except BaseException:
        daemon.process.send_signal(signal.SIGCONT)
        daemon.fail("the daemon:")
        raise
    finally:
        status = daemon.stop()
        shutil.rmtree(folder, ignore_errors=True)
    assert status == 0, f"the daemon ended with {status}"
    code, said = health(program, daemon, tls)
    assert code == 1 and "does not answer" in said, (code, said)


main()

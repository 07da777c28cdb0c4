#!/usr/bin/env python3
"""A mail server for one test: smtp_server.py MODE CERTIFICATE KEY FOLDER PORT

MODE: starttls (offers it, and login after it only), tls (from the first byte), plain (neither).
Prints its port, then keeps each message as FOLDER/N.eml with its envelope as the first lines.
Login is anna, hush; a recipient that begins with "nobody" is refused, one that begins with "later"
for now; at one that begins with "hangup" the connection is cut. While there is a file FOLDER/old,
EHLO is not understood. PORT 0 is a free one. While there is a file FOLDER/refuse, MAIL is answered with what it
holds; while there is a file FOLDER/silent, messages are kept and nothing is said to them.
"""

import base64
import socket
import ssl
import sys
from pathlib import Path

MODE, CERTIFICATE, KEY, FOLDER, PORT = sys.argv[1:6]
LOGIN = b"\0anna\0hush"


class Session:
    def __init__(self, connection, context):
        self.context, self.is_secure, self.is_known = context, MODE == "tls", MODE == "plain"
        if self.is_secure:
            connection = context.wrap_socket(connection, server_side=True)
        self.connection, self.lines = connection, connection.makefile("rb")
        self.envelope = []

    def say(self, *lines):
        self.connection.sendall("".join(line + "\r\n" for line in lines).encode())

    def greet(self):
        offers = ["test"]
        if MODE == "starttls" and not self.is_secure:
            offers.append("STARTTLS")
        elif MODE != "plain":
            offers.append("AUTH PLAIN")
        self.say(*(f"250-{offer}" for offer in offers), "250 8BITMIME")

    def secure(self):
        self.say("220 go on")
        self.connection = self.context.wrap_socket(self.connection, server_side=True)
        self.lines, self.is_secure = self.connection.makefile("rb"), True

    def log_in(self, words):
        given = words[2] if len(words) > 2 else None
        if given is None:
            self.say("334 ")
            given = self.lines.readline().decode().strip()
        self.is_known = base64.b64decode(given) == LOGIN
        self.say("235 welcome" if self.is_known else "535 5.7.8 wrong name or password")

    def take_recipient(self, line):
        if "<nobody" in line:
            self.say("550 5.1.1 no such mailbox")
        elif "<later" in line:
            self.say("451 4.7.1 greylisted, come back later")
        elif "<hangup" in line:
            raise OSError("as it was asked to")
        else:
            self.envelope.append(line)
            self.say("250 fine")

    def take_message(self):
        self.say("354 go on")
        body = []
        while (line := self.lines.readline()) not in (b".\r\n", b""):
            body.append(line[1:] if line.startswith(b".") else line)
        number = len(list(Path(FOLDER).glob("*.eml")))
        head = "".join(line + "\n" for line in self.envelope).encode()
        part = Path(FOLDER) / f"{number}.part"
        part.write_bytes(head + b"secure=%d\n" % self.is_secure + b"".join(body))
        part.rename(Path(FOLDER) / f"{number}.eml")
        if (Path(FOLDER) / "silent").exists():
            self.lines.read()
        self.say("250 taken")

    def begin_message(self, line):
        refusal = Path(FOLDER) / "refuse"
        self.envelope = [line]
        self.say(refusal.read_text() if refusal.exists() else "250 fine")

    def answer(self, line):
        words = line.split()
        word = words[0].upper() if words else ""
        if word == "EHLO" and (Path(FOLDER) / "old").exists():
            self.say("502 5.5.1 what is that?")
        elif word == "EHLO":
            self.greet()
        elif word == "STARTTLS":
            self.secure()
        elif word == "AUTH":
            self.log_in(words)
        elif not self.is_known and word in ("MAIL", "RCPT", "DATA"):
            self.say("530 5.7.0 log in first")
        elif word == "MAIL":
            self.begin_message(line)
        elif word == "RCPT":
            self.take_recipient(line)
        elif word == "DATA":
            self.take_message()
        else:
            self.say("221 bye" if word == "QUIT" else "250 fine")
        return word != "QUIT"

    def run(self):
        self.say("220 test")
        while line := self.lines.readline():
            if not self.answer(line.decode().strip()):
                break


def main():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE, KEY)
    listener = socket.create_server(("127.0.0.1", int(PORT)))
    print(listener.getsockname()[1], flush=True)
    while True:
        connection, _ = listener.accept()
        try:
            Session(connection, context).run()
        except (OSError, ValueError):
            pass
        finally:
            connection.close()


main()

#!/usr/bin/env python3
"""Reads a message as a mail client would: read_mail.py FILE

FILE begins with the lines of the envelope that smtp_server.py writes. Prints what a person and a
mailbox see, a line each; each defect that the parser finds is printed as "defect ...".
"""

import email
import email.policy
import sys
from datetime import datetime, timezone
from pathlib import Path

raw = Path(sys.argv[1]).read_bytes()
raw = raw[raw.index(b"\n", raw.index(b"secure=")) + 1 :]
message = email.message_from_bytes(raw, policy=email.policy.default)
for name in ("From", "To", "Subject", "Message-ID", "List-Id", "Auto-Submitted"):
    print(f"{name}: {message[name]}")
age = datetime.now(timezone.utc) - message["Date"].datetime
print(f"fresh: {abs(age.total_seconds()) < 120}")
print(f"type: {message.get_content_type()}")
for part in message.iter_parts():
    print(f"part: {part.get_content_type()} {part.get_content_charset()}")
    print("".join(f"| {line}\n" for line in part.get_content().splitlines()), end="")
for part in message.walk():
    for defect in part.defects:
        print(f"defect {defect!r}")
for name in message.keys():
    for defect in message[name].defects:
        print(f"defect {name} {defect!r}")
longest = max(len(line) for line in raw.split(b"\r\n"))
print(f"longest: {longest}")

"""What the gates share: finding the files of the project and giving a verdict."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHOWN = 25  # offending places that a verdict names
NOT_OURS = {".git", ".node", "data", "dist", "node_modules"}


def _from_git():
    answer = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True, text=True)
    if answer.returncode:
        return None
    return [name for name in answer.stdout.split("\0") if name and (ROOT / name).is_file()]


def _from_disk():
    found = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders
                      if name not in NOT_OURS and name != "build" and not name.startswith("build-")]
        found += [str((Path(folder) / name).relative_to(ROOT)) for name in names]
    return found


def files(*suffixes, under=""):
    """The project's files as paths relative to ROOT: tracked, or new and not ignored."""
    known = _from_git() if (ROOT / ".git").exists() else None
    names = _from_disk() if known is None else known
    return sorted(name for name in set(names)
                  if name.startswith(under) and (not suffixes or name.endswith(suffixes)))


def text(name):
    path = ROOT / name
    if not path.is_file():
        sys.exit(f"there is no {name}")
    return path.read_text(encoding="utf-8", errors="replace")


def table(name):
    """The lines of a data file beside the gates, as lists of words, without comments."""
    lines = (Path(__file__).parent / name).read_text().splitlines()
    return [words for words in (line.split("#")[0].split() for line in lines) if words]


def verdict(gate, problems, summary, notes=()):
    """Prints one line, the offending places under it, and ends the program."""
    for note in notes:
        print(f"  note: {note}")
    if problems:
        print(f"{gate}: {len(problems)} to mend")
        for problem in problems[:SHOWN]:
            print(f"  {problem}")
        if len(problems) > SHOWN:
            print(f"  and {len(problems) - SHOWN} more")
        sys.exit(1)
    print(f"{gate}: {summary}")
    sys.exit(0)

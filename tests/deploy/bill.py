#!/usr/bin/python3 -B
"""The list of what is in the image (SBOM), against what is in the image.

    bill.py ROOT LOCK      the image's files; web/package-lock.json

What is loaded is found anew, by the names that the files themselves carry, and Debian's rule that a
library's package is named after it; what the interface is built from, in npm's own lock.
"""

import json
import pathlib
import re
import subprocess
import sys

# Packages that hold several libraries, or one whose name says another thing.
HOLDS = {"libc6": r"libc|libm|ld-linux.*|libresolv|libdl|libpthread|librt", "libssl3": r"libcrypto",
         "libgcc-s1": r"libgcc_s", "libldap-2.5-0": r"liblber-2\.5", "libbrotli1": r"libbrotli(common|dec|enc)",
         "libkrb5support0": r"libkrb5support", "zlib1g": r"libz", "libcom-err2": r"libcom_err"}
BUILT_IN = {"libxml2"}
DATA = {"ca-certificates": "etc/ssl/certs/ca-certificates.crt",
        "tzdata": "usr/share/zoneinfo/Europe/Berlin"}


def dynamic(path, key):
    done = subprocess.run(["readelf", "-dW", path], capture_output=True, text=True, check=True)
    return re.findall(rf"\({key}\).*\[(.*)\]", done.stdout)


def packages_of(soname):
    """libcurl.so.4 is of libcurl4, libldap-2.5.so.0 of libldap-2.5-0."""
    name, _, number = soname.partition(".so.")
    plain = name.lower().replace("_", "-")
    return {package for package, names in HOLDS.items() if re.fullmatch(names, name)} or \
        {plain + ("-" if plain[-1].isdigit() else "") + number,
         plain + "-" + number, plain + ("-" if plain[-1].isdigit() else "") + number.split(".")[0]}


def check_form(bill):
    for key in ("spdxVersion", "dataLicense", "SPDXID", "name", "documentNamespace", "creationInfo"):
        assert bill[key], key
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", bill["creationInfo"]["created"])
    names = [part["SPDXID"] for part in bill["packages"]]
    assert len(set(names)) == len(names), "an identity is given twice"
    for part in bill["packages"]:
        assert re.fullmatch(r"SPDXRef-[A-Za-z0-9.-]+", part["SPDXID"]), part
        assert part["name"] and part["versionInfo"] and part["downloadLocation"], part
        assert part["filesAnalyzed"] is False, part
    for relation in bill["relationships"]:
        assert relation["relatedSpdxElement"] in names, relation


def check_libraries(root, known):
    files = {file.name: file for file in root.glob("**/*.so*") if file.is_file()}
    wanted = set(dynamic(root / "usr/bin/listsync", "NEEDED"))
    for name in sorted(files):
        wanted |= set(dynamic(files[name], "NEEDED"))
    assert wanted <= set(files), ("named by a library, and not in the image", wanted - set(files))
    used = set()
    for name in sorted(files):
        found = packages_of(name) & known
        assert len(found) == 1, (name, packages_of(name), found)
        used |= found
    extra = known - used - BUILT_IN - set(DATA)
    assert not extra, ("listed, and nothing of it is there", extra)
    return len(files)


def check_pages(lock, listed):
    """The bundler says what it took; that is of the locked versions, and no tool is among it."""
    locked = {(name.split("node_modules/")[-1], part["version"])
              for name, part in json.loads(lock.read_text())["packages"].items()}
    assert listed <= locked, listed - locked
    names = {name for name, _ in listed}
    assert {"@vue/runtime-dom", "vue-router", "pinia", "tailwindcss"} <= names, names
    assert not names & {"vite", "typescript", "@babel/parser", "vitest"}, names
    return len(listed)


def main():
    root, lock = map(pathlib.Path, sys.argv[1:])
    bill = json.loads((root / "usr/share/doc/listsync/sbom.spdx.json").read_text())
    check_form(bill)
    parts = [(part["name"], part["versionInfo"], part["externalRefs"][0]["referenceLocator"])
             for part in bill["packages"][1:]]
    debian = {name for name, _, purl in parts if purl.startswith("pkg:deb/debian/")}
    pages = {(name, version) for name, version, purl in parts if purl.startswith("pkg:npm/")}
    assert len(debian) + len(pages) == len(parts)
    libraries = check_libraries(root, debian)
    for package in debian:
        assert (root / "usr/share/doc" / package / "copyright").stat().st_size, package
    for file in DATA.values():
        assert (root / file).stat().st_size, file
    print(f"{libraries} libraries of {len(debian)} packages, {check_pages(lock, pages)} packages of npm")


main()

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks tests/sim/README.md: its table names every test vector of the lifecycle spec once, the tests that it
names exist, and tests that carry a vector's name are in the row of that vector.

  check_vectors.py     exit 0: all well; 1: findings, one a line
"""
import pathlib
import re
import sys
from typing import Iterator

HERE = pathlib.Path(__file__).resolve().parent
TESTS = HERE.parent
SIZES = {"S": 21, "T": 26, "R": 13, "P": 14, "D": 5, "M": 15}
VECTORS = [f"{letter}{number}" for letter, size in SIZES.items() for number in range(1, size + 1)]
ROW = re.compile(r"^\| ([STRPDM]\d+) \| (.+?) \|$", re.MULTILINE)
SCENARIO = re.compile(r"^([STRPDM])(\d\d)-")
NAMED_TEST = re.compile(r"^TEST(?:_F|_P)?\((\w+),\s*((?:([STRPDM]\d+)_)?\w+)\)", re.MULTILINE)
OPEN = "not yet: "


def gtests() -> dict[str, str]:
    """`Suite.Name` of every GoogleTest of the unit and integration tiers, with the vector that it is named by or ''."""
    found = {}
    for tier in ("unit", "integration"):
        for path in sorted((TESTS / tier).rglob("*.cpp")):
            for suite, name, vector in NAMED_TEST.findall(path.read_text()):
                found[f"{suite}.{name}"] = vector
    return found


def scenarios() -> dict[str, str]:
    """Every scenario file's name with the vector that it is named by or ''."""
    found = {}
    for path in sorted((HERE / "scenarios").glob("*.yaml")):
        match = SCENARIO.match(path.stem)
        found[path.stem] = f"{match.group(1)}{int(match.group(2))}" if match else ""
    return found


def findings() -> Iterator[str]:
    rows = ROW.findall((HERE / "README.md").read_text())
    listed = [vector for vector, _ in rows]
    for vector in VECTORS:
        if listed.count(vector) != 1:
            yield f"{vector}: {listed.count(vector)} rows"
    known = scenarios() | gtests()
    named: dict[str, set[str]] = {}
    for vector, cell in rows:
        names = re.findall(r"`([^`]+)`", cell)
        named[vector] = set(names)
        if not names and not cell.startswith(OPEN):
            yield f"{vector}: names no test and does not begin with '{OPEN}'"
        for name in names:
            if name not in known:
                yield f"{vector}: there is no test {name}"
    for name, vector in known.items():
        if vector and vector in named and name not in named[vector]:
            yield f"{vector}: its row lacks {name}"


def main() -> int:
    found = list(findings())
    for finding in found:
        print(f"tests/sim/README.md: {finding}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the rules of the house that a compiler does not. docs/common-errors.md explains each by its name.

  check_house_rules.py [ROOT]     exit 0: nothing found; 1: findings, one a line as FILE:LINE: RULE: TEXT

A line that has to break a rule says so on itself or on the line above: `allow(RULE): why`.
"""
import os
import pathlib
import re
import sys
from typing import Callable, Iterator, NamedTuple

# `.git` is a folder, or a file in a worktree.
SKIPPED = {".git", "build"}
CODE_SUFFIXES = {".c", ".h", ".cpp", ".hpp"}
SPDX_SUFFIXES = CODE_SUFFIXES | {".py", ".sh", ".cmake", ".proto", ".yaml", ".yml"}
TEXT_SUFFIXES = SPDX_SUFFIXES | {".md", ".txt", ".json", ".tsv", ".conf", ".service", ""}
# They name what is forbidden.
RULE_FILES = {"docs/common-errors.md", "scripts/check_house_rules.py", "scripts/check_house_rules_test.py"}

LINES_OF_A_FILE = 400
LINES_OF_A_TEST = 600

REAL_TIME = re.compile(r"\b(steady_timer|system_timer|high_resolution_timer|random_device|this_thread|"
                       r"usleep|nanosleep|(?:system|steady|high_resolution)_clock\s*::\s*now)\b")
FOREIGN_HEADER = re.compile(r'#\s*include\s*[<"](boost/beast\b|nghttp2/|google/protobuf/|sqlite3|yaml-cpp/|'
                            r'[^>"]*\.pb\.h)')
INCLUDE = re.compile(r'#\s*include\s*"([^"]+)"')
ROOM = re.compile(r"hooklet_room\(\s*(\w+)\b([^)]*)\)")
TASK_FUNCTION = re.compile(r"\bTask<")
BORROWED = re.compile(r"(\bconst\b[^,]*&|&&)")
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:work|home)/\w")
LEFTOVER = re.compile(r"\b(TODO|FIXME|XXX)\b")
AWAIT = re.compile(r"\bco_await\b[^;{}]*?(\b[A-Za-z_][\w:<>]*)?\s*\{")
AWAIT_CHOICE = re.compile(r"\bco_await\b[^;{}?]*\([^;{}?]*\?")
CO_KEYWORD = re.compile(r"\bco_(?:await|return|yield)\b")


class Finding(NamedTuple):
    file: str
    line: int
    rule: str
    text: str


class Source:
    """One file: its path below the root, its text, and for C++ the text without comments and literals."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.suffix = pathlib.PurePosixPath(path).suffix
        self.name = pathlib.PurePosixPath(path).name
        self.is_code = self.suffix in CODE_SUFFIXES
        self.code = blank_literals(text) if self.is_code else text

    def line_of(self, offset: int) -> int:
        return self.text.count("\n", 0, offset) + 1

    def finding(self, offset: int, rule: str, text: str) -> Finding:
        return Finding(self.path, self.line_of(offset), rule, text)

    def under(self, *folders: str) -> bool:
        return any(self.path.startswith(folder + "/") for folder in folders)


def blank_literals(text: str) -> str:
    """Same length and lines; comments, strings and characters are spaces."""
    pattern = re.compile(r'//[^\n]*|/\*.*?\*/|R"(?P<d>[^\s()\\]{0,16})\(.*?\)(?P=d)"|"(?:\\.|[^"\\\n])*"|'
                         r"(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'", re.DOTALL)
    return pattern.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)


def closing(text: str, start: int) -> int:
    """The offset of the bracket that closes the one at `start`, or -1."""
    pairs = {"(": ")", "[": "]", "{": "}"}
    depth = 0
    for offset in range(start, len(text)):
        if text[offset] in pairs:
            depth += 1
        elif text[offset] in pairs.values():
            depth -= 1
            if depth == 0:
                return offset
    return -1


class Lambda(NamedTuple):
    start: int
    captures: str
    body: int
    end: int


def lambdas(code: str) -> Iterator[Lambda]:
    for match in re.finditer(r"\[", code):
        before = code[:match.start()].rstrip()[-1:]
        word = re.search(r"\w+$", code[:match.start()].rstrip())
        if code[match.start():match.start() + 2] == "[[" or before == "[":
            continue
        if (before.isalnum() or before in "_)]") and not (word and word.group() in ("return", "co_return", "co_await")):
            continue
        end_of_captures = closing(code, match.start())
        head = re.compile(r"\s*(<[^{};]*?>\s*)?(\()?").match(code, end_of_captures + 1)
        if end_of_captures < 0 or head is None:
            continue
        offset = head.end()
        if head.group(2):
            offset = closing(code, head.end() - 1) + 1
        brace = re.compile(r"[^{};)]*\{").match(code, offset)
        if offset <= 0 or brace is None:
            continue
        end = closing(code, brace.end() - 1)
        if end > 0:
            yield Lambda(match.start(), code[match.start() + 1:end_of_captures].strip(), brace.end() - 1, end)


def check_length(source: Source) -> Iterator[Finding]:
    if not (source.is_code or source.suffix in {".py", ".sh", ".cmake", ".proto"}):
        return
    limit = LINES_OF_A_TEST if source.under("tests") else LINES_OF_A_FILE
    lines = source.text.count("\n")
    if lines > limit:
        yield Finding(source.path, limit + 1, "file-length", f"{lines} lines, {limit} allowed")


def check_real_time(source: Source) -> Iterator[Finding]:
    virtual = source.under("src") and not source.under("src/adapters")
    if source.is_code and (virtual or source.under("tests/unit", "tests/sim", "tests/support")):
        for match in REAL_TIME.finditer(source.code):
            yield source.finding(match.start(), "real-time", f"{match.group()}: use ports/clock.hpp or ports/random.hpp")


def check_foreign_header(source: Source) -> Iterator[Finding]:
    home = (source.under("src/adapters") and source.suffix == ".cpp") or source.path.startswith("tests/unit/adapters_")
    if source.is_code and not home and source.under("src", "tests/unit", "tests/sim", "tests/support"):
        for match in FOREIGN_HEADER.finditer(source.text):
            yield source.finding(match.start(), "foreign-header", f"{match.group(1)}: only in src/adapters/**/*.cpp")


def check_pragma_once(source: Source) -> Iterator[Finding]:
    if source.suffix == ".hpp" and not re.search(r"^#pragma once$", source.text, re.MULTILINE):
        yield Finding(source.path, 1, "pragma-once", "a header begins with #pragma once")


def check_spdx(source: Source) -> Iterator[Finding]:
    wanted = source.suffix in SPDX_SUFFIXES or source.name in {"CMakeLists.txt", "Makefile", "Dockerfile"}
    if wanted and "SPDX-License-Identifier: Apache-2.0" not in "\n".join(source.text.split("\n")[:3]):
        yield Finding(source.path, 1, "spdx", "the first lines hold SPDX-License-Identifier: Apache-2.0")


def check_lambda_coroutine(source: Source) -> Iterator[Finding]:
    if not source.is_code:
        return
    found = list(lambdas(source.code))
    for one in found:
        body = source.code[one.body:one.end]
        for inner in found:
            if one.body < inner.start and inner.end < one.end:
                start, end = inner.start - one.body, inner.end - one.body
                body = body[:start] + " " * (end - start) + body[end:]
        if one.captures and CO_KEYWORD.search(body):
            yield source.finding(one.start, "lambda-coroutine", f"[{one.captures}] of a coroutine: pass parameters")


def check_await_aggregate(source: Source) -> Iterator[Finding]:
    if not source.is_code:
        return
    bodies = {one.body for one in lambdas(source.code)}
    for match in AWAIT.finditer(source.code):
        brace = match.end() - 1
        argument = source.code.count("(", match.start(), brace) > source.code.count(")", match.start(), brace)
        if argument and brace not in bodies and match.group(1) != "Status":
            yield source.finding(match.start(), "await-aggregate", "name the braced value before the co_await")


def check_await_choice(source: Source) -> Iterator[Finding]:
    if not source.is_code:
        return
    for match in AWAIT_CHOICE.finditer(source.code):
        yield source.finding(match.start(), "await-choice", "name the value that ?: chooses before the co_await")


def check_borrowed_parameter(source: Source) -> Iterator[Finding]:
    if not source.is_code:
        return
    for match in TASK_FUNCTION.finditer(source.code):
        depth, offset = 1, match.end()
        while depth and offset < len(source.code):
            depth += {"<": 1, ">": -1}.get(source.code[offset], 0)
            offset += 1
        head = re.compile(r"\s+(?:\w+::)*\w+\s*\(").match(source.code, offset)
        if head is None:
            continue
        end = closing(source.code, head.end() - 1)
        borrowed = BORROWED.search(source.code, head.end(), end if end > 0 else head.end())
        if borrowed:
            yield source.finding(borrowed.start(), "borrowed-parameter", "a coroutine takes its parameters by value")


def check_machine_path(source: Source) -> Iterator[Finding]:
    for match in MACHINE_PATH.finditer(source.text):
        yield source.finding(match.start(), "machine-path", "a path of one machine")


def check_leftover(source: Source) -> Iterator[Finding]:
    for match in LEFTOVER.finditer(source.text):
        yield source.finding(match.start(), "leftover", f"{match.group()}: do it, or open an issue")


def room_of(path: str) -> str:
    """The room of a path below src/; each folder of src/adapters is a room `adapter_FOLDER`."""
    parts = path.split("/")
    return f"adapter_{parts[1]}" if parts[0] == "adapters" and len(parts) > 2 else parts[0]


def check_room_order(source: Source, below: dict[str, set[str]]) -> Iterator[Finding]:
    if not source.is_code or not source.under("src"):
        return
    own = room_of(source.path.removeprefix("src/"))
    for match in INCLUDE.finditer(source.text):
        room = room_of(match.group(1))
        if match.group(1).startswith("images/pause/"):  # The embedded image, not the room `images`.
            continue
        if own in below and room in below and room != own and room not in below[own]:
            yield source.finding(match.start(), "room-order", f"{own} does not link {room}")


def rooms_below(sources: list[Source]) -> tuple[dict[str, set[str]], list[Finding]]:
    """For each room all rooms that it links, directly or through others; and links that point upwards."""
    direct: dict[str, set[str]] = {}
    order: list[str] = []
    findings = []
    for source in sources:
        if source.path == "src/CMakeLists.txt":
            match = re.search(r"foreach\(room ([^)]*)\)", source.text)
            order = match.group(1).split() if match else []

    def height(name: str) -> int:
        name = "adapters" if name.startswith("adapter_") else name
        return order.index(name) if name in order else -1

    for source in sources:
        if not re.fullmatch(r"src/(adapters/)?\w+/CMakeLists\.txt", source.path):
            continue
        for match in ROOM.finditer(source.text):
            name, arguments = match.groups()
            links = re.search(r"(?<!\w)LINKS((?:\s+[a-z0-9_]+)*)(?=\s|$)", arguments)
            direct[name] = set(links.group(1).split()) if links else set()
            for link in direct[name]:
                if height(link) > height(name) or link == name:
                    findings.append(source.finding(match.start(), "room-order", f"{name} links upwards to {link}"))
    adapters = {name for name in direct if name.startswith("adapter_")}
    direct["adapters"] = direct.get("adapters", set()) | adapters
    below = {}
    for name in direct:
        seen, pending = set(), [name]
        while pending:
            for link in direct.get(pending.pop(), set()) - seen:
                seen.add(link)
                pending.append(link)
        below[name] = seen
    return below, findings


FILE_CHECKS: dict[str, Callable[[Source], Iterator[Finding]]] = {
    "file-length": check_length,
    "real-time": check_real_time,
    "foreign-header": check_foreign_header,
    "pragma-once": check_pragma_once,
    "spdx": check_spdx,
    "lambda-coroutine": check_lambda_coroutine,
    "await-aggregate": check_await_aggregate,
    "await-choice": check_await_choice,
    "borrowed-parameter": check_borrowed_parameter,
    "machine-path": check_machine_path,
    "leftover": check_leftover,
}
RULES = [*FILE_CHECKS, "room-order"]


def allowed(source: Source, finding: Finding) -> bool:
    lines = source.text.split("\n")[max(0, finding.line - 2):finding.line]
    return any(f"allow({finding.rule}): " in line for line in lines)


def check(sources: list[Source]) -> list[Finding]:
    below, findings = rooms_below(sources)
    for source in sources:
        if source.path in RULE_FILES:
            continue
        of_file = [f for run in FILE_CHECKS.values() for f in run(source)]
        of_file += check_room_order(source, below)
        findings += [f for f in of_file if not allowed(source, f)]
    return sorted(findings)


def undocumented(root: pathlib.Path) -> list[Finding]:
    document = root / "docs/common-errors.md"
    text = document.read_text() if document.exists() else ""
    return [Finding("docs/common-errors.md", 1, rule, "no section explains this rule")
            for rule in RULES if f"## {rule}\n" not in text]


def read_sources(root: pathlib.Path) -> list[Source]:
    sources = []
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(set(folders) - SKIPPED)
        for name in sorted(set(files) - SKIPPED):
            path = pathlib.Path(folder) / name
            if path.suffix in TEXT_SUFFIXES and not path.is_symlink() and path.stat().st_size < 4_000_000:
                sources.append(Source(path.relative_to(root).as_posix(), path.read_text(errors="replace")))
    return sources


def main() -> int:
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent).resolve()
    findings = check(read_sources(root)) + undocumented(root)
    for finding in findings:
        print(f"{finding.file}:{finding.line}: {finding.rule}: {finding.text}")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())

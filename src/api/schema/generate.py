#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Turns the tables of API types into C++: generate.py OUTPUT_DIR TABLE...

Writes types.hpp and the headers that tables name (plain structs), and types.cpp (one TypeDescriptor per type). README.md describes the tables.
A mistake in a table ends the build with the file and line.
"""
import json
import pathlib
import sys
from dataclasses import dataclass, field

SCALARS = {
    "bool": ("bool", "boolean", " = false"),
    "int32": ("std::int32_t", "int32", " = 0"),
    "int64": ("std::int64_t", "int64", " = 0"),
    "string": ("std::string", "string", "{}"),
    "bytes": ("std::string", "bytes", "{}"),
    "Quantity": ("Quantity", "quantity", "{}"),
    "IntOrString": ("IntOrString", "int_or_string", "{}"),
    "Time": ("Time", "time", "{}"),
    "MicroTime": ("Time", "micro_time", "{}"),
    "strings": ("std::vector<std::string>", "strings", "{}"),
    "json": ("Node", "json", "{}"),
}
SHAPES = {
    "?": ("optional", "std::optional<{}>"),
    "[]": ("list", "std::vector<{}>"),
    "{}": ("map", "std::map<std::string, {}>"),
}
BOOLEAN_FLAGS = {"always": "always", "omitzero": "omitzero", "required": "required", "secret": "secret", "retainKeys": "retain_keys"}
COMMON_HEADER = "types"
KEYWORDS = {"namespace", "operator", "default", "template", "class", "continue", "delete", "export", "union"}


@dataclass
class Field:
    name: str
    number: int
    base: str
    shape: str  # a key of SHAPES, or "" for exactly one
    flags: dict
    description: str
    where: str

    @property
    def keys(self):
        """What tells the items of a list apart for server-side apply."""
        return [key for key in self.flags.get("keys", self.flags.get("merge", "")).split(",") if key]

    @property
    def inlined(self):
        return "inline" in self.flags

    @property
    def member(self):
        return self.name + "_" if self.name in KEYWORDS else self.name

    @property
    def cpp_type(self):
        item = SCALARS[self.base][0] if self.base in SCALARS else self.base
        return SHAPES[self.shape][1].format(item) if self.shape else item

    @property
    def initializer(self):
        # Spelled out so that designated initializers may leave fields out under -Wextra.
        return SCALARS[self.base][2] if self.base in SCALARS and not self.shape else "{}"


@dataclass
class Type:
    name: str  # in C++
    api_name: str
    group: str
    atomic: bool
    description: str
    header: str  # without its suffix
    where: str
    fields: list = field(default_factory=list)


def stop(where, message):
    sys.exit(f"{where}: {message}")


def parse_flags(words, where):
    flags = {}
    for word in words:
        key, _, value = word.partition("=")
        known = key in BOOLEAN_FLAGS or key in ("inline", "merge", "atomic", "keys", "check", "default", "enum")
        if not known:
            stop(where, f"unknown flag {word}")
        flags[key] = value
    return flags


def parse_field(words, description, where):
    if len(words) < 3:
        stop(where, "expected: name number type [flags]")
    name, number, type_text, *rest = words
    shape = next((s for s in SHAPES if type_text.endswith(s)), "")
    base = type_text.removesuffix(shape)
    flags = parse_flags(rest, where)
    if (name == "-") != ("inline" in flags):
        stop(where, "an inlined struct has the name - and the flag inline, and no other field has")
    return Field(name, 0 if number == "-" else int(number), base, shape, flags, description, where)


def parse_type(words, description, header, where):
    said = dict(word.partition("=")[::2] for word in words[2:])
    group, api_name, atomic = said.pop("group", "core/v1"), said.pop("name", words[1]), "atomic" in said
    said.pop("atomic", None)
    if said:
        stop(where, f"a type has no {next(iter(said))}")
    return Type(words[1], api_name, group, atomic, description, header, where)


def read_tables(paths):
    types = {}
    for path in paths:
        current, header = None, COMMON_HEADER
        for count, line in enumerate(pathlib.Path(path).read_text().splitlines(), 1):
            where = f"{path}:{count}"
            columns, _, description = line.split("#")[0].partition(" -- ")
            words, description = columns.split(), description.strip()
            if not words:
                continue
            if words[0] == "header" and len(words) == 2 and current is None:
                header = words[1]
            elif words[0] == "type" and not line.startswith(" "):
                current = parse_type(words, description, header, where)
                if types.setdefault(current.name, current) is not current:
                    stop(where, f"type {current.name} is described twice")
            elif current is None:
                stop(where, "a field before the first type")
            else:
                current.fields.append(parse_field(words, description, where))
    return types


def check(types):
    for t in types.values():
        names = [f.name for f in t.fields]
        numbers = [f.number for f in t.fields if f.number]
        if len(set(names)) != len(names) or len(set(numbers)) != len(numbers):
            stop(t.where, f"{t.name} has a field name or number twice")
        # Descriptors address an inlined struct as the first base, which starts where the object starts.
        if names.count("-") > 1:
            stop(t.where, f"{t.name} inlines more than one struct")
        for f in t.fields:
            if f.base not in SCALARS and f.base not in types:
                stop(f.where, f"unknown type {f.base}")


def in_order(types):
    """Every type after the types it contains."""
    done, path = {}, []

    def visit(t):
        if t.name in done:
            return
        if t.name in path:
            stop(t.where, f"{t.name} contains itself")
        path.append(t.name)
        for f in t.fields:
            if f.base in types:
                visit(types[f.base])
        path.pop()
        done[t.name] = t

    for t in types.values():
        visit(t)
    return list(done.values())


def struct_text(t):
    base = next((f.base for f in t.fields if f.inlined), None)
    lines = [f"/// {t.group} {t.api_name}.", f"struct {t.name}{' : ' + base if base else ''} {{"]
    lines += [f"    {f.cpp_type} {f.member}{f.initializer};" for f in t.fields if not f.inlined]
    lines += [f"    bool operator==(const {t.name}&) const = default;", "};", ""]
    return lines


HEADER = """// SPDX-License-Identifier: Apache-2.0
// Generated by src/api/schema/generate.py from src/api/schema/*.tbl. Change the tables.
"""


def includes_of(header):
    if header != COMMON_HEADER:
        return [f'#include "api/{COMMON_HEADER}.hpp"']
    lines = [f"#include <{h}>" for h in ("cstdint", "map", "optional", "string", "vector")]
    return lines + [""] + [f'#include "api/{h}.hpp"' for h in ("int_or_string", "node", "quantity", "time")]


def types_header(header, types):
    common = header == COMMON_HEADER
    lines = [HEADER + "#pragma once\n"] + includes_of(header)
    lines += ["", "namespace hooklet::api {", ""]
    if common:
        lines += ["struct TypeDescriptor;", ""]
    for t in types:
        lines += struct_text(t)
    if common:
        lines += ["/// The table entry of an API type: its fields as data.", "template <class T>"]
        lines += ["const TypeDescriptor& describe();"]
    lines += [f"template <>\nconst TypeDescriptor& describe<{t.name}>();" for t in types]
    lines += ["", "}  // namespace hooklet::api"]
    return "\n".join(lines) + "\n"


def field_text(t, f):
    quote = json.dumps
    parts = [f".name = {quote('' if f.inlined else f.name)}", f".number = {f.number}"]
    if not f.inlined:
        parts.append(f".offset = offsetof({t.name}, {f.member})")
    if f.shape:
        parts.append(f".shape = Shape::{SHAPES[f.shape][0]}")
    parts.append(f".kind = Kind::{SCALARS[f.base][1] if f.base in SCALARS else 'object'}")
    if f.base not in SCALARS:
        parts.append(f".type = &{f.base}_type")
    if f.shape:
        parts.append(f".access = &access_to<{f.cpp_type}>")
    parts += [f".{BOOLEAN_FLAGS[flag]} = true" for flag in BOOLEAN_FLAGS if flag in f.flags]
    if "merge" in f.flags:
        parts.append(".merge = true")
    if f.flags.get("merge"):
        parts.append(f".merge_key = {quote(f.flags['merge'])}")
    if "atomic" in f.flags:
        parts.append(".atomic = true")
    if f.keys:
        parts.append(f".keys = {t.name}_{f.name}_keys")
    if "check" in f.flags:
        parts.append(f".check = {quote(f.flags['check'])}")
    if "default" in f.flags:
        parts.append(f".default_value = {quote(f.flags['default'].strip(chr(34)))}")
    if "enum" in f.flags:
        parts.append(f".values = {t.name}_{f.name}_values")
    if f.description:
        parts.append(f".description = {quote(f.description)}")
    return "    {" + ", ".join(parts) + "},"


def texts_text(name, texts):
    return f"constexpr std::string_view {name}[] = {{{', '.join(json.dumps(text) for text in texts)}}};"


def descriptor_text(t):
    lines = []
    for f in t.fields:
        if "enum" in f.flags:
            lines.append(texts_text(f"{t.name}_{f.name}_values", f.flags["enum"].split("|")))
        if f.keys:
            lines.append(texts_text(f"{t.name}_{f.name}_keys", f.keys))
    lines.append(f"constexpr FieldDescriptor {t.name}_fields[] = {{")
    lines += [field_text(t, f) for f in t.fields]
    lines.append("};")
    about = f"{json.dumps(t.atomic)}, {json.dumps(t.description)}"
    lines.append(f'constexpr TypeDescriptor {t.name}_type{{"{t.api_name}", "{t.group}", {t.name}_fields, {about}}};')
    return lines + [""]


def types_source(headers, types):
    lines = [HEADER + f'#include "api/{COMMON_HEADER}.hpp"\n', "#include <cstddef>\n", '#include "api/descriptor.hpp"']
    lines += [f'#include "api/{h}.hpp"' for h in headers if h != COMMON_HEADER] + [""]
    lines += ["// The structs derive from the struct they inline; GCC and Clang place its members like any others.",
              '#pragma GCC diagnostic ignored "-Winvalid-offsetof"',
              "// A descriptor names only what its table line says; the rest keeps its default.",
              '#pragma GCC diagnostic ignored "-Wmissing-field-initializers"', ""]
    lines += ["namespace hooklet::api {", "", "namespace {", ""]
    for t in types:
        lines += descriptor_text(t)
    lines += ["}  // namespace", ""]
    for t in types:
        lines += ["template <>", f"const TypeDescriptor& describe<{t.name}>() {{", f"    return {t.name}_type;", "}"]
    lines += ["", "}  // namespace hooklet::api"]
    return "\n".join(lines) + "\n"


def write(path, text):
    """Leaves a file alone that has the text already: all that includes the header is built anew otherwise."""
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def main():
    out = pathlib.Path(sys.argv[1])
    types = read_tables(sys.argv[2:])
    check(types)
    ordered = in_order(types)
    out.mkdir(parents=True, exist_ok=True)
    headers = sorted({t.header for t in ordered})
    for header in headers:
        write(out / f"{header}.hpp", types_header(header, [t for t in ordered if t.header == header]))
    write(out / "types.cpp", types_source(headers, ordered))


if __name__ == "__main__":
    main()

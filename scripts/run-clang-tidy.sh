#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs clang-tidy over what a build without precompiled headers compiles, batches of files as they are (a third of
# the work of each file alone); all generated files must be made. Findings are errors (.clang-tidy names the checks).
#
#   scripts/run-clang-tidy.sh BUILD [JOBS] [PATTERN]    PATTERN: a regular expression of paths, e.g. src/lifecycle/
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
build=$1
jobs=${2:-2}
pattern=${3:-.}
python3 - "$build/compile_commands.json" "$PWD" "$pattern" <<'EOF' |
import json, re, sys
commands, root, pattern = sys.argv[1:]
files = {entry["file"] for entry in json.load(open(commands))}
own = sorted(f for f in files if re.match(re.escape(root) + r"/(.*/)?(src|tests|bench)/.*\.(cpp|cxx)$", f))
sys.stdout.write("".join(f + "\0" for f in own if re.search(pattern, f)))
EOF
    xargs -0 -r -n 1 -P "$jobs" clang-tidy-19 --quiet -p "$build" \
        2> >(grep -v 'warnings\{0,1\} generated' >&2)

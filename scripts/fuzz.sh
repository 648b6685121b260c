#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Lets libFuzzer look for inputs that break hooklet, each target for some seconds.
#
#   scripts/fuzz.sh BUILD_DIR SECONDS [TARGET...]
#
# Starts from the corpus of tests/fuzz/corpus; what it finds beside is kept in BUILD_DIR/corpus, an input that breaks
# something in BUILD_DIR/crash-*. Ends with 1 when there was one. Replay it: BUILD_DIR/tests/fuzz/fuzz_TARGET FILE.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$1
seconds=$2
shift 2
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
    for folder in "$here"/tests/fuzz/corpus/*/; do
        targets+=("$(basename "$folder")")
    done
fi

broken=()
for target in "${targets[@]}"; do
    found=$build/corpus/$target
    mkdir -p "$found"
    log=$build/$target.log
    if ! "$build/tests/fuzz/fuzz_$target" -max_total_time="$seconds" -max_len=4096 -timeout=10 -rss_limit_mb=1024 \
        -artifact_prefix="$build/crash-$target-" "$found" "$here/tests/fuzz/corpus/$target" >"$log" 2>&1; then
        broken+=("$target")
        tail -n 40 "$log"
    fi
    printf '%-18s %s\n' "$target" "$(grep -E '^(Done|SUMMARY)' "$log" | tail -n 1)"
done
if [ ${#broken[@]} -gt 0 ]; then
    echo "broken: ${broken[*]}" >&2
    exit 1
fi

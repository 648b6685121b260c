#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs every benchmark program of a build. Needs root.
#
#   scripts/bench.sh BUILD IMAGES ETCD
set -euo pipefail

if [ $# -ne 3 ]; then
    echo "usage: $0 BUILD IMAGES ETCD" >&2
    exit 2
fi
HOOKLET_BIN=$(realpath "$1/hooklet")
HOOKLET_IMAGES=$(realpath "$2")
HOOKLET_ETCD=$(realpath "$3")
export HOOKLET_BIN HOOKLET_IMAGES HOOKLET_ETCD
found=0
while read -r program; do
    found=1
    echo "+ $program"
    "$program"
done < <(find "$1/bench" -maxdepth 1 -type f -executable | sort)
if [ "$found" -eq 0 ]; then
    echo "error: no benchmark program in $1/bench" >&2
    exit 1
fi

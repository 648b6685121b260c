#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs examples/demo/pod.yaml for three seconds under a root of its own. Needs root.
#
#   scripts/demo.sh HOOKLET IMAGES ROOT
set -euo pipefail

if [ $# -ne 3 ]; then
    echo "usage: $0 HOOKLET IMAGES ROOT" >&2
    exit 2
fi
hooklet=$1
images=$2
root=$3

run() {
    echo "+ $*"
    "$@"
}

run "$hooklet" image load "$images/nginx.tar" --root "$root"
run "$hooklet" run examples/demo/pod.yaml --for 3s --root "$root"

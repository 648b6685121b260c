#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Takes the image registry of Debian's docker-registry out of its package, without installing it: no service starts.
#
#   scripts/fetch-registry.sh OUTDIR
#
# OUTDIR/docker-registry   the program, for the tests of pulling
set -euo pipefail

if [ $# -ne 1 ]; then
    echo "usage: $0 OUTDIR" >&2
    exit 2
fi
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mkdir -p "$1"
out=$(cd "$1" && pwd)
if [ -x "$out/docker-registry" ]; then
    exit 0
fi
# shellcheck source=scripts/privilege.sh
. "$here/privilege.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
# As who we are: apt's own user may not write here.
fetch() { apt-get -q -q -o Acquire::Retries=3 -o APT::Sandbox::User=root download docker-registry; }
if ! fetch 2>/dev/null; then
    as_root apt-get -q update
    fetch
fi
dpkg-deb --extract docker-registry_*.deb .
install -m 0755 usr/bin/docker-registry "$out/docker-registry"

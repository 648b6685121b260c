#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Takes a server out of its Debian package without installing it: no service starts. Tests pull from
# docker-registry's, benchmarks compare with etcd-server's.
#
#   scripts/fetch-program.sh PACKAGE PROGRAM OUTDIR
#
# OUTDIR/PROGRAM   usr/bin/PROGRAM of the package
set -euo pipefail

if [ $# -ne 3 ]; then
    echo "usage: $0 PACKAGE PROGRAM OUTDIR" >&2
    exit 2
fi
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
package=$1
program=$2
mkdir -p "$3"
out=$(cd "$3" && pwd)
if [ -x "$out/$program" ]; then
    exit 0
fi
# shellcheck source=scripts/privilege.sh
. "$here/privilege.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
# As who we are: apt's own user may not write here.
fetch() { apt-get -q -q -o Acquire::Retries=3 -o APT::Sandbox::User=root download "$package"; }
if ! fetch 2>/dev/null; then
    as_root apt-get -q update
    fetch
fi
dpkg-deb --extract "$package"_*.deb .
install -m 0755 "usr/bin/$program" "$out/$program"

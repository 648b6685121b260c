#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what building, testing and running hooklet needs, from Debian's own packages.
#
#   scripts/install-deps.sh [--test] [--lint] [--fuzz]
#
# --test adds kubectl where there is none, --lint clang-tidy, --fuzz the compiler of the fuzz targets. Nothing is asked of apt when everything is there, so that a call costs milliseconds.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=scripts/privilege.sh
. "$here/privilege.sh"

if ! command -v dpkg-query >/dev/null || [ ! -r /etc/os-release ]; then
    echo "error: this script knows Debian only; docs/install.md lists what to install elsewhere." >&2
    exit 1
fi
# shellcheck source=/dev/null
. /etc/os-release
case "${VERSION_ID:-}" in
    12) boost=1.81 ;;
    *) boost=1.83 ;;
esac

packages=(
    # build
    g++ cmake ninja-build ccache mold pkgconf python3
    "libboost$boost-dev" "libboost-json$boost-dev" "libboost-url$boost-dev"
    libnghttp2-dev libprotobuf-dev protobuf-compiler
    libsqlite3-dev libyaml-cpp-dev libssl-dev zlib1g-dev libsystemd-dev libcli11-dev libfmt-dev
    # test, benchmark and format
    libgtest-dev libgmock-dev clang-format-19 skopeo dbus-daemon
    # run
    containerd runc containernetworking-plugins iptables
    # demo images
    umoci openssl busybox-static
)
for argument in "$@"; do
    case "$argument" in
        --test) command -v kubectl >/dev/null || packages+=(kubernetes-client) ;;
        --lint) packages+=(clang-tidy-19) ;;
        --fuzz) packages+=(clang-19 libclang-rt-19-dev) ;;
        *)
            echo "usage: $0 [--test] [--lint] [--fuzz]" >&2
            exit 2
            ;;
    esac
done

# The packages of the list that are not installed, one a line.
missing_packages() {
    local known
    known=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "${packages[@]}" 2>/dev/null || true)
    local package
    for package in "${packages[@]}"; do
        if ! grep -qxF "installed $package" <<<"$known"; then
            printf '%s\n' "$package"
        fi
    done
}

install_packages() { # PACKAGE...
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 \
        -o Acquire::Retries=3 -o Dpkg::Options::=--force-confold install --no-install-recommends "$@"
}

mapfile -t missing < <(missing_packages)
if [ ${#missing[@]} -eq 0 ]; then
    exit 0
fi
echo "installing: ${missing[*]}"
as_root true
# The package lists of the machine may be absent or stale: fetch them when apt cannot install with those it has.
if ! apt-cache show "${missing[@]}" >/dev/null 2>&1 || ! install_packages "${missing[@]}"; then
    as_root apt-get -q update
    install_packages "${missing[@]}"
fi

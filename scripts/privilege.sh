# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# To be sourced. as_root COMMAND... runs it as root, through sudo where needed.

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo -- "$@"
    else
        echo "error: installing packages and running containers needs root." \
            "Run make as root, or install sudo and allow it for $(id -un)." >&2
        return 1
    fi
}

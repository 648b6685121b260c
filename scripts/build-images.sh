#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the demo images as image archives out of Debian packages, without a registry and without installing nginx.
#
#   scripts/build-images.sh OUTDIR
#
# OUTDIR/busybox.tar   hooklet.dev/demo/busybox:1   busybox with all its applets
# OUTDIR/nginx.tar     hooklet.dev/demo/nginx:1     nginx, its libraries and busybox
#
# Nothing is done when neither this script, its inputs nor the package versions have changed.
set -euo pipefail

if [ $# -ne 1 ]; then
    echo "usage: $0 OUTDIR" >&2
    exit 2
fi
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
conf=$here/../images/demo/nginx.conf
mkdir -p "$1"
out=$(cd "$1" && pwd)
arch=$(dpkg --print-architecture)
# shellcheck source=scripts/privilege.sh
. "$here/privilege.sh"

installed_version() { # PACKAGE
    dpkg-query -W -f '${db:Status-Status} ${Version}' "$1" 2>/dev/null | sed -n 's/^installed //p'
}

candidate_version() { # PACKAGE
    apt-cache policy "$1" | sed -n 's/^  Candidate: //p' | grep -v '(none)' || true
}

# The version that the image will hold: what is installed, else what apt would fetch.
version_of() { # PACKAGE
    local version
    version=$(installed_version "$1")
    if [ -z "$version" ]; then
        version=$(candidate_version "$1")
    fi
    printf '%s' "$version"
}

# The packages of shared libraries that PACKAGE needs, one a line, with those that they need in turn.
libraries_of() { # PACKAGE...
    local next=("$@") seen=' ' package dependency
    while [ ${#next[@]} -gt 0 ]; do
        package=${next[0]}
        next=("${next[@]:1}")
        while read -r dependency; do
            case "$seen" in *" $dependency "*) continue ;; esac
            seen="$seen$dependency "
            next+=("$dependency")
            printf '%s\n' "$dependency"
        done < <(apt-cache depends --important "$package" |
            sed -nE 's/^ *\|?(Pre)?Depends: (z?lib[^ ]*)$/\2/p')
    done
}

# Writes the files of a package as a tar: from this machine if it is installed here, else from Debian's archive.
package_tar() { # PACKAGE
    if [ -n "$(installed_version "$1")" ]; then
        dpkg-query -L "$1" | while read -r path; do
            if [ -f "$path" ] || [ -L "$path" ]; then
                if [ ! -d "$path" ]; then printf '%s\n' "${path#/}"; fi
            fi
        done | tar -C / --no-recursion -c -T -
        return
    fi
    if [ ! -d "$work/deb/$1" ]; then
        mkdir -p "$work/deb/$1"
        (cd "$work/deb/$1" && apt-get -q -o APT::Sandbox::User="$(id -un)" download "$1") >&2
    fi
    dpkg-deb --fsys-tarfile "$work/deb/$1/"*.deb
}

unpack() { # PACKAGE ROOTFS
    package_tar "$1" | tar -C "$2" --keep-directory-symlink -x
}

# An empty root with merged /usr, the accounts that programs look up, and busybox under all its names.
base_rootfs() { # ROOTFS
    local root=$1 applet
    mkdir -p "$root"/{dev,etc,proc,run,sys,usr/bin,usr/sbin,usr/lib,usr/lib64,usr/share,var/log}
    mkdir -m 1777 "$root/tmp"
    ln -s usr/bin usr/sbin usr/lib usr/lib64 "$root/"
    printf '%s\n' 'root:x:0:0:root:/root:/bin/sh' 'www-data:x:33:33:www-data:/var/www:/bin/false' \
        'nobody:x:65534:65534:nobody:/:/bin/false' >"$root/etc/passwd"
    printf '%s\n' 'root:x:0:' 'www-data:x:33:' 'nogroup:x:65534:' >"$root/etc/group"
    mkdir -m 0700 "$root/root"
    unpack busybox-static "$work/busybox"
    find "$work/busybox" -type f -path '*bin/busybox' -exec cp {} "$root/usr/bin/" \;
    while read -r applet; do
        ln -sf busybox "$root/usr/bin/$applet"
    done < <("$root/usr/bin/busybox" --list | grep -vx busybox)
}

nginx_rootfs() { # ROOTFS
    local root=$1 stage=$work/stage package libraries
    libraries=$(libraries_of nginx)
    mkdir -p "$stage"/usr/{bin,sbin,lib,lib64}
    ln -s usr/bin usr/sbin usr/lib usr/lib64 "$stage/"
    for package in nginx nginx-common $libraries; do
        unpack "$package" "$stage"
    done
    cp "$stage/usr/sbin/nginx" "$root/usr/sbin/"
    # The loader and the libraries; plug-ins in subfolders are left out.
    cp -a "$stage/usr/lib64/." "$root/usr/lib64/"
    find "$stage/usr/lib" -maxdepth 2 -name '*.so*' \( -type f -o -type l \) -printf '%P\0' |
        tar -C "$stage/usr/lib" --null -T - -c | tar -C "$root/usr/lib" -x
    mkdir -p "$root"/etc/nginx "$root"/usr/share/nginx/html "$root"/var/lib/nginx "$root"/var/log/nginx
    cp "$stage/etc/nginx/mime.types" "$root/etc/nginx/"
    cp "$conf" "$root/etc/nginx/nginx.conf"
    echo 'hooklet demo' >"$root/usr/share/nginx/html/index.html"
    # Longer than what hooklet keeps of an answer.
    seq -f 'line %05g of a long answer' 1 1000 >"$root/usr/share/nginx/html/large.txt"
    openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj '/CN=hooklet demo' \
        -keyout "$root/etc/nginx/demo.key" -out "$root/etc/nginx/demo.crt" 2>/dev/null
}

# Packs ROOTFS as OUT/FILE under NAME; the remaining arguments go to `umoci config`.
pack() { # ROOTFS FILE NAME CONFIG...
    local root=$1 file=$2 name=$3 layout=$work/layout-$2
    shift 3
    # Equal input shall give equal layers.
    find "$root" -exec touch -h -d @0 {} +
    umoci init --layout "$layout"
    umoci new --image "$layout:demo"
    umoci insert --rootless --history.created 1970-01-01T00:00:00Z --image "$layout:demo" "$root" /
    umoci config --image "$layout:demo" --os linux --architecture "$arch" --created 1970-01-01T00:00:00Z --no-history \
        --config.env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
    "$here/pack_image.py" layout --name "$name" --layout "$layout" --output "$out/$file"
    echo "built $out/$file ($name)"
}

if [ -z "$(version_of nginx)" ] || [ -z "$(version_of busybox-static)" ]; then
    as_root apt-get -q update
fi
key=$({
    sha256sum <"${BASH_SOURCE[0]}"
    sha256sum <"$here/pack_image.py"
    sha256sum <"$conf"
    echo "busybox-static $(version_of busybox-static) nginx $(version_of nginx) $arch"
} | sha256sum | cut -d ' ' -f 1)
if [ -s "$out/busybox.tar" ] && [ -s "$out/nginx.tar" ] && [ "$(cat "$out/stamp" 2>/dev/null)" = "$key" ]; then
    exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/busybox"
umask 022
base_rootfs "$work/rootfs-busybox"
cp -a "$work/rootfs-busybox" "$work/rootfs-nginx"
nginx_rootfs "$work/rootfs-nginx"
rm -f "$out/stamp"
pack "$work/rootfs-busybox" busybox.tar hooklet.dev/demo/busybox:1 --config.cmd sh
pack "$work/rootfs-nginx" nginx.tar hooklet.dev/demo/nginx:1 --config.entrypoint nginx --config.entrypoint -g \
    --config.entrypoint 'daemon off;' --config.stopsignal SIGQUIT --config.exposedports 80/tcp
echo "$key" >"$out/stamp"

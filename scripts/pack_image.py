#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes image archives that containerd, Docker and skopeo load under the intended name.

An archive is an OCI image layout with a `docker save` manifest beside it. `index.json` carries the name in the
annotations that containerd (`io.containerd.image.name`) and OCI tools (`org.opencontainers.image.ref.name`) read.
Equal input gives equal bytes: entries are sorted, times are zero, owners are root.

  pack_image.py single --name NAME --arch ARCH --entrypoint PATH --file SRC=DEST... --output FILE.tar
      one layer made of the given files, without any other tool
  pack_image.py layout --name NAME --layout DIR --output FILE.tar
      an existing OCI layout with one image, as umoci makes it
"""
import argparse
import hashlib
import io
import json
import pathlib
import tarfile

OCI = "application/vnd.oci.image"


def add(archive: tarfile.TarFile, name: str, data: bytes, mode: int = 0o644) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(data)
    entry.mode = mode
    archive.addfile(entry, io.BytesIO(data))


def tar_of(files: dict[str, tuple[bytes, int]]) -> bytes:
    """A tar of name -> (content, mode), with an entry for each folder."""
    folders = {str(p) for name in files for p in pathlib.PurePosixPath(name).parents if str(p) != "."}
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name in sorted(folders | set(files)):
            if name in files:
                add(archive, name, *files[name])
            else:
                entry = tarfile.TarInfo(name)
                entry.type = tarfile.DIRTYPE
                entry.mode = 0o755
                archive.addfile(entry)
    return buffer.getvalue()


def compact(value) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def digest(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def blob_path(digest_text: str) -> str:
    return "blobs/" + digest_text.replace(":", "/")


def descriptor(media_type: str, data: bytes) -> dict:
    return {"mediaType": media_type, "digest": digest(data), "size": len(data)}


def single_blobs(args) -> tuple[dict[str, bytes], dict]:
    """The blobs of a one-layer image, and the descriptor of its manifest."""
    files = {}
    for pair in args.file:
        source, _, target = pair.partition("=")
        files[target.lstrip("/")] = (pathlib.Path(source).read_bytes(), 0o755)
    layer = tar_of(files)
    config = compact({
        "architecture": args.arch,
        "os": "linux",
        "config": {"Entrypoint": [args.entrypoint]},
        "rootfs": {"type": "layers", "diff_ids": [digest(layer)]},
    })
    manifest = compact({
        "schemaVersion": 2,
        "mediaType": f"{OCI}.manifest.v1+json",
        "config": descriptor(f"{OCI}.config.v1+json", config),
        "layers": [descriptor(f"{OCI}.layer.v1.tar", layer)],
    })
    blobs = {blob_path(digest(data)): data for data in (layer, config, manifest)}
    return blobs, descriptor(f"{OCI}.manifest.v1+json", manifest)


def layout_blobs(args) -> tuple[dict[str, bytes], dict]:
    """The blobs that the layout's one image refers to, and the descriptor of its manifest."""
    root = pathlib.Path(args.layout)
    manifests = json.loads((root / "index.json").read_bytes())["manifests"]
    if len(manifests) != 1:
        raise SystemExit(f"{root}: expected one image, found {len(manifests)}")
    entry = manifests[0]
    manifest = json.loads((root / blob_path(entry["digest"])).read_bytes())
    wanted = [entry["digest"], manifest["config"]["digest"], *(layer["digest"] for layer in manifest["layers"])]
    blobs = {blob_path(d): (root / blob_path(d)).read_bytes() for d in wanted}
    return blobs, {key: entry[key] for key in ("mediaType", "digest", "size")}


def write_archive(output: str, name: str, blobs: dict[str, bytes], entry: dict) -> None:
    manifest = json.loads(blobs[blob_path(entry["digest"])])
    index = {
        "schemaVersion": 2,
        "manifests": [entry | {"annotations": {
            "io.containerd.image.name": name,
            "org.opencontainers.image.ref.name": name.rpartition(":")[2],
        }}],
    }
    docker = [{
        "Config": blob_path(manifest["config"]["digest"]),
        "RepoTags": [name],
        "Layers": [blob_path(layer["digest"]) for layer in manifest["layers"]],
    }]
    files = {path: (data, 0o644) for path, data in blobs.items()}
    files["oci-layout"] = (compact({"imageLayoutVersion": "1.0.0"}), 0o644)
    files["index.json"] = (compact(index), 0o644)
    files["manifest.json"] = (compact(docker), 0o644)
    target = pathlib.Path(output)
    partial = target.with_name(target.name + ".partial")
    partial.write_bytes(tar_of(files))
    partial.replace(target)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    single = commands.add_parser("single")
    single.add_argument("--arch", required=True)
    single.add_argument("--entrypoint", required=True)
    single.add_argument("--file", action="append", required=True, metavar="SRC=DEST")
    layout = commands.add_parser("layout")
    layout.add_argument("--layout", required=True)
    for command in (single, layout):
        command.add_argument("--name", required=True)
        command.add_argument("--output", required=True)
    args = parser.parse_args()
    blobs, entry = single_blobs(args) if args.command == "single" else layout_blobs(args)
    write_archive(args.output, args.name, blobs, entry)


if __name__ == "__main__":
    main()

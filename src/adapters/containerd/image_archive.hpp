// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

/// Image archives as `docker save`, skopeo, buildah and umoci write them: which names do the images get?
namespace hooklet::containerd {

/// One image of an archive.
struct ArchivedImage {
    std::string name;      ///< Full, as the engine will list it: `docker.io/library/busybox:1`.
    std::string imported;  ///< The name under which `ctr images import` stores it.
    /// ctr takes names from `org.opencontainers.image.ref.name` only with its option `--base-name`, and only
    /// those that begin with it; empty when it needs none.
    std::string base_name;
    std::string
        by_digest{};  ///< Its other full name, `docker.io/library/busybox@sha256:...`; empty: unknown.
    bool operator==(const ArchivedImage&) const = default;
};

/// The full form of a familiar name: `busybox` is `docker.io/library/busybox:latest`.
std::string full_image_name(std::string_view name);

/// The images of an archive, from the text of its `index.json` (OCI) or else its `manifest.json` (Docker); an
/// absent file is an empty text. A tag without a name is put behind `file_stem`. Fails with invalid when
/// there is neither, or no named image.
Result<std::vector<ArchivedImage>> archived_images(std::string_view index, std::string_view manifest,
                                                   std::string_view file_stem);

/// Contents of the named top-level files of an uncompressed tar archive. Fails with not_found when there is
/// no such file, and invalid when it is no tar archive.
Result<std::map<std::string, std::string>> read_tar_entries(const std::string& path,
                                                            const std::vector<std::string>& names);

/// As archived_images, of an archive on disk.
Result<std::vector<ArchivedImage>> read_image_archive(const std::string& path);

}  // namespace hooklet::containerd

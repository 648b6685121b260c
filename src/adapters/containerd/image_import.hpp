// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/task.hpp"
#include "ports/clock.hpp"
#include "ports/container_runtime.hpp"

#include <string>
#include <vector>

namespace hooklet::containerd {

/// A containerd to load images into, hooklet's own or another.
struct ImportTarget {
    std::string endpoint;  ///< `unix:///path`, as for the CRI adapter.
    cri::ContainerRuntime* runtime = nullptr;
    /// To unpack into at once; empty: unpacked when first used.
    std::string snapshotter;
    /// Whether images that the archive tells the digest of get it as a name too, as pulled ones do.
    bool name_digests = false;
};

/// Loads the images of an uncompressed OCI or Docker archive and returns their full names, sorted. When it
/// returns, the engine's image_status knows them. Fails with not_found (no such file, or no `ctr` program)
/// and invalid (not an image archive).
Task<Result<std::vector<std::string>>> import_image(Executor executor, Clock* clock, ImportTarget target,
                                                    std::string path, Call call);

}  // namespace hooklet::containerd

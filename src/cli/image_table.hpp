// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/container_runtime.hpp"

#include <string>
#include <vector>

namespace hooklet::cli {

/// The columns NAME, ID (12 characters of the digest) and SIZE; a row for each name, sorted by it.
std::string image_table(const std::vector<cri::Image>& images);
/// `Pulled nginx:1 in 2.10s (sha256:...)`
std::string pulled_line(const std::string& image, const std::string& ref, Duration took);

}  // namespace hooklet::cli

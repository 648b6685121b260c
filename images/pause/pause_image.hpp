// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace hooklet {

/// The sandbox image, as an archive that is both an OCI image layout and a `docker save` file. Lives as long
/// as the program. Its one image carries the name that pause_image_name() gives.
std::string_view pause_image_tar();

/// `hooklet.dev/pause:1`
constexpr std::string_view pause_image_name() {
    return "hooklet.dev/pause:1";
}

}  // namespace hooklet

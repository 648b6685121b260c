// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"

namespace hooklet::api {

/// Marks the object that shows a static Pod in the API; its value is the hash of what it shows.
inline constexpr const char* mirror_annotation = "kubernetes.io/config.mirror";

/// True for the object that shows a static Pod, which only the file of that Pod can end or change.
inline bool is_mirror(const ObjectMeta& pod) {
    return pod.annotations.contains(mirror_annotation);
}

}  // namespace hooklet::api

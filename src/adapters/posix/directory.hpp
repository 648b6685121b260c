// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"

#include <cstddef>
#include <limits>
#include <string>
#include <vector>

namespace hooklet {

/// At most `limit` names in the directory that `fd` is open on, in no order, without `.` and `..`.
Result<std::vector<std::string>> entries(int fd, std::size_t limit = std::numeric_limits<std::size_t>::max());

/// True when something is mounted on what the path leads to; `fd` and `path` as in openat(2), an empty path
/// means `fd` itself. A path that leads nowhere is no mount point.
bool is_mount_point(int fd, const std::string& path);

/// Removes `name` and all below it; as FileSystem::remove_tree. `parent` and `name` as in openat(2).
/// The descriptors and the stack it needs are bounded, whatever the depth of the tree.
Status remove_directory_tree(int parent, const std::string& name);

}  // namespace hooklet

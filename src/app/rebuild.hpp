// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/api.hpp"
#include "ports/file_system.hpp"
#include "store/object_store.hpp"

#include <string>

namespace hooklet::app {

/// Gives an API whose objects were lost the Pods back of which there is something on this machine, each with
/// its uid, and their namespaces, so that they run on. Static Pods come from their files. Returns how many.
Task<Result<std::size_t>> rebuild_pods(Api* api, store::ObjectStore* objects, FileSystem* files,
                                       std::string pods_directory, Call call);

}  // namespace hooklet::app

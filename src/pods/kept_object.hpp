// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "ports/file_system.hpp"

#include <optional>
#include <string>

namespace hooklet {

/// The Pod's object as an agent has kept it beside the Pod's volumes, status included; nullopt when there is
/// none that can be read.
std::optional<api::Pod> kept_object(FileSystem* files, const std::string& pods_directory,
                                    const std::string& uid);

}  // namespace hooklet

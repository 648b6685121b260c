// SPDX-License-Identifier: Apache-2.0
#include "app/paths.hpp"

#include "base/fnv.hpp"

#include <filesystem>

#include <fmt/format.h>

namespace hooklet::app {

Paths paths_of(const std::string& root_option) {
    if (root_option.empty())
        return {"/",        "/var/lib/hooklet",       "/run/hooklet", "/var/lib/hooklet/kubeconfig",
                "/var/log", "/var/lib/hooklet/engine"};
    std::filesystem::path root = std::filesystem::weakly_canonical(std::filesystem::absolute(root_option));
    if (!root.has_filename()) root = root.parent_path();
    return {root.string(),           (root / "state").string(),
            (root / "run").string(), (root / "kubeconfig").string(),
            (root / "log").string(), root.string()};
}

std::string short_id(const Paths& paths) {
    return fmt::format("{:08x}", fnv1a_32(paths.root));
}

}  // namespace hooklet::app

// SPDX-License-Identifier: Apache-2.0
// containerd's configuration: no path that hooklet is given can add a line or a table to it.
#include "adapters/containerd/config.hpp"
#include "fuzz/target.hpp"

#include <algorithm>
#include <string>

namespace {

std::ptrdiff_t lines_of(std::string root, std::string plugins) {
    hooklet::containerd::Settings settings;
    settings.layout.root = std::move(root);
    settings.cni_plugins = std::move(plugins);
    settings.pause_image = "pause";
    const std::string text = hooklet::containerd::containerd_config(settings);
    return std::count(text.begin(), text.end(), '\n');
}

}  // namespace

HOOKLET_FUZZ(input) {
    const auto [root, plugins] = hooklet::fuzz::split(input);
    static const std::ptrdiff_t plain = lines_of("/r", "/p");
    hooklet::fuzz::require(lines_of(std::string(root), std::string(plugins)) == plain);
}

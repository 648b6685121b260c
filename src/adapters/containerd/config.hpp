// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/containerd/subnet.hpp"

#include <string>
#include <string_view>

/// What hooklet's own containerd is told. Pure functions.
namespace hooklet::containerd {

/// Where everything of one private containerd is.
struct Layout {
    std::string root;  ///< hooklet's `--root`, absolute.

    [[nodiscard]] std::string run() const { return root + "/run/containerd"; }
    [[nodiscard]] std::string data() const { return root + "/state/containerd"; }
    [[nodiscard]] std::string socket() const { return run() + "/containerd.sock"; }
    [[nodiscard]] std::string config() const { return run() + "/config.toml"; }
    [[nodiscard]] std::string cni_config() const { return run() + "/cni"; }
    /// For each container the pipes of the commands in it that can be left and awaited again.
    [[nodiscard]] std::string execs() const { return run() + "/execs"; }
    [[nodiscard]] std::string runc() const { return run() + "/runc"; }
    [[nodiscard]] std::string addresses() const { return data() + "/cni-addresses"; }
    [[nodiscard]] std::string subnet() const { return data() + "/subnet"; }
    [[nodiscard]] std::string log() const { return root + "/log/containerd.log"; }
};

struct Settings {
    Layout layout;
    std::string cni_plugins;  ///< Directory of the CNI plugins.
    std::string pause_image;
    bool overlayfs = true;            ///< Else plain copies (snapshotter `native`).
    bool may_lower_oom_score = true;  ///< CAP_SYS_RESOURCE is there.
};

/// containerd's config.toml, version 2.
std::string containerd_config(const Settings& settings);

/// A network of its own for each root: a bridge, addresses counted under the root, and host ports.
std::string cni_conflist(const Layout& layout, std::string_view bridge, const Subnet& subnet);

/// The bridge's name, derived from the root: `hkl` and 8 hex digits.
std::string bridge_name(std::string_view root);

}  // namespace hooklet::containerd

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/containerd/cleanup.hpp"
#include "adapters/containerd/config.hpp"

#include <set>
#include <string>
#include <vector>

/// What a containerd that was killed leaves on a machine whose containers live on.
namespace hooklet::containerd {

/// Sandboxes and containers in the making when containerd was killed: it does not know them itself when it
/// comes back, so nobody else would ever remove them.
class Remains {
  public:
    /// Notes what is there, and ends the commands that execs have started and that nobody waits for any more,
    /// with all their children. To be called while no containerd runs: what comes later is not touched.
    static Remains look(const Layout& layout);
    /// Removes all that was noted and belongs to none of `known`, the ids of the engine's sandboxes and
    /// containers: shims with their processes, bundles, network namespaces, addresses. Returns the ids of
    /// what was removed; the rules of their network are left.
    [[nodiscard]] std::vector<std::string> remove(const std::set<std::string>& known) const;

  private:
    void remove_shim(const Shim& shim) const;

    Layout layout_;
    std::vector<Shim> shims_;
    std::vector<std::pair<std::string, std::string>> addresses_;  ///< File and sandbox id.
    std::vector<std::string> networks_;                           ///< Mount points of network namespaces.
};

}  // namespace hooklet::containerd

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/containerd/cleanup.hpp"
#include "adapters/containerd/config.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// What a containerd that was killed leaves on a machine whose containers live on.
namespace hooklet::containerd {

// The rules, as pure functions.

/// The processes whose parent is one of the shims.
std::vector<ProcessEntry> children_of(const std::vector<Shim>& shims, const std::vector<ProcessEntry>& table);
/// `chosen`, the members of the sessions that they lead, and all their descendants.
std::vector<ProcessEntry> with_families(const std::vector<ProcessEntry>& table, std::set<pid_t> chosen);
/// Those whose id, a sandbox's, is not `known`.
std::vector<Shim> unknown_to(const std::set<std::string>& known, const std::vector<Shim>& shims);

/// Whether a bundle, by the name of its folder, is one that containerd was removing: it renames `ID` to `.ID`
/// first, and does not look at those again when it comes back.
bool is_half_removed(std::string_view bundle);

/// An address that a sandbox has, as the file that reserves it.
struct ReservedAddress {
    std::string file;
    std::string id;  ///< The sandbox's; empty when the plugin was killed before it had written it.
    bool operator==(const ReservedAddress&) const = default;
};
/// Those whose id is not `known`.
std::vector<ReservedAddress> unknown_to(const std::set<std::string>& known,
                                        const std::vector<ReservedAddress>& addresses);
/// Whether a file in the folder of a network reserves an address; beside those lie a lock and the last
/// address that was given. `content` gives the sandbox's id as its first line.
std::optional<ReservedAddress> reserved_address(const std::string& file, std::string_view content);

/// A network namespace that is kept by a mount.
struct KeptNetwork {
    std::string mount;
    std::string name;  ///< The kernel's, `net:[4026531840]`; empty when there is nothing any more.
    bool operator==(const KeptNetwork&) const = default;
};
/// Those that no process is in: a sandbox that lives has one.
std::vector<KeptNetwork> unused(const std::vector<KeptNetwork>& networks, const std::set<std::string>& used);

// What is done by them.

/// Sandboxes and containers in the making when containerd was killed: it does not know them itself when it
/// comes back, so nobody else would ever remove them.
class Remains {
  public:
    /// Notes what is there, and ends the commands that execs have started and that nobody waits for any more,
    /// with all their children. To be called while no containerd runs: what comes later is not touched.
    static Remains look(const Layout& layout);
    /// Removes all that was noted and belongs to none of `known`, the ids of the engine's sandboxes and
    /// containers: shims with their processes, bundles, network namespaces, addresses. Returns the ids of
    /// what was removed; the rules of their network are left. Again: what was known the time before.
    [[nodiscard]] std::set<std::string> remove(const std::set<std::string>& known);
    /// The ids of the sandboxes of which something noted was not removed.
    [[nodiscard]] std::set<std::string> owners() const;

  private:
    void remove_shim(const Shim& shim) const;

    Layout layout_;
    std::vector<Shim> shims_;
    std::vector<std::string> half_removed_;  ///< Bundles.
    std::vector<std::string> execs_;         ///< Containers that have pipes of commands.
    std::vector<ReservedAddress> addresses_;
    std::vector<std::string> networks_;  ///< Mount points of network namespaces.
};

}  // namespace hooklet::containerd

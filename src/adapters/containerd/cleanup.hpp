// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/posix/process_table.hpp"

#include <set>
#include <string>
#include <string_view>
#include <vector>

/// Takes away what a containerd and the CNI plugins leave behind on the machine.
namespace hooklet::containerd {

/// Input for `iptables-restore --noflush` that removes what CNI plugins have left of `networks`, and, when no
/// container of any network has a host port any more, the chains that the portmap plugin makes once for the
/// whole machine. Empty when there is nothing to remove. `saved` is what `iptables-save -t nat` says.
std::string forget_networks(std::string_view saved, const std::vector<std::string>& networks);

/// The ids of the sandboxes for which CNI plugins have made rules in this network.
std::set<std::string> owners_of_rules(std::string_view saved, const std::string& network);

/// The mount points at or below `directory` in the text of a mountinfo file, innermost first.
std::vector<std::string> mounts_below(std::string_view mountinfo, std::string_view directory);

/// Detaches everything mounted at or below `directory`.
void unmount_below(const std::string& directory);

/// The process that holds a sandbox's containers on behalf of an engine.
struct Shim {
    ProcessEntry process;
    std::string id;  ///< The sandbox's.
};

/// The shims among `processes` that serve the containerd at `socket`.
std::vector<Shim> shims_of(const std::string& socket, const std::vector<ProcessEntry>& processes);

/// Ends the shims that serve the containerd at `socket`, with the containers that they still have.
void kill_shims(const std::string& socket);

/// Removes a network bridge; missing is fine.
void remove_bridge(const std::string& name);

/// Removes the folders that containerd and CNI have on every machine, wherever they are empty.
void remove_empty_shared_folders();

}  // namespace hooklet::containerd

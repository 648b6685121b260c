// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <set>
#include <string>

namespace hooklet::cri {

/// containerd's own event stream (containerd.services.events.v1), which tells exits some ten milliseconds
/// before CRI's records do: those are written after containerd has cleaned up. Engines that are not
/// containerd do not have it.
class TaskEvents {
  public:
    /// The call that opens the stream, as `/package.Service/Method`.
    static std::string method();
    /// Its request: the ends and out-of-memory kills of CRI's containers and sandboxes.
    static std::string request();

    struct End {
        std::string id;  ///< The container's, or the sandbox's.
        /// Exit code 0, and no message of an out-of-memory kill came before.
        bool success = false;
        bool operator==(const End&) const = default;
    };
    /// Whose first process has ended by this message of the stream. nullopt for all that says something else
    /// or nothing.
    std::optional<End> end(const std::string& message);

  private:
    std::set<std::string> out_of_memory_;  ///< Containers that have not ended since.
};

}  // namespace hooklet::cri

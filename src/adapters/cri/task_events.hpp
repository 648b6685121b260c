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
    /// Its request: the ends and out-of-memory kills of CRI's containers.
    static std::string request();

    /// The id of the container that ended with exit code 0 by this message of the stream, and of whose
    /// out-of-memory kills no message came before. nullopt for all that says something else or nothing.
    std::optional<std::string> succeeded(const std::string& message);

  private:
    std::set<std::string> out_of_memory_;  ///< Containers that have not ended since.
};

}  // namespace hooklet::cri

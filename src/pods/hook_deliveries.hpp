// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "lifecycle/hook_request.hpp"
#include "pods/leftover.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hooklet {

/// What is known of the hooks of a container, over all its instances: what an earlier agent did about them,
/// and since when each hook of the newest instance is being delivered.
class HookDeliveries {
  public:
    void take_over(const ContainerLeftover& left);
    /// Fills in `hooked_id` and `hooks`.
    void remember(ContainerMemory& memory) const;

    /// What an earlier agent has done about this hook of the instance; nullptr: nothing, or what was cut off
    /// and is to be delivered again.
    [[nodiscard]] const HookAttempt* done(const std::string& container_id, HookType hook,
                                          bool at_most_once) const;
    /// Whether a delivery has begun, by whichever agent.
    [[nodiscard]] bool has_begun(const std::string& container_id, HookType hook) const;
    /// The delivery begins now; or an earlier agent has begun it, and this is what there was.
    std::optional<Redelivery> begin(const std::string& container_id, HookType hook, const Now& now);

  private:
    std::vector<HookAttempt> earlier_;  ///< Of an earlier agent, oldest first.
    std::string hooked_id_;             ///< As ContainerMemory::hooked_id and hooks.
    std::map<std::string, MonotonicTime> begun_;
};

}  // namespace hooklet

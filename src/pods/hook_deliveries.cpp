// SPDX-License-Identifier: Apache-2.0
#include "pods/hook_deliveries.hpp"

#include <algorithm>
#include <utility>

namespace hooklet {

namespace {

/// The last attempt of this hook for this instance; nullptr when there was none.
const HookAttempt* last_attempt(const std::vector<HookAttempt>& hooks, const std::string& container_id,
                                HookType hook) {
    const HookAttempt* last = nullptr;
    for (const HookAttempt& attempt : hooks) {
        if (attempt.container_id == container_id && attempt.hook == hook) last = &attempt;
    }
    return last;
}

}  // namespace

void HookDeliveries::take_over(const ContainerLeftover& left) {
    earlier_ = left.hooks;
    hooked_id_ = left.memory.hooked_id;
    begun_ = left.memory.hooks;
}

void HookDeliveries::remember(ContainerMemory& memory) const {
    memory.hooked_id = hooked_id_;
    memory.hooks = begun_;
}

const HookAttempt* HookDeliveries::done(const std::string& container_id, HookType hook,
                                        bool at_most_once) const {
    const HookAttempt* last = last_attempt(earlier_, container_id, hook);
    return last != nullptr && is_over(*last, at_most_once) ? last : nullptr;
}

bool HookDeliveries::has_begun(const std::string& container_id, HookType hook) const {
    return (hooked_id_ == container_id && begun_.contains(std::string(name(hook)))) ||
           last_attempt(earlier_, container_id, hook) != nullptr;
}

std::optional<Redelivery> HookDeliveries::begin(const std::string& container_id, HookType hook,
                                                const Now& now) {
    if (std::exchange(hooked_id_, container_id) != container_id) begun_.clear();
    const auto [begun, is_new] = begun_.try_emplace(std::string(name(hook)), now.monotonic);
    const HookAttempt* last = last_attempt(earlier_, container_id, hook);
    if (last == nullptr) {
        begun->second = now.monotonic;
        return std::nullopt;
    }
    const auto first = std::ranges::find(earlier_, last->delivery_id, &HookAttempt::delivery_id);
    // What an earlier agent remembered counts before what its journal says: clocks on the wall jump.
    if (is_new) begun->second = now.of(first->started_at);
    const Duration age = now.monotonic - begun->second;
    return Redelivery{*last, age, age - (last->started_at - first->started_at)};
}

}  // namespace hooklet

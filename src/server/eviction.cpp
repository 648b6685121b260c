// SPDX-License-Identifier: Apache-2.0
#include "server/eviction.hpp"

#include "admission/node_restriction.hpp"
#include "api/disruption.hpp"
#include "api/pod_phase.hpp"
#include "server/disruption.hpp"
#include "server/get.hpp"
#include "server/pod_condition.hpp"
#include "server/remove.hpp"
#include "server/write.hpp"

#include <utility>

namespace hooklet::server {

namespace {

/// Whether there is nothing left to disrupt.
bool over(const api::Pod& pod) {
    return pod.metadata.deletionTimestamp || api::is_terminal(pod.status.phase) ||
           pod.status.phase == "Pending";
}

Answer<kinds::Object> disrupted(const Target& target, const store::Object& stored,
                                const EvictionPermit& permit, WallTime now) {
    kinds::Object object = decode(*target.kind, stored);
    auto& pod = *static_cast<api::Pod*>(object.get());
    if (over(pod)) return object;
    if (!permit.unready_for.empty() && api::is_healthy(pod))
        return std::unexpected(budget_in_progress(permit.unready_for));
    set_condition(pod,
                  {.type = "DisruptionTarget",
                   .status = "True",
                   .reason = "EvictionByEvictionAPI",
                   .message = "Eviction API: evicting"},
                  now);
    return object;
}

/// The Pod as it is, when the node that asks may evict it.
Answer<api::Pod> evictable(const Services& services, const Target& target, const std::string& node) {
    const auto stored = get(services, target);
    if (!stored) return std::unexpected(stored.error());
    const kinds::Object object = decode(*target.kind, **stored);
    const auto& pod = *static_cast<const api::Pod*>(object.get());
    const auto allowed = node.empty() ? admission::Checked{} : admission::node_may_evict(node, pod);
    if (!allowed) return std::unexpected(status::forbidden(*target.kind, target.name, allowed.error()));
    return pod;
}

}  // namespace

Task<Answer<void>> evict(Services services, Target target, DeleteOptions options) {
    target.part.clear();
    const auto pod = evictable(services, target, options.node);
    if (!pod) co_return std::unexpected(pod.error());
    EvictionPermit permit;
    if (!over(*pod)) {
        auto given = co_await permit_eviction(services, *pod, options.dry_run);
        if (!given) co_return std::unexpected(given.error());
        permit = *std::move(given);
    }
    const auto make = [target, permit, clock = services.clock](const store::Object& stored) {
        return disrupted(target, stored, permit, clock->wall());
    };
    const ChangeOptions unchecked{.dry_run = options.dry_run, .by_rules = false};
    const auto marked = co_await change(services, target, make, unchecked);
    if (!marked) co_return std::unexpected(marked.error());
    const auto removed = co_await remove(services, target, std::move(options));
    if (!removed) co_return std::unexpected(removed.error());
    co_return Answer<void>{};
}

}  // namespace hooklet::server

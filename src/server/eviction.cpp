// SPDX-License-Identifier: Apache-2.0
#include "server/eviction.hpp"

#include "admission/node_restriction.hpp"
#include "api/pod_phase.hpp"
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

Answer<kinds::Object> disrupted(const Target& target, const store::Object& stored, WallTime now) {
    kinds::Object object = decode(*target.kind, stored);
    auto& pod = *static_cast<api::Pod*>(object.get());
    if (over(pod)) return object;
    set_condition(pod,
                  {.type = "DisruptionTarget",
                   .status = "True",
                   .reason = "EvictionByEvictionAPI",
                   .message = "Eviction API: evicting"},
                  now);
    return object;
}

/// The Pod, when the node that asks may evict it.
Answer<kinds::Object> of_node(const Target& target, kinds::Object object, const std::string& node) {
    if (node.empty()) return object;
    const auto allowed = admission::node_may_evict(node, *static_cast<const api::Pod*>(object.get()));
    if (allowed) return object;
    return std::unexpected(status::forbidden(*target.kind, target.name, allowed.error()));
}

}  // namespace

Task<Answer<void>> evict(Services services, Target target, DeleteOptions options) {
    target.part.clear();
    const auto make = [target, clock = services.clock, node = options.node](const store::Object& stored) {
        auto object = disrupted(target, stored, clock->wall());
        return object ? of_node(target, *std::move(object), node) : object;
    };
    const ChangeOptions unchecked{.dry_run = options.dry_run, .by_rules = false};
    const auto marked = co_await change(services, target, make, unchecked);
    if (!marked) co_return std::unexpected(marked.error());
    const auto removed = co_await remove(services, target, std::move(options));
    if (!removed) co_return std::unexpected(removed.error());
    co_return Answer<void>{};
}

}  // namespace hooklet::server

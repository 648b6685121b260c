// SPDX-License-Identifier: Apache-2.0
#include "server/binding.hpp"

#include "server/pod_condition.hpp"
#include "server/write.hpp"

#include <utility>

#include <fmt/format.h>

namespace hooklet::server {

namespace {

api::Issues node_problems(const api::ObjectReference& node) {
    api::Issues issues;
    if (!node.kind.empty() && node.kind != "Node")
        issues.push_back(api::issue::not_supported("target.kind", node.kind, {"Node", "<empty>"}));
    if (node.name.empty()) issues.push_back(api::issue::required("target.name"));
    return issues;
}

/// Why this Pod gets no node; empty when it does.
std::string refusal(const api::Pod& pod) {
    const std::string& name = pod.metadata.name;
    if (pod.metadata.deletionTimestamp)
        return fmt::format("pod {} is being deleted, cannot be assigned to a host", name);
    if (!pod.spec.nodeName.empty())
        return fmt::format("pod {} is already assigned to node {}", name, api::quote(pod.spec.nodeName));
    if (!pod.spec.schedulingGates.empty())
        return fmt::format("pod {} has non-empty .spec.schedulingGates", name);
    return {};
}

ApiStatus conflict(const std::string& name, const std::string& why) {
    ApiStatus status = status::failure(
        409, "Conflict",
        fmt::format("Operation cannot be fulfilled on pods/binding {}: {}", api::quote(name), why));
    api::StatusDetails& details = status.details.emplace();
    details.name = name;
    details.kind = "pods/binding";
    return status;
}

Answer<kinds::Object> bound(const Target& target, const api::Binding& binding, const store::Object& stored,
                            WallTime now) {
    const auto met = store::check({binding.metadata.uid, binding.metadata.resourceVersion}, stored);
    if (!met) return std::unexpected(status::of(met.error(), *target.kind, target.name));
    kinds::Object object = decode(*target.kind, stored);
    auto& pod = *static_cast<api::Pod*>(object.get());
    if (const std::string why = refusal(pod); !why.empty())
        return std::unexpected(conflict(target.name, why));
    pod.spec.nodeName = binding.target.name;
    for (const auto& [key, value] : binding.metadata.annotations)
        pod.metadata.annotations.insert_or_assign(key, value);
    for (const auto& [key, value] : binding.metadata.labels) pod.metadata.labels.insert_or_assign(key, value);
    set_condition(pod, {.type = "PodScheduled", .status = "True"}, now);
    return object;
}

}  // namespace

Task<Answer<store::ObjectPtr>> bind(Services services, Target target, api::Binding binding, bool dry_run) {
    target.part.clear();
    if (const api::Issues issues = node_problems(binding.target); !issues.empty())
        co_return std::unexpected(status::invalid("", "Binding", target.name, issues));
    const auto make = [target, binding = std::move(binding),
                       clock = services.clock](const store::Object& stored) {
        return bound(target, binding, stored, clock->wall());
    };
    const ChangeOptions options{.dry_run = dry_run, .by_rules = false};
    auto changed = co_await change(services, target, make, options);
    if (!changed) co_return std::unexpected(changed.error());
    co_return std::move(changed->object);
}

}  // namespace hooklet::server

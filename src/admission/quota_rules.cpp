// SPDX-License-Identifier: Apache-2.0
#include "admission/quota_rules.hpp"

#include "api/pod_phase.hpp"
#include "api/qos.hpp"
#include "api/quota_names.hpp"
#include "base/contains.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet::admission {

namespace {

using api::Quantity;
using api::ResourceList;

constexpr std::string_view count_prefix = "count/";
constexpr std::string_view requests_prefix = "requests.";
constexpr std::string_view limits_prefix = "limits.";

void add_pod(ResourceList& usage, const api::Pod& pod) {
    for (const auto& [name, amount] : api::pod_requests(pod.spec)) {
        usage[std::string(requests_prefix) + name] = amount;
        if (contains(api::quota::measured, name) || name.starts_with("hugepages-")) usage[name] = amount;
    }
    for (const auto& [name, amount] : api::pod_limits(pod.spec)) {
        if (contains(api::quota::measured, name)) usage[std::string(limits_prefix) + name] = amount;
    }
}

void add_service(ResourceList& usage, const api::ServiceSpec& spec) {
    const bool balanced = spec.type == "LoadBalancer";
    if (balanced) usage["services.loadbalancers"] = Quantity::of_units(1);
    if (!balanced && spec.type != "NodePort") return;
    // One that wants none counts with those that it names itself.
    const bool all = !balanced || spec.allocateLoadBalancerNodePorts.value_or(true);
    const auto counts = [all](const api::ServicePort& port) { return all || port.nodePort != 0; };
    usage["services.nodeports"] = Quantity::of_units(std::ranges::count_if(spec.ports, counts));
}

bool looks_at_other_namespaces(const api::PodAffinityTerm& term) {
    return !term.namespaces.empty() || term.namespaceSelector.has_value();
}

bool has_foreign_affinity(const api::PodSpec& spec) {
    if (!spec.affinity) return false;
    const auto any = [](const auto& affinity) {
        return affinity && (std::ranges::any_of(affinity->requiredDuringSchedulingIgnoredDuringExecution,
                                                looks_at_other_namespaces) ||
                            std::ranges::any_of(affinity->preferredDuringSchedulingIgnoredDuringExecution,
                                                [](const auto& term) {
                                                    return looks_at_other_namespaces(term.podAffinityTerm);
                                                }));
    };
    return any(spec.affinity->podAffinity) || any(spec.affinity->podAntiAffinity);
}

bool fits_priority(const api::PodSpec& spec, const api::ScopedResourceSelectorRequirement& scope) {
    const std::string& name = spec.priorityClassName;
    if (scope.operator_ == "In") return contains(scope.values, name);
    if (scope.operator_ == "NotIn") return !contains(scope.values, name);
    return (scope.operator_ == "DoesNotExist") == name.empty();
}

bool fits_scope(const api::Pod& pod, const api::ScopedResourceSelectorRequirement& scope) {
    const std::string& name = scope.scopeName;
    if (name == "PriorityClass") return fits_priority(pod.spec, scope);
    if (name == "CrossNamespacePodAffinity") return has_foreign_affinity(pod.spec);
    if (name.ends_with("Terminating"))
        return pod.spec.activeDeadlineSeconds.has_value() == (name == "Terminating");
    return (api::qos_class(pod.spec) == "BestEffort") == (name == "BestEffort");
}

std::vector<api::ScopedResourceSelectorRequirement> scopes_of(const api::ResourceQuotaSpec& quota) {
    std::vector<api::ScopedResourceSelectorRequirement> all;
    for (const std::string& scope : quota.scopes) {
        api::ScopedResourceSelectorRequirement& one = all.emplace_back();
        one.scopeName = scope;
        one.operator_ = "Exists";
    }
    if (quota.scopeSelector)
        std::ranges::copy(quota.scopeSelector->matchExpressions, std::back_inserter(all));
    return all;
}

bool names(const api::ResourceRequirements& resources, std::string_view bound) {
    const bool limit = bound.starts_with(limits_prefix);
    const std::size_t dot = bound.find('.');
    const std::string name(dot == std::string_view::npos ? bound : bound.substr(dot + 1));
    return (limit ? resources.limits : resources.requests).contains(name);
}

/// Of cpu and memory a bound Pod says for each container what it needs, or for all of it.
Checked check_stated(const api::ResourceQuota& quota, const api::Pod& pod) {
    std::map<std::string, std::set<std::string>> missing;
    for (const auto& [bound, most] : quota.spec.hard) {
        const bool stated = bound.ends_with("cpu") || bound.ends_with("memory");
        const std::string_view base = std::string_view(bound).substr(bound.find('.') + 1);
        if (!stated || (base != "cpu" && base != "memory")) continue;
        if (pod.spec.resources && names(*pod.spec.resources, bound)) continue;
        for (const auto* containers : {&pod.spec.containers, &pod.spec.initContainers}) {
            for (const api::Container& container : *containers) {
                if (!names(container.resources, bound)) missing[bound].insert(container.name);
            }
        }
    }
    if (missing.empty()) return {};
    std::vector<std::string> texts;
    for (const auto& [bound, who] : missing)
        texts.push_back(fmt::format("{} for: {}", bound, fmt::join(who, ",")));
    return std::unexpected(
        fmt::format("failed quota: {}: must specify {}", quota.metadata.name, fmt::join(texts, "; ")));
}

std::string text_of(const ResourceList& amounts) {
    std::vector<std::string> texts;
    for (const auto& [name, amount] : amounts) texts.push_back(name + "=" + amount.text());
    return fmt::format("{}", fmt::join(texts, ","));
}

}  // namespace

ResourceList usage_of(const Counted& object) {
    const Quantity one = Quantity::of_units(1);
    ResourceList usage{{std::string(count_prefix) + object.resource, one}};
    if (object.pod != nullptr && api::is_terminal(object.pod->status.phase)) return usage;
    if (contains(api::quota::counted, object.resource)) usage[object.resource] = one;
    if (object.pod != nullptr) add_pod(usage, *object.pod);
    if (object.service != nullptr) add_service(usage, object.service->spec);
    return usage;
}

std::string resource_behind(std::string_view bound) {
    if (bound.starts_with(count_prefix)) return std::string(bound.substr(count_prefix.size()));
    if (bound.starts_with("services.")) return "services";
    return contains(api::quota::counted, bound) ? std::string(bound) : "pods";
}

bool applies_to(const api::ResourceQuotaSpec& quota, const Counted& object) {
    return std::ranges::all_of(scopes_of(quota), [&object](const auto& scope) {
        return object.pod != nullptr && fits_scope(*object.pod, scope);
    });
}

ResourceList growth_in(const api::ResourceQuotaSpec& quota, const Counted& object,
                       const ResourceList& before) {
    ResourceList growth;
    for (const auto& [name, amount] : usage_of(object)) {
        const Quantity more = amount - api::amount_of(before, name);
        if (quota.hard.contains(name) && more > Quantity{}) growth[name] = more;
    }
    return growth;
}

Checked fits_quota(const api::ResourceQuota& quota, const ResourceList& used, const Counted& object,
                   const ResourceList& before) {
    if (object.pod != nullptr && before.empty()) {
        if (Checked stated = check_stated(quota, *object.pod); !stated) return stated;
    }
    ResourceList requested;
    ResourceList now;
    ResourceList limited;
    for (const auto& [name, more] : growth_in(quota.spec, object, before)) {
        const Quantity most = api::amount_of(quota.spec.hard, name);
        if (api::amount_of(used, name) + more <= most) continue;
        requested[name] = more;
        now[name] = api::amount_of(used, name);
        limited[name] = most;
    }
    if (requested.empty()) return {};
    return std::unexpected(fmt::format("exceeded quota: {}, requested: {}, used: {}, limited: {}",
                                       quota.metadata.name, text_of(requested), text_of(now),
                                       text_of(limited)));
}

}  // namespace hooklet::admission

// SPDX-License-Identifier: Apache-2.0
#include "references/fields.hpp"

#include "api/issue.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet {

namespace {

/// The key of `metadata.labels['key']`, or nullopt when the path has another form.
std::optional<std::string> subscript(std::string_view path, std::string_view map) {
    if (!path.starts_with(map)) return std::nullopt;
    path.remove_prefix(map.size());
    if (!path.starts_with("['") || !path.ends_with("']") || path.size() < 4) return std::nullopt;
    return std::string(path.substr(2, path.size() - 4));
}

std::string value_or_empty(const std::map<std::string, std::string>& map, const std::string& key) {
    const auto found = map.find(key);
    return found == map.end() ? std::string{} : found->second;
}

/// `key="value"` a line, without a line break at the end.
std::string lines_of(const std::map<std::string, std::string>& map) {
    std::string lines;
    for (const auto& [key, value] : map) {
        if (!lines.empty()) lines += '\n';
        lines += key + "=" + api::quote(value);
    }
    return lines;
}

/// Not an ephemeral one: Kubernetes does not look for it there.
const api::Container* container_named(const api::PodSpec& spec, std::string_view name) {
    for (const auto* list : {&spec.containers, &spec.initContainers}) {
        const auto found = std::ranges::find(*list, name, &api::Container::name);
        if (found != list->end()) return &*found;
    }
    return nullptr;
}

std::int64_t divide_rounding_up(std::int64_t value, std::int64_t divisor) {
    return value / divisor + (value % divisor != 0 ? 1 : 0);
}

/// A limit that is not set is all that Pods may have; a request that is not set is 0.
std::int64_t resource_amount(const api::ResourceRequirements& resources, bool limit, const std::string& name,
                             const NodeFacts& node) {
    api::Quantity amount = amount_of(limit ? resources.limits : resources.requests, name);
    if (limit && amount.is_zero()) amount = amount_of(node.allocatable, name);
    return name == "cpu" ? amount.milli() : amount.units();
}

bool is_known_resource(std::string_view name) {
    return name == "cpu" || name == "memory" || name == "ephemeral-storage" || name.starts_with("hugepages-");
}

}  // namespace

Result<std::string> field_value(const api::Pod& pod, const std::string& path, const FieldFacts& facts) {
    const std::vector<std::string> ips =
        pod.spec.hostNetwork && facts.pod_ips.empty() ? std::vector{facts.node.ip} : facts.pod_ips;
    if (path == "metadata.name") return pod.metadata.name;
    if (path == "metadata.namespace") return pod.metadata.namespace_;
    if (path == "metadata.uid") return pod.metadata.uid;
    if (path == "metadata.labels") return lines_of(pod.metadata.labels);
    if (path == "metadata.annotations") return lines_of(pod.metadata.annotations);
    if (path == "spec.nodeName") return pod.spec.nodeName.empty() ? facts.node.name : pod.spec.nodeName;
    if (path == "spec.serviceAccountName") return pod.spec.serviceAccountName;
    if (path == "status.hostIP" || path == "status.hostIPs") return facts.node.ip;
    if (path == "status.podIP") return ips.empty() ? std::string{} : ips.front();
    if (path == "status.podIPs") return fmt::format("{}", fmt::join(ips, ","));
    if (const auto key = subscript(path, "metadata.labels")) return value_or_empty(pod.metadata.labels, *key);
    if (const auto key = subscript(path, "metadata.annotations")) {
        return value_or_empty(pod.metadata.annotations, *key);
    }
    return fail(Code::invalid, "field label not supported: " + path);
}

Result<std::string> resource_value(const api::Pod& pod, const api::Container* own,
                                   const api::ResourceFieldSelector& selector, const NodeFacts& node) {
    const api::Container* target =
        selector.containerName.empty() ? own : container_named(pod.spec, selector.containerName);
    if (target == nullptr) return fail(Code::invalid, "container " + selector.containerName + " not found");
    const bool limit = selector.resource.starts_with("limits.");
    const std::size_t dot = selector.resource.find('.');
    const std::string name = dot == std::string::npos ? std::string{} : selector.resource.substr(dot + 1);
    if (!is_known_resource(name) || (!limit && !selector.resource.starts_with("requests."))) {
        return fail(Code::invalid, "unsupported container resource : " + selector.resource);
    }
    const api::Quantity divisor = selector.divisor.is_zero() ? api::Quantity::of_units(1) : selector.divisor;
    return std::to_string(divide_rounding_up(resource_amount(target->resources, limit, name, node),
                                             name == "cpu" ? divisor.milli() : divisor.units()));
}

}  // namespace hooklet

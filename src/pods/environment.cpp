// SPDX-License-Identifier: Apache-2.0
#include "pods/environment.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet {

namespace {

using Env = std::vector<cri::KeyValue>;

const std::string* find(const Env& env, std::string_view key) {
    const auto found = std::ranges::find(env, key, &cri::KeyValue::key);
    return found == env.end() ? nullptr : &found->value;
}

void assign(Env& env, const std::string& key, std::string value) {
    const auto found = std::ranges::find(env, key, &cri::KeyValue::key);
    if (found == env.end()) {
        env.push_back({key, std::move(value)});
    } else {
        found->value = std::move(value);
    }
}

/// Calls `value_of(name)` for each reference and puts the result in its place.
template <class ValueOf>
std::string replace_references(std::string_view text, ValueOf value_of) {
    std::string out;
    while (!text.empty()) {
        const std::size_t plain = std::min(text.find('$'), text.size());
        out += text.substr(0, plain);
        text.remove_prefix(plain);
        const std::size_t close = text.starts_with("$(") ? text.find(')') : std::string_view::npos;
        if (close != std::string_view::npos) {
            out += value_of(text.substr(2, close - 2));
            text.remove_prefix(close + 1);
        } else if (text.starts_with("$$")) {
            out += '$';
            text.remove_prefix(2);
        } else {
            // A `$` that starts nothing stands for itself, and so does the character after it.
            out += text.substr(0, 2);
            text.remove_prefix(std::min<std::size_t>(2, text.size()));
        }
    }
    return out;
}

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

Result<std::string> field_value(const api::Pod& pod, const std::string& path, const EnvironmentFacts& facts) {
    const std::vector<std::string> ips =
        pod.spec.hostNetwork && facts.pod_ips.empty() ? std::vector{facts.node.ip} : facts.pod_ips;
    if (path == "metadata.name") return pod.metadata.name;
    if (path == "metadata.namespace") return pod.metadata.namespace_;
    if (path == "metadata.uid") return pod.metadata.uid;
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

const api::Container* find_container(const api::PodSpec& spec, std::string_view name) {
    for (const auto* list : {&spec.containers, &spec.initContainers}) {
        const auto found = std::ranges::find(*list, name, &api::Container::name);
        if (found != list->end()) return &*found;
    }
    return nullptr;
}

std::int64_t divide_rounding_up(std::int64_t value, std::int64_t divisor) {
    return value / divisor + (value % divisor != 0 ? 1 : 0);
}

/// A limit that is not set is all that the machine has; a request that is not set is 0.
std::int64_t resource_amount(const api::ResourceRequirements& resources, bool limit, const std::string& name,
                             const NodeFacts& node) {
    const bool cpu = name == "cpu";
    const auto& amounts = limit ? resources.limits : resources.requests;
    const auto found = amounts.find(name);
    if (found != amounts.end()) return cpu ? found->second.milli() : found->second.units();
    if (!limit) return 0;
    return cpu ? node.cpu_milli : name == "memory" ? node.memory_bytes : 0;
}

bool is_known_resource(std::string_view name) {
    return name == "cpu" || name == "memory" || name == "ephemeral-storage" || name.starts_with("hugepages-");
}

Result<std::string> resource_value(const api::Pod& pod, const api::Container& container,
                                   const api::ResourceFieldSelector& selector, const NodeFacts& node) {
    const api::Container* target =
        selector.containerName.empty() ? &container : find_container(pod.spec, selector.containerName);
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

/// The value of one variable; nullopt: the variable is left out.
using Value = Result<std::optional<std::string>>;

/// What a reference to a ConfigMap or Secret comes to where there are none: nothing when it is optional.
Value missing_object(std::string_view kind, const std::string& name, const std::optional<bool>& optional) {
    if (optional.value_or(false)) return std::nullopt;
    return fail(Code::not_found, fmt::format("{} \"{}\" not found", kind, name));
}

Value source_value(const api::Pod& pod, const api::Container& container, const api::EnvVarSource& source,
                   const EnvironmentFacts& facts) {
    if (source.fieldRef) return field_value(pod, source.fieldRef->fieldPath, facts);
    if (source.resourceFieldRef) return resource_value(pod, container, *source.resourceFieldRef, facts.node);
    if (const auto& ref = source.configMapKeyRef)
        return missing_object("configmap", ref->name, ref->optional);
    if (const auto& ref = source.secretKeyRef) return missing_object("secret", ref->name, ref->optional);
    if (source.fileKeyRef) return fail(Code::invalid, "fileKeyRef is not supported");
    return std::string{};
}

/// envFrom adds nothing: its sources are either optional or an error.
Status check_env_from(const api::Container& container) {
    for (const api::EnvFromSource& from : container.envFrom) {
        Value found = std::nullopt;
        if (const auto& ref = from.configMapRef)
            found = missing_object("configmap", ref->name, ref->optional);
        if (const auto& ref = from.secretRef) found = missing_object("secret", ref->name, ref->optional);
        if (!found) return std::unexpected(found.error());
    }
    return {};
}

}  // namespace

Result<std::vector<cri::KeyValue>> make_environment(const api::Pod& pod, const api::Container& container,
                                                    const EnvironmentFacts& facts) {
    if (const Status checked = check_env_from(container); !checked) return std::unexpected(checked.error());
    Env env;
    for (const api::EnvVar& variable : container.env) {
        if (variable.value.empty() && variable.valueFrom) {
            Value value = source_value(pod, container, *variable.valueFrom, facts);
            if (!value) return std::unexpected(value.error());
            if (*value) assign(env, variable.name, std::move(**value));
        } else {
            assign(env, variable.name, expand(variable.value, env));
        }
    }
    return env;
}

std::string expand(std::string_view text, const Env& env) {
    return replace_references(text, [&env](std::string_view name) {
        const std::string* value = find(env, name);
        return value != nullptr ? *value : fmt::format("$({})", name);
    });
}

Result<std::string> expand_strictly(std::string_view text, const Env& env) {
    std::set<std::string> missing;
    std::string expanded = replace_references(text, [&](std::string_view name) {
        const std::string* value = find(env, name);
        if (value == nullptr || value->empty()) missing.emplace(name);
        return value != nullptr ? *value : std::string{};
    });
    if (!missing.empty()) {
        return fail(Code::invalid, fmt::format("missing value for {}", fmt::join(missing, ", ")));
    }
    return expanded;
}

}  // namespace hooklet

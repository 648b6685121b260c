// SPDX-License-Identifier: Apache-2.0
#include "pods/environment.hpp"

#include "api/references.hpp"

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

/// The value of one variable; nullopt: the variable is left out.
using Value = Result<std::optional<std::string>>;

/// Nothing, where the reference is optional and leads to nothing.
Value optional_value(const std::optional<bool>& optional, Error error) {
    if (optional.value_or(false) && error.code == Code::not_found) return std::nullopt;
    return std::unexpected(std::move(error));
}

/// The key that `ref` names in an object of `kind`.
template <class Ref>
Value key_value(const Ref& ref, const std::map<std::string, std::string>& data, std::string_view kind,
                const std::string& namespace_) {
    const auto found = data.find(ref.key);
    if (found != data.end()) return found->second;
    return optional_value(ref.optional, {Code::not_found, fmt::format("couldn't find key {} in {} {}/{}",
                                                                      ref.key, kind, namespace_, ref.name)});
}

Value source_value(const EnvironmentInput& input, const api::EnvVarSource& source) {
    const std::string& namespace_ = input.pod.metadata.namespace_;
    if (source.fieldRef) return field_value(input.pod, source.fieldRef->fieldPath, input.facts);
    if (source.resourceFieldRef) {
        return resource_value(input.pod, &input.container, *source.resourceFieldRef, input.facts.node);
    }
    if (const auto& ref = source.configMapKeyRef) {
        const auto object = input.objects.config_map(namespace_, ref->name);
        if (!object) return optional_value(ref->optional, object.error());
        return key_value(*ref, (*object)->data, "ConfigMap", namespace_);
    }
    if (const auto& ref = source.secretKeyRef) {
        const auto object = input.objects.secret(namespace_, ref->name);
        if (!object) return optional_value(ref->optional, object.error());
        return key_value(*ref, (*object)->data, "Secret", namespace_);
    }
    if (source.fileKeyRef) return fail(Code::invalid, "fileKeyRef is not supported");
    return std::string{};
}

/// Adds every key of an object; a key of any form can name a variable.
Status add_all(Env& env, const std::string& prefix, const std::optional<bool>& optional, const auto& object) {
    if (!object) {
        const Value nothing = optional_value(optional, object.error());
        return nothing ? Status{} : std::unexpected(nothing.error());
    }
    for (const auto& [key, value] : (*object)->data) assign(env, prefix + key, value);
    return {};
}

Status add_env_from(Env& env, const EnvironmentInput& input) {
    const std::string& namespace_ = input.pod.metadata.namespace_;
    for (const api::EnvFromSource& from : input.container.envFrom) {
        Status added;
        if (const auto& config_map = from.configMapRef) {
            added = add_all(env, from.prefix, config_map->optional,
                            input.objects.config_map(namespace_, config_map->name));
        } else if (const auto& secret = from.secretRef) {
            added =
                add_all(env, from.prefix, secret->optional, input.objects.secret(namespace_, secret->name));
        }
        if (!added) return added;
    }
    return {};
}

}  // namespace

Result<std::vector<cri::KeyValue>> make_environment(const EnvironmentInput& input) {
    Env env = input.services;
    if (const Status added = add_env_from(env, input); !added) return std::unexpected(added.error());
    for (const api::EnvVar& variable : input.container.env) {
        if (variable.value.empty() && variable.valueFrom) {
            Value value = source_value(input, *variable.valueFrom);
            if (!value) return std::unexpected(value.error());
            if (*value) assign(env, variable.name, std::move(**value));
        } else {
            assign(env, variable.name, expand(variable.value, env));
        }
    }
    return env;
}

std::string expand(std::string_view text, const Env& env) {
    return api::replace_references(text, [&env](std::string_view name) {
        const std::string* value = find(env, name);
        return value != nullptr ? *value : fmt::format("$({})", name);
    });
}

Result<std::string> expand_strictly(std::string_view text, const Env& env) {
    std::set<std::string> missing;
    std::string expanded = api::replace_references(text, [&](std::string_view name) {
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

// SPDX-License-Identifier: Apache-2.0
#include "api/validation/parts.hpp"
#include "base/contains.hpp"

#include <array>
#include <vector>

#include <fmt/format.h>

namespace hooklet::api {

namespace {

const std::vector<std::string_view> env_paths{
    "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName",
    "status.hostIP", "status.hostIPs",     "status.podIP", "status.podIPs"};
const std::vector<std::string_view> volume_paths{"metadata.annotations", "metadata.labels", "metadata.name",
                                                 "metadata.namespace", "metadata.uid"};
/// Paths that the API can convert and that neither list allows.
constexpr std::array<std::string_view, 3> other_paths{"spec.restartPolicy", "spec.schedulerName",
                                                      "status.phase"};
const std::vector<std::string_view> resource_names{
    "limits.cpu",   "limits.ephemeral-storage",   "limits.memory",
    "requests.cpu", "requests.ephemeral-storage", "requests.memory"};
constexpr std::array<std::string_view, 2> cpu_divisors{"1", "1m"};
constexpr std::array<std::string_view, 13> byte_divisors{"1",   "1k",  "1M",  "1G",  "1T",  "1P", "1E",
                                                         "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"};

void check_value_from(const EnvVar& variable, const std::string& path, Issues& issues) {
    const EnvVarSource& source = *variable.valueFrom;
    const auto present = present_fields(describe<EnvVarSource>(), &source);
    if (!variable.value.empty()) {
        issues.push_back(issue::invalid_text(path, "", "may not be specified when `value` is not empty"));
    }
    if (present.empty()) {
        issues.push_back(issue::invalid_text(
            path, "",
            "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`"));
    } else if (present.size() > 1) {
        issues.push_back(
            issue::invalid_text(path, "", "may not have more than one field specified at a time"));
    }
    if (source.fieldRef) check_field_ref(*source.fieldRef, false, path + ".fieldRef", issues);
    if (source.resourceFieldRef)
        check_resource_ref(*source.resourceFieldRef, path + ".resourceFieldRef", issues);
    const auto check_name = [&](const auto& ref, std::string_view name) {
        if (ref)
            add_problems(dns_subdomain(ref->name), fmt::format("{}.{}.name", path, name), ref->name, issues);
    };
    check_name(source.configMapKeyRef, "configMapKeyRef");
    check_name(source.secretKeyRef, "secretKeyRef");
}

void check_env_from(const EnvFromSource& source, const std::string& path, Issues& issues) {
    const int given = (source.configMapRef ? 1 : 0) + (source.secretRef ? 1 : 0);
    if (given == 0) {
        issues.push_back(issue::invalid_text(path, "", "must specify one of: `configMapRef` or `secretRef`"));
    } else if (given > 1) {
        issues.push_back(
            issue::invalid_text(path, "", "may not have more than one field specified at a time"));
    }
    const auto check_ref = [&](const auto& ref, std::string_view field) {
        if (!ref) return;
        const std::string name_path = fmt::format("{}.{}.name", path, field);
        if (ref->name.empty())
            issues.push_back(issue::required(name_path));
        else
            add_problems(dns_subdomain(without_dash(ref->name)), name_path, ref->name, issues);
    };
    check_ref(source.configMapRef, "configMapRef");
    check_ref(source.secretRef, "secretRef");
}

/// The key of `metadata.labels['key']` or `metadata.annotations['key']`; empty when the path is neither.
std::string_view subscript(std::string_view field_path) {
    for (const std::string_view start : {"metadata.labels['", "metadata.annotations['"}) {
        if (field_path.starts_with(start) && field_path.ends_with("']")) {
            return field_path.substr(start.size(), field_path.size() - start.size() - 2);
        }
    }
    return {};
}

std::string_view resource_in_words(std::string_view resource) {
    const std::string_view name = resource.substr(resource.find('.') + 1);
    if (name == "ephemeral-storage") return "local ephemeral storage";
    return name.starts_with("hugepages-") ? "hugepages" : name;
}

}  // namespace

void check_field_ref(const ObjectFieldSelector& ref, bool in_volume, const std::string& path,
                     Issues& issues) {
    if (ref.fieldPath.empty()) return;  // the table says that it is required
    const std::string field_path = path + ".fieldPath";
    if (ref.apiVersion != "v1") {
        issues.push_back(issue::invalid_text(
            field_path, ref.fieldPath,
            fmt::format("error converting fieldPath: unsupported pod version: {}", ref.apiVersion)));
        return;
    }
    if (const std::string_view key = subscript(ref.fieldPath); !key.empty()) {
        return add_problems(qualified_name(key), field_path, key, issues);
    }
    const auto& allowed = in_volume ? volume_paths : env_paths;
    if (contains(allowed, ref.fieldPath)) return;
    if (contains(env_paths, ref.fieldPath) || contains(volume_paths, ref.fieldPath) ||
        contains(other_paths, ref.fieldPath)) {
        issues.push_back(issue::not_supported(field_path, ref.fieldPath, allowed));
    } else {
        issues.push_back(issue::invalid_text(
            field_path, ref.fieldPath,
            fmt::format("error converting fieldPath: field label not supported: {}", ref.fieldPath)));
    }
}

void check_resource_ref(const ResourceFieldSelector& ref, const std::string& path, Issues& issues) {
    if (ref.resource.empty()) return;  // the table says that it is required
    const bool huge =
        ref.resource.starts_with("limits.hugepages-") || ref.resource.starts_with("requests.hugepages-");
    if (!huge && !contains(resource_names, ref.resource)) {
        issues.push_back(issue::not_supported(path + ".resource", ref.resource, resource_names));
        return;
    }
    if (ref.divisor.is_zero()) return;
    const bool cpu = ref.resource.ends_with(".cpu");
    const bool fine =
        cpu ? contains(cpu_divisors, ref.divisor.text()) : contains(byte_divisors, ref.divisor.text());
    if (fine) return;
    const std::string_view values =
        cpu ? "1m and 1" : "1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei";
    // The API shows the resource as the value that is wrong.
    issues.push_back(
        issue::invalid_text(path + ".divisor", ref.resource,
                            fmt::format("only divisor's values {} are supported with the {} resource", values,
                                        resource_in_words(ref.resource))));
}

void check_environment(const Container& container, const std::string& path, Issues& issues) {
    for (std::size_t i = 0; i < container.env.size(); ++i) {
        if (container.env[i].valueFrom) {
            check_value_from(container.env[i], at(path + ".env", i) + ".valueFrom", issues);
        }
    }
    for (std::size_t i = 0; i < container.envFrom.size(); ++i) {
        check_env_from(container.envFrom[i], at(path + ".envFrom", i), issues);
    }
}

}  // namespace hooklet::api

// SPDX-License-Identifier: Apache-2.0
#include "api/supported.hpp"

#include "api/codec.hpp"
#include "api/node_paths.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace hooklet::api {

namespace {

constexpr std::array<std::string_view, 7> volume_fields{"configMap", "downwardAPI", "emptyDir", "hostPath",
                                                        "name",      "projected",   "secret"};
constexpr std::array<std::string_view, 4> projections{"configMap", "downwardAPI", "secret",
                                                      "serviceAccountToken"};
constexpr std::array<std::string_view, 4> env_sources{"configMapKeyRef", "fieldRef", "resourceFieldRef",
                                                      "secretKeyRef"};

/// One row of what is missing. `path` is below `spec`; `[]` stands for every item. Refused is the field when
/// it is set; with `value`, only when its text begins with that; with `allowed`, every field in it but these.
struct Missing {
    std::string_view path;
    std::string_view value = {};
    std::span<const std::string_view> allowed = {};
};
constexpr std::array<Missing, 16> missing{{
    {"containers[].env[].valueFrom", {}, env_sources},
    {"containers[].volumeDevices"},
    {"containers[].volumeMounts[].recursiveReadOnly", "Enabled"},
    {"containers[].resources.claims"},
    {"containers[].securityContext.windowsOptions"},
    {"volumes[]", {}, volume_fields},
    {"volumes[].emptyDir.medium", "HugePages"},
    {"volumes[].projected.sources[]", {}, projections},
    {"resourceClaims"},
    {"hostUsers", "false"},
    {"runtimeClassName"},
    {"overhead"},
    {"os.name", "windows"},
    {"securityContext.windowsOptions"},
    {"securityContext.supplementalGroupsPolicy", "Strict"},
    {"schedulingGates"},
}};

std::string value_text(const Node& node) {
    if (const auto* b = node.as_bool()) return *b ? "true" : "false";
    return node.as_string() ? *node.as_string() : "";
}

void refuse(const Missing& row, const std::string& path, Issues& issues) {
    std::string text = "not supported by this version of hooklet";
    std::string names;
    for (const std::string_view name : row.allowed) {
        if (name != "name") names.append(names.empty() ? "" : ", ").append(name);
    }
    if (!names.empty()) text += fmt::format(" (supported: {})", names);
    issues.push_back(issue::forbidden(path, text));
}

/// `node` is what a row's whole path leads to.
void judge(const Missing& row, const Node& node, const std::string& path, Issues& issues) {
    if (row.allowed.empty()) {
        if (row.value.empty() || value_text(node).starts_with(row.value)) refuse(row, path, issues);
        return;
    }
    for (const Member& member : *node.as_object()) {
        const bool fine = std::find(row.allowed.begin(), row.allowed.end(), member.key) != row.allowed.end();
        if (!fine) refuse(row, fmt::format("{}.{}", path, member.key), issues);
    }
}

}  // namespace

Issues unsupported(const Pod& pod) {
    Issues issues;
    const Node spec = encode(pod.spec);
    for (const Missing& row : missing) {
        for_each_at(spec, "spec", row.path,
                    [&](const Node& node, const std::string& path) { judge(row, node, path, issues); });
    }
    return issues;
}

}  // namespace hooklet::api

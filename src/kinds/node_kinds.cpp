// SPDX-License-Identifier: Apache-2.0
#include "api/defaults.hpp"
#include "api/types.hpp"
#include "api/validation.hpp"
#include "kinds/catalog.hpp"
#include "kinds/cells.hpp"

#include <algorithm>
#include <set>

namespace hooklet::kinds {

namespace {

constexpr std::string_view role_prefix = "node-role.kubernetes.io/";
constexpr std::string_view role_label = "kubernetes.io/role";

std::string status_text(const api::NodeObject& node) {
    const auto ready = std::ranges::find(node.status.conditions, "Ready", &api::NodeCondition::type);
    std::string text = "Unknown";
    if (ready != node.status.conditions.end()) text = ready->status == "True" ? "Ready" : "NotReady";
    return node.spec.unschedulable ? text + ",SchedulingDisabled" : text;
}

std::string roles_text(const api::NodeObject& node) {
    std::set<std::string> roles;
    for (const auto& [key, value] : node.metadata.labels) {
        if (key.starts_with(role_prefix) && key.size() > role_prefix.size())
            roles.insert(key.substr(role_prefix.size()));
        if (key == role_label && !value.empty()) roles.insert(value);
    }
    return joined({roles.begin(), roles.end()});
}

std::string address_text(const api::NodeObject& node, std::string_view type) {
    const auto found = std::ranges::find(node.status.addresses, type, &api::NodeAddress::type);
    return found == node.status.addresses.end() ? "<none>" : found->address;
}

std::string or_unknown(const std::string& text) {
    return text.empty() ? "<unknown>" : text;
}

Row node_row(const api::NodeObject& node, WallTime now) {
    const api::NodeSystemInfo& info = node.status.nodeInfo;
    return row_of(node.metadata.name, status_text(node), roles_text(node), age_cell(node.metadata, now),
                  info.kubeletVersion, address_text(node, "InternalIP"), address_text(node, "ExternalIP"),
                  or_unknown(info.osImage), or_unknown(info.kernelVersion),
                  or_unknown(info.containerRuntimeVersion));
}

std::vector<Column> node_columns() {
    return {name_column(),
            column("Status", "Whether the node is ready, and whether it takes new Pods."),
            column("Roles", "Roles of the node, by its labels."),
            age_column(),
            column("Version", "Version of Kubernetes that the agent speaks."),
            wide("Internal-IP", "Address in the machine's own network."),
            wide("External-IP", "Address from outside."),
            wide("OS-Image", "Distribution of the machine."),
            wide("Kernel-Version", "Version of the kernel."),
            wide("Container-Runtime", "The engine and its version.")};
}

Fields node_fields(const api::NodeObject& node) {
    return {{"spec.unschedulable", node.spec.unschedulable ? "true" : "false"}};
}

}  // namespace

// A new Node keeps the status that its agent gives it.
Kind nodes() {
    return kind_of<api::NodeObject>(
        {.name = "Node",
         .plural = "nodes",
         .singular = "node",
         .namespaced = false,
         .verbs = every_verb,
         .short_names = {"no"},
         .subresources = {{.name = "proxy",
                           .verbs = {"create", "delete", "get", "patch", "update"},
                           .kind = "NodeProxyOptions"},
                          {.name = "status", .verbs = part_verbs}},
         .columns = node_columns()},
        {.set_defaults = api::set_defaults,
         .prepare_update = keep_other_part,
         .validate = api::validate,
         .validate_update = of_object<api::NodeObject, api::validate_update>,
         .fields = node_fields,
         .row = node_row});
}

}  // namespace hooklet::kinds

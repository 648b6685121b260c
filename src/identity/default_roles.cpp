// SPDX-License-Identifier: Apache-2.0
#include "identity/default_roles.hpp"

#include <array>
#include <ranges>
#include <span>
#include <string_view>
#include <utility>

namespace hooklet::identity {

namespace {

constexpr std::string_view role_group = "rbac.authorization.k8s.io";
constexpr std::string_view aggregate_label = "rbac.authorization.k8s.io/aggregate-to-";

/// Words are separated by spaces. Without resources it is about paths.
struct RuleWords {
    std::string_view verbs;
    std::string_view group;
    std::string_view resources;
    std::string_view paths{};
};

constexpr std::string_view reading = "get list watch";
constexpr std::string_view writing = "create delete deletecollection patch update";
constexpr std::string_view both = "create delete deletecollection get list patch update watch";

constexpr std::array<RuleWords, 2> of_cluster_admin = {{{"*", "*", "*"}, {"*", "", "", "*"}}};

constexpr std::array<RuleWords, 2> for_admins = {{
    {"create", "authorization.k8s.io", "localsubjectaccessreviews"},
    {both, "rbac.authorization.k8s.io", "rolebindings roles"},
}};

constexpr std::array<RuleWords, 12> for_editors = {{
    {reading, "", "pods/attach pods/exec pods/portforward pods/proxy secrets services/proxy"},
    {"impersonate", "", "serviceaccounts"},
    {writing, "", "pods pods/attach pods/exec pods/portforward pods/proxy"},
    {"create", "", "pods/eviction"},
    {writing, "",
     "configmaps events persistentvolumeclaims replicationcontrollers replicationcontrollers/scale secrets "
     "serviceaccounts services services/proxy"},
    {"create", "", "serviceaccounts/token"},
    {writing, "apps",
     "daemonsets deployments deployments/rollback deployments/scale replicasets replicasets/scale "
     "statefulsets statefulsets/scale"},
    {writing, "autoscaling", "horizontalpodautoscalers"},
    {writing, "batch", "cronjobs jobs"},
    {writing, "policy", "poddisruptionbudgets"},
    {writing, "networking.k8s.io", "ingresses networkpolicies"},
    {both, "coordination.k8s.io", "leases"},
}};

constexpr std::array<RuleWords, 9> for_viewers = {{
    {reading, "",
     "configmaps endpoints persistentvolumeclaims persistentvolumeclaims/status pods replicationcontrollers "
     "replicationcontrollers/scale serviceaccounts services services/status"},
    {reading, "",
     "bindings events limitranges namespaces/status pods/log pods/status replicationcontrollers/status "
     "resourcequotas resourcequotas/status"},
    {reading, "", "namespaces"},
    {reading, "discovery.k8s.io", "endpointslices"},
    {reading, "apps",
     "controllerrevisions daemonsets daemonsets/status deployments deployments/scale deployments/status "
     "replicasets replicasets/scale replicasets/status statefulsets statefulsets/scale statefulsets/status"},
    {reading, "autoscaling", "horizontalpodautoscalers horizontalpodautoscalers/status"},
    {reading, "batch", "cronjobs cronjobs/status jobs jobs/status"},
    {reading, "policy", "poddisruptionbudgets poddisruptionbudgets/status"},
    {reading, "networking.k8s.io", "ingresses ingresses/status networkpolicies"},
}};

/// What Kubernetes does not have, or others add to it.
constexpr std::array<RuleWords, 2> of_hooklet = {{
    {reading, "hooklet.dev", "hookruns"},
    {reading, "metrics.k8s.io", "nodes pods"},
}};

constexpr std::array<RuleWords, 2> of_delegators = {{
    {"create", "authentication.k8s.io", "tokenreviews"},
    {"create", "authorization.k8s.io", "subjectaccessreviews"},
}};

constexpr std::array<RuleWords, 2> of_basic_users = {{
    {"create", "authorization.k8s.io", "selfsubjectaccessreviews selfsubjectrulesreviews"},
    {"create", "authentication.k8s.io", "selfsubjectreviews"},
}};

constexpr std::array<RuleWords, 1> of_discovery = {
    {{"get", "", "",
      "/api /api/* /apis /apis/* /healthz /livez /openapi /openapi/* /readyz /version /version/"}}};

constexpr std::array<RuleWords, 1> of_public = {
    {{"get", "", "", "/healthz /livez /readyz /version /version/"}}};

constexpr std::array<RuleWords, 1> of_issuer = {
    {{"get", "", "",
      "/.well-known/openid-configuration /.well-known/openid-configuration/ /openid/v1/jwks "
      "/openid/v1/jwks/"}}};

/// A role: what it is put together from, and where it goes itself (both the last word of a label).
struct RoleWords {
    std::string_view name;
    std::span<const RuleWords> rules{};
    std::string_view made_of{};
    std::string_view part_of{};
};

constexpr std::array<RoleWords, 13> role_words = {{
    {"cluster-admin", of_cluster_admin},
    {.name = "admin", .made_of = "admin"},
    {.name = "edit", .made_of = "edit", .part_of = "admin"},
    {.name = "view", .made_of = "view", .part_of = "edit"},
    {.name = "system:aggregate-to-admin", .rules = for_admins, .part_of = "admin"},
    {.name = "system:aggregate-to-edit", .rules = for_editors, .part_of = "edit"},
    {.name = "system:aggregate-to-view", .rules = for_viewers, .part_of = "view"},
    {.name = "hooklet:aggregate-to-view", .rules = of_hooklet, .part_of = "view"},
    {"system:auth-delegator", of_delegators},
    {"system:basic-user", of_basic_users},
    {"system:discovery", of_discovery},
    {"system:public-info-viewer", of_public},
    {"system:service-account-issuer-discovery", of_issuer},
}};

/// Groups that have the role of that name.
struct BindingWords {
    std::string_view name;
    std::string_view groups;
};

constexpr std::array<BindingWords, 5> binding_words = {{
    {"cluster-admin", "system:masters"},
    {"system:basic-user", "system:authenticated"},
    {"system:discovery", "system:authenticated"},
    {"system:public-info-viewer", "system:authenticated system:unauthenticated"},
    {"system:service-account-issuer-discovery", "system:serviceaccounts"},
}};

std::vector<std::string> split_words(std::string_view words) {
    std::vector<std::string> all;
    for (const auto& one : std::views::split(words, ' ')) all.emplace_back(one.begin(), one.end());
    return all;
}

api::PolicyRule rule_of(const RuleWords& words) {
    api::PolicyRule rule{.verbs = split_words(words.verbs), .nonResourceURLs = split_words(words.paths)};
    if (words.resources.empty()) return rule;
    rule.apiGroups = {std::string(words.group)};
    rule.resources = split_words(words.resources);
    return rule;
}

api::ObjectMeta metadata_named(std::string_view name) {
    api::ObjectMeta metadata;
    metadata.name = name;
    metadata.labels = {{"kubernetes.io/bootstrapping", "rbac-defaults"}};
    metadata.annotations = {{auto_update_annotation, "true"}};
    return metadata;
}

std::string label_of(std::string_view role) {
    return std::string(aggregate_label) + std::string(role);
}

api::ClusterRole role_of(const RoleWords& words) {
    api::ClusterRole role;
    role.kind = "ClusterRole";
    role.apiVersion = std::string(role_group) + "/v1";
    role.metadata = metadata_named(words.name);
    if (!words.part_of.empty()) role.metadata.labels[label_of(words.part_of)] = "true";
    for (const RuleWords& rule : words.rules) role.rules.push_back(rule_of(rule));
    if (words.made_of.empty()) return role;
    api::LabelSelector& selector = role.aggregationRule.emplace().clusterRoleSelectors.emplace_back();
    selector.matchLabels = {{label_of(words.made_of), "true"}};
    return role;
}

api::ClusterRoleBinding binding_of(const BindingWords& words) {
    api::ClusterRoleBinding binding;
    binding.kind = "ClusterRoleBinding";
    binding.apiVersion = std::string(role_group) + "/v1";
    binding.metadata = metadata_named(words.name);
    binding.roleRef = {std::string(role_group), "ClusterRole", std::string(words.name)};
    for (std::string& group : split_words(words.groups))
        binding.subjects.push_back({"Group", std::string(role_group), std::move(group), ""});
    return binding;
}

Roles only_default_roles() {
    Roles all;
    for (const api::ClusterRole& role : default_cluster_roles()) all.add(role);
    for (api::ClusterRoleBinding& binding : default_cluster_role_bindings()) all.add(std::move(binding));
    return all;
}

}  // namespace

std::vector<api::ClusterRole> default_cluster_roles() {
    std::vector<api::ClusterRole> all;
    for (const RoleWords& words : role_words) all.push_back(role_of(words));
    return all;
}

std::vector<api::ClusterRoleBinding> default_cluster_role_bindings() {
    std::vector<api::ClusterRoleBinding> all;
    for (const BindingWords& words : binding_words) all.push_back(binding_of(words));
    return all;
}

const Roles& default_roles() {
    static const Roles all = only_default_roles();
    return all;
}

}  // namespace hooklet::identity

// SPDX-License-Identifier: Apache-2.0
#include "server/writer_guard.hpp"

#include "api/rbac_types.hpp"
#include "identity/authorization.hpp"
#include "identity/escalation.hpp"

#include <string>
#include <utility>

namespace hooklet::server {

namespace {

constexpr std::string_view rbac = "rbac.authorization.k8s.io";

/// One who writes, with the roles as they are now.
struct Grantor {
    const identity::Identity& who;
    const identity::Roles& roles;

    [[nodiscard]] bool may(std::string verb, std::string group, std::string resource,
                           const std::string& namespace_, const std::string& name) const {
        const identity::Attributes what{.verb = std::move(verb),
                                        .group = std::move(group),
                                        .resource = std::move(resource),
                                        .namespace_ = namespace_,
                                        .name = name};
        return identity::authorize(who, what, roles).allowed;
    }
    [[nodiscard]] Answer<void> grants(const Target& target, const identity::PolicyRules& rules) const {
        const std::string why = identity::escalation(who, target.namespace_, roles, rules);
        if (why.empty()) return {};
        return std::unexpected(status::forbidden(*target.kind, target.name, why));
    }
    /// Aggregation can take in any rule, so it is for those who may do everything.
    [[nodiscard]] Answer<void> aggregates(const Target& target) const {
        const identity::PolicyRules everything = {
            {.verbs = {"*"}, .apiGroups = {"*"}, .resources = {"*"}},
            {.verbs = {"*"}, .nonResourceURLs = {"*"}},
        };
        if (identity::escalation(who, target.namespace_, roles, everything).empty()) return {};
        return std::unexpected(status::forbidden(
            *target.kind, target.name, "must have cluster-admin privileges to use the aggregationRule"));
    }
    [[nodiscard]] Answer<void> binds(const Target& target, const api::RoleRef& role) const {
        // What is neither is refused by the validation.
        if (role.kind != "Role" && role.kind != "ClusterRole") return {};
        const std::string plural = role.kind == "Role" ? "roles" : "clusterroles";
        if (may("bind", role.apiGroup, plural, target.namespace_, role.name)) return {};
        const identity::PolicyRules* rules = roles.rules_of(role, target.namespace_);
        if (rules == nullptr)
            return std::unexpected(status::not_found(*kinds::find(rbac, "v1", plural), role.name));
        return grants(target, *rules);
    }
};

bool is_aggregated(const void* role) {
    const auto* cluster_role = static_cast<const api::ClusterRole*>(role);
    return role != nullptr && cluster_role->aggregationRule &&
           !cluster_role->aggregationRule->clusterRoleSelectors.empty();
}

/// Whether nothing changes but what the object's end waits for, or whose it is.
bool same_but_for_its_end(const kinds::Kind& kind, const kinds::Object& now, const kinds::Object& before) {
    if (!before) return false;
    const kinds::Object one = kind.copy(now.get());
    const kinds::Object other = kind.copy(before.get());
    for (const kinds::Object& object : {one, other}) {
        api::ObjectMeta& metadata = *kind.metadata(object.get());
        metadata.ownerReferences.clear();
        metadata.finalizers.clear();
        metadata.managedFields.clear();
        metadata.resourceVersion.clear();
    }
    return encode(kind, one.get()) == encode(kind, other.get());
}

Answer<void> check_grant(const Grantor& grantor, const Target& target, const void* now, const void* before) {
    const std::string& plural = target.kind->plural;
    if (plural == "rolebindings")
        return grantor.binds(target, static_cast<const api::RoleBinding*>(now)->roleRef);
    if (plural == "clusterrolebindings")
        return grantor.binds(target, static_cast<const api::ClusterRoleBinding*>(now)->roleRef);
    if (plural == "roles") return grantor.grants(target, static_cast<const api::Role*>(now)->rules);
    auto granted = grantor.grants(target, static_cast<const api::ClusterRole*>(now)->rules);
    if (!granted || (!is_aggregated(now) && !is_aggregated(before))) return granted;
    return grantor.aggregates(target);
}

}  // namespace

WriteCheck writer_guard(const Helpers& helpers, const ResourceRequest& request) {
    const bool creates = request.verb == "create";
    const bool grants = request.target.kind->group == rbac;
    if ((creates && !grants) || request.user.in_group(identity::masters_group)) return {};
    return [helpers, asked = request, creates, grants](const Target& target, const kinds::Object& now,
                                                       const kinds::Object& before) -> Answer<void> {
        const Grantor writer{asked.user, helpers.roles()};
        if (!before && !creates) {
            identity::Attributes what = attributes_of(asked);
            what.verb = "create";
            if (auto allowed = permit(asked.user, what, writer.roles); !allowed) return allowed;
        }
        if (!grants || same_but_for_its_end(*target.kind, now, before)) return {};
        const std::string& plural = target.kind->plural;
        const bool role = plural == "roles" || plural == "clusterroles";
        // The name of what is created stands in the object, and is not asked for.
        const Target& named = asked.target;
        if (role && writer.may("escalate", std::string(rbac), plural, named.namespace_, named.name))
            return {};
        return check_grant(writer, target, now.get(), before.get());
    };
}

}  // namespace hooklet::server

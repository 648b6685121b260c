// SPDX-License-Identifier: Apache-2.0
#include "controllers/role_founder.hpp"

#include "base/contains.hpp"
#include "identity/default_roles.hpp"
#include "identity/escalation.hpp"
#include "informer/document.hpp"

#include <utility>

namespace hooklet {

namespace {

template <class T>
constexpr auto plural_of = "clusterroles";
template <>
constexpr auto plural_of<api::ClusterRoleBinding> = "clusterrolebindings";

template <class T>
ApiPath default_path(const T& object) {
    return {"rbac.authorization.k8s.io", "v1", plural_of<T>, "", object.metadata.name};
}

/// Adds what is missing; what is there counts.
void add_missing(api::ObjectMeta& to, const api::ObjectMeta& wanted) {
    for (const auto& [key, value] : wanted.labels) to.labels.try_emplace(key, value);
    for (const auto& [key, value] : wanted.annotations) to.annotations.try_emplace(key, value);
}

bool left_alone(const api::ObjectMeta& metadata) {
    const auto said = metadata.annotations.find(identity::auto_update_annotation);
    return said != metadata.annotations.end() && said->second == "false";
}

Task<Status> remove_object(Api* api, ApiPath path, Call call) {
    const ApiDelete at_once{.grace_s = {}, .uid = {}, .resource_version = {}};
    const auto removed = co_await api->remove(path, at_once, call);
    const bool gone = removed || removed.error().code == Code::not_found;
    co_return gone ? Status{} : std::unexpected(removed.error());
}

template <class T>
Task<Status> make_object(Api* api, T wanted, Call call) {
    const ApiPath path = default_path(wanted);
    api::Node document = api::encode(wanted);
    const auto made = co_await api->create(path, std::move(document), call);
    const bool ready = made || made.error().code == Code::already_exists;
    co_return ready ? Status{} : std::unexpected(made.error());
}

/// The role of a binding cannot be changed.
bool is_made_anew(const api::ClusterRole& /*there*/, const api::ClusterRole& /*wanted*/) {
    return false;
}
bool is_made_anew(const api::ClusterRoleBinding& there, const api::ClusterRoleBinding& wanted) {
    return there.roleRef != wanted.roleRef && !left_alone(there.metadata);
}

template <class T>
Task<Status> reconcile(Api* api, T wanted, Call call) {
    const ApiPath path = default_path(wanted);
    const auto document = co_await api->get(path, call);
    if (!document && document.error().code != Code::not_found) co_return std::unexpected(document.error());
    if (!document) co_return co_await make_object(api, std::move(wanted), call);
    const T there = read_as<T>(*document);
    if (is_made_anew(there, wanted)) {
        const Status removed = co_await remove_object(api, path, call);
        if (!removed) co_return removed;
        co_return co_await make_object(api, std::move(wanted), call);
    }
    const std::optional<T> right = mended(there, wanted);
    if (!right) co_return Status{};
    api::Node content = api::encode(*right);
    const auto updated = co_await api->update(path, std::move(content), call);
    co_return updated ? Status{} : std::unexpected(updated.error());
}

template <class T>
Task<Status> reconcile_all(Api* api, std::vector<T> wanted, Call call) {
    for (T& one : wanted) {
        const Status done = co_await reconcile(api, std::move(one), call);
        if (!done) co_return done;
    }
    co_return Status{};
}

}  // namespace

std::optional<api::ClusterRole> mended(const api::ClusterRole& there, const api::ClusterRole& wanted) {
    if (left_alone(there.metadata)) return std::nullopt;
    api::ClusterRole right = there;
    add_missing(right.metadata, wanted.metadata);
    for (api::PolicyRule& rule : identity::uncovered(there.rules, wanted.rules))
        right.rules.push_back(std::move(rule));
    if (!wanted.aggregationRule) {
        right.aggregationRule.reset();
    } else {
        auto& selectors = right.aggregationRule ? right.aggregationRule->clusterRoleSelectors
                                                : right.aggregationRule.emplace().clusterRoleSelectors;
        for (const api::LabelSelector& selector : wanted.aggregationRule->clusterRoleSelectors) {
            if (!contains(selectors, selector)) selectors.push_back(selector);
        }
    }
    return right == there ? std::nullopt : std::optional(std::move(right));
}

std::optional<api::ClusterRoleBinding> mended(const api::ClusterRoleBinding& there,
                                              const api::ClusterRoleBinding& wanted) {
    if (left_alone(there.metadata)) return std::nullopt;
    api::ClusterRoleBinding right = there;
    add_missing(right.metadata, wanted.metadata);
    for (const api::Subject& subject : wanted.subjects) {
        if (!contains(right.subjects, subject)) right.subjects.push_back(subject);
    }
    return right == there ? std::nullopt : std::optional(std::move(right));
}

Task<Status> found_roles(Api* api, Call call) {
    Status roles = co_await reconcile_all(api, identity::default_cluster_roles(), call);
    if (!roles) co_return roles;
    co_return co_await reconcile_all(api, identity::default_cluster_role_bindings(), call);
}

}  // namespace hooklet

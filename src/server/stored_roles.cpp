// SPDX-License-Identifier: Apache-2.0
#include "server/stored_roles.hpp"

#include "api/codec.hpp"

#include <string>
#include <utility>

namespace hooklet::server {

namespace {

std::vector<store::ObjectPtr> all_roles(const store::ObjectStore& objects) {
    std::vector<store::ObjectPtr> all;
    for (const char* plural : {"roles", "clusterroles", "rolebindings", "clusterrolebindings"}) {
        for (store::ObjectPtr& object : objects.all(std::string(plural) + ".rbac.authorization.k8s.io"))
            all.push_back(std::move(object));
    }
    return all;
}

template <class T>
void add(identity::Roles& roles, const store::Object& object) {
    api::Issues ignored;
    roles.add(api::decode<T>(object.node(), ignored));
}

void add_any(identity::Roles& roles, const store::Object& object) {
    const std::string plural = object.key.resource.substr(0, object.key.resource.find('.'));
    if (plural == "roles") add<api::Role>(roles, object);
    if (plural == "clusterroles") add<api::ClusterRole>(roles, object);
    if (plural == "rolebindings") add<api::RoleBinding>(roles, object);
    if (plural == "clusterrolebindings") add<api::ClusterRoleBinding>(roles, object);
}

}  // namespace

const identity::Roles& StoredRoles::roles() {
    if (seen_ == objects_->revision()) return roles_;
    seen_ = objects_->revision();
    std::vector<store::ObjectPtr> now = all_roles(*objects_);
    // Objects are never changed: another version is another one.
    if (now == read_) return roles_;
    read_ = std::move(now);
    roles_ = {};
    for (const store::ObjectPtr& object : read_) add_any(roles_, *object);
    return roles_;
}

}  // namespace hooklet::server

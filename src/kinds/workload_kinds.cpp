// SPDX-License-Identifier: Apache-2.0
#include "api/quota_types.hpp"
#include "api/validation/quota.hpp"
#include "api/workload_types.hpp"
#include "kinds/catalog.hpp"

namespace hooklet::kinds {

namespace {

template <class T>
Kind absent(std::string group, std::string name, std::string plural, std::string short_name) {
    std::string singular = plural.substr(0, plural.size() - 1);
    return kind_of<T>({.group = std::move(group),
                       .name = std::move(name),
                       .plural = std::move(plural),
                       .singular = std::move(singular),
                       .verbs = {"get", "list", "watch"},
                       .short_names = {std::move(short_name)}},
                      {});
}

void prepare_quota(api::ResourceQuota& quota) {
    quota.status = {};
}

}  // namespace

Kind resource_quotas() {
    return kind_of<api::ResourceQuota>({.name = "ResourceQuota",
                                        .plural = "resourcequotas",
                                        .singular = "resourcequota",
                                        .verbs = every_verb,
                                        .short_names = {"quota"},
                                        .subresources = {{.name = "status", .verbs = part_verbs}}},
                                       {.prepare_create = prepare_quota,
                                        .prepare_update = keep_other_part<api::ResourceQuota>,
                                        .validate = api::validate});
}

Kind replication_controllers() {
    return absent<api::ReplicationController>("", "ReplicationController", "replicationcontrollers", "rc");
}

std::vector<Kind> apps_kinds() {
    return {absent<api::DaemonSet>("apps", "DaemonSet", "daemonsets", "ds"),
            absent<api::Deployment>("apps", "Deployment", "deployments", "deploy"),
            absent<api::ReplicaSet>("apps", "ReplicaSet", "replicasets", "rs")};
}

Kind custom_resource_definitions() {
    Kind kind = absent<api::CustomResourceDefinition>("apiextensions.k8s.io", "CustomResourceDefinition",
                                                      "customresourcedefinitions", "crd");
    kind.namespaced = false;
    return kind;
}

}  // namespace hooklet::kinds

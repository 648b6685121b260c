// SPDX-License-Identifier: Apache-2.0
#include "api/quota_types.hpp"
#include "api/validation/quota.hpp"
#include "api/workload_types.hpp"
#include "kinds/catalog.hpp"
#include "kinds/cells.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet::kinds {

namespace {

/// A kind that there is none of.
template <class T>
Kind absent(std::string group, std::string plural, std::vector<std::string> short_names) {
    const std::string name(api::describe<T>().name);
    std::string singular = name;
    std::ranges::transform(singular, singular.begin(), [](unsigned char c) { return std::tolower(c); });
    return kind_of<T>({.group = std::move(group),
                       .name = name,
                       .plural = std::move(plural),
                       .singular = std::move(singular),
                       .verbs = {"get", "list", "watch"},
                       .short_names = std::move(short_names),
                       .absent = true},
                      {});
}

Kind of_the_cluster(Kind kind) {
    kind.namespaced = false;
    return kind;
}

void prepare_quota(api::ResourceQuota& quota) {
    quota.status = {};
}

/// `pods: 2/10`, of the limits of containers or of everything else.
std::string use_of(const api::ResourceQuotaStatus& status, bool of_limits) {
    std::vector<std::string> texts;
    for (const auto& [resource, hard] : status.hard) {
        if (resource.starts_with("limits.") != of_limits) continue;
        const auto used = status.used.find(resource);
        const api::Quantity amount = used == status.used.end() ? api::Quantity{} : used->second;
        texts.push_back(fmt::format("{}: {}/{}", resource, amount.text(), hard.text()));
    }
    return fmt::format("{}", fmt::join(texts, ", "));
}

Row quota_row(const api::ResourceQuota& quota, WallTime now) {
    return row_of(quota.metadata.name, use_of(quota.status, false), use_of(quota.status, true),
                  age_cell(quota.metadata, now));
}

}  // namespace

Kind resource_quotas() {
    return kind_of<api::ResourceQuota>(
        {.name = "ResourceQuota",
         .plural = "resourcequotas",
         .singular = "resourcequota",
         .verbs = every_verb,
         .short_names = {"quota"},
         .subresources = {{.name = "status", .verbs = part_verbs}},
         .shown_when_gone = true,
         .columns = {name_column(), column("Request", "Used and allowed."),
                     column("Limit", "The same of containers' limits."), age_column()}},
        {.prepare_create = prepare_quota,
         .prepare_update = keep_other_part<api::ResourceQuota>,
         .validate = api::validate,
         .row = quota_row});
}

std::vector<Kind> absent_kinds() {
    return {absent<api::ReplicationController>("", "replicationcontrollers", {"rc"}),
            of_the_cluster(absent<api::PersistentVolume>("", "persistentvolumes", {"pv"})),
            absent<api::PersistentVolumeClaim>("", "persistentvolumeclaims", {"pvc"}),
            absent<api::DaemonSet>("apps", "daemonsets", {"ds"}),
            absent<api::Deployment>("apps", "deployments", {"deploy"}),
            absent<api::ReplicaSet>("apps", "replicasets", {"rs"}),
            absent<api::StatefulSet>("apps", "statefulsets", {"sts"}),
            absent<api::CronJob>("batch", "cronjobs", {"cj"}),
            absent<api::Job>("batch", "jobs", {}),
            absent<api::Ingress>("networking.k8s.io", "ingresses", {"ing"}),
            of_the_cluster(absent<api::CustomResourceDefinition>("apiextensions.k8s.io",
                                                                 "customresourcedefinitions", {"crd"}))};
}

}  // namespace hooklet::kinds

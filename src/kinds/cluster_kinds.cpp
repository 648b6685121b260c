// SPDX-License-Identifier: Apache-2.0
#include "api/types.hpp"
#include "kinds/catalog.hpp"

namespace hooklet::kinds {

Kind limit_ranges() {
    return kind_of<api::LimitRange>({.name = "LimitRange",
                                     .plural = "limitranges",
                                     .singular = "limitrange",
                                     .verbs = every_verb,
                                     .short_names = {"limits"}},
                                    {});
}

Kind namespaces() {
    return kind_of<api::Namespace>({.name = "Namespace",
                                    .plural = "namespaces",
                                    .singular = "namespace",
                                    .namespaced = false,
                                    .verbs = {"create", "delete", "get", "list", "patch", "update", "watch"},
                                    .short_names = {"ns"},
                                    .subresources = {{.name = "finalize", .verbs = {"update"}},
                                                     {.name = "status", .verbs = part_verbs}}},
                                   {});
}

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
                          {.name = "status", .verbs = part_verbs}}},
        {});
}

Kind leases() {
    return kind_of<api::Lease>({.group = "coordination.k8s.io",
                                .name = "Lease",
                                .plural = "leases",
                                .singular = "lease",
                                .verbs = every_verb,
                                .create_on_update = true},
                               {});
}

Kind priority_classes() {
    return kind_of<api::PriorityClass>({.group = "scheduling.k8s.io",
                                        .name = "PriorityClass",
                                        .plural = "priorityclasses",
                                        .singular = "priorityclass",
                                        .namespaced = false,
                                        .verbs = every_verb,
                                        .short_names = {"pc"}},
                                       {});
}

Kind runtime_classes() {
    return kind_of<api::RuntimeClass>({.group = "node.k8s.io",
                                       .name = "RuntimeClass",
                                       .plural = "runtimeclasses",
                                       .singular = "runtimeclass",
                                       .namespaced = false,
                                       .verbs = every_verb},
                                      {});
}

}  // namespace hooklet::kinds

// SPDX-License-Identifier: Apache-2.0
#include "api/defaults.hpp"
#include "api/types.hpp"
#include "api/validation.hpp"
#include "kinds/catalog.hpp"

namespace hooklet::kinds {

namespace {

std::vector<Subresource> pod_subresources() {
    return {
        {.name = "attach", .verbs = {"create", "get"}, .kind = "PodAttachOptions"},
        {.name = "binding", .verbs = {"create"}, .kind = "Binding"},
        {.name = "ephemeralcontainers", .verbs = part_verbs},
        {.name = "eviction", .verbs = {"create"}, .group = "policy", .version = "v1", .kind = "Eviction"},
        {.name = "exec", .verbs = {"create", "get"}, .kind = "PodExecOptions"},
        {.name = "log", .verbs = {"get"}},
        {.name = "portforward", .verbs = {"create", "get"}, .kind = "PodPortForwardOptions"},
        {.name = "proxy", .verbs = {"create", "delete", "get", "patch", "update"}, .kind = "PodProxyOptions"},
        {.name = "resize", .verbs = part_verbs},
        {.name = "status", .verbs = part_verbs}};
}

}  // namespace

Kind pods() {
    return kind_of<api::Pod>({.name = "Pod",
                              .plural = "pods",
                              .singular = "pod",
                              .verbs = every_verb,
                              .short_names = {"po"},
                              .categories = {"all"},
                              .subresources = pod_subresources()},
                             {.set_defaults = api::set_defaults,
                              .validate = [](const api::Pod& pod) { return api::validate(pod); }});
}

Kind pod_templates() {
    return kind_of<api::PodTemplate>(
        {.name = "PodTemplate", .plural = "podtemplates", .singular = "podtemplate", .verbs = every_verb},
        {});
}

}  // namespace hooklet::kinds

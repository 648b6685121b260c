// SPDX-License-Identifier: Apache-2.0
#include "api/defaults.hpp"
#include "api/types.hpp"
#include "api/validation.hpp"
#include "kinds/catalog.hpp"
#include "kinds/cells.hpp"
#include "kinds/pod_parts.hpp"
#include "kinds/pod_row.hpp"

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

Row template_row(const api::PodTemplate& pod_template, WallTime) {
    std::vector<std::string> names;
    std::vector<std::string> images;
    for (const api::Container& container : pod_template.template_.spec.containers) {
        names.push_back(container.name);
        images.push_back(container.image);
    }
    return row_of(pod_template.metadata.name, joined(names, ""), joined(images, ""),
                  label_text(pod_template.template_.metadata.labels));
}

}  // namespace

Kind pods() {
    return kind_of<api::Pod>({.name = "Pod",
                              .plural = "pods",
                              .singular = "pod",
                              .verbs = every_verb,
                              .short_names = {"po"},
                              .categories = {"all"},
                              .subresources = pod_subresources(),
                              .shown_when_gone = true,
                              .columns = pod_columns()},
                             {.set_defaults = api::set_defaults,
                              .prepare_create = prepare_create,
                              .prepare_update = prepare_update,
                              .validate = [](const api::Pod& pod) { return api::validate(pod); },
                              .validate_update = api::validate_update,
                              .fields = selectable_fields,
                              .row = pod_row});
}

Kind pod_templates() {
    return kind_of<api::PodTemplate>(
        {.name = "PodTemplate",
         .plural = "podtemplates",
         .singular = "podtemplate",
         .verbs = every_verb,
         .shown_when_gone = true,
         .columns = {name_column(), column("Containers"), column("Images"), column("Pod Labels")}},
        {.set_defaults = api::set_defaults, .validate = api::validate, .row = template_row});
}

}  // namespace hooklet::kinds

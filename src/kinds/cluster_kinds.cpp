// SPDX-License-Identifier: Apache-2.0
#include "api/defaults.hpp"
#include "api/types.hpp"
#include "api/validation.hpp"
#include "kinds/catalog.hpp"
#include "kinds/cells.hpp"

#include <algorithm>

namespace hooklet::kinds {

namespace {

constexpr auto namespace_finalizer = "kubernetes";

void prepare_namespace(api::Namespace& ns) {
    // A name that was generated was not there when the others were.
    api::set_defaults(ns);
    auto& finalizers = ns.spec.finalizers;
    if (std::ranges::find(finalizers, namespace_finalizer) == finalizers.end())
        finalizers.emplace_back(namespace_finalizer);
    ns.status = {.phase = "Active"};
}

/// `finalize` writes the spec's finalizers, which a plain update keeps.
void prepare_namespace_update(std::string_view part, api::Namespace& now, const api::Namespace& before) {
    if (part != "finalize") now.spec = before.spec;
    if (part != "status") now.status = before.status;
}

Fields namespace_fields(const api::Namespace& ns) {
    return {{"status.phase", ns.status.phase}};
}

Row namespace_row(const api::Namespace& ns, WallTime now) {
    return row_of(ns.metadata.name, ns.status.phase, age_cell(ns.metadata, now));
}

Row lease_row(const api::Lease& lease, WallTime now) {
    return row_of(lease.metadata.name, lease.spec.holderIdentity.value_or(""), age_cell(lease.metadata, now));
}

void prepare_priority_class(api::PriorityClass& priority) {
    priority.metadata.generation = 1;
}

Row priority_class_row(const api::PriorityClass& priority, WallTime now) {
    return row_of(priority.metadata.name, priority.value, priority.globalDefault,
                  age_cell(priority.metadata, now), priority.preemptionPolicy.value_or(""));
}

Row runtime_class_row(const api::RuntimeClass& runtime_class, WallTime now) {
    return row_of(runtime_class.metadata.name, runtime_class.handler, age_cell(runtime_class.metadata, now));
}

}  // namespace

Kind limit_ranges() {
    return kind_of<api::LimitRange>({.name = "LimitRange",
                                     .plural = "limitranges",
                                     .singular = "limitrange",
                                     .verbs = every_verb,
                                     .short_names = {"limits"},
                                     .create_on_update = true},
                                    {.set_defaults = api::set_defaults, .validate = api::validate});
}

Kind namespaces() {
    return kind_of<api::Namespace>(
        {.name = "Namespace",
         .plural = "namespaces",
         .singular = "namespace",
         .namespaced = false,
         .verbs = {"create", "delete", "get", "list", "patch", "update", "watch"},
         .short_names = {"ns"},
         .subresources = {{.name = "finalize", .verbs = {"update"}}, {.name = "status", .verbs = part_verbs}},
         .columns = {name_column(), column("Status"), age_column()}},
        {.set_defaults = api::set_defaults,
         .prepare_create = prepare_namespace,
         .prepare_update = prepare_namespace_update,
         .validate = api::validate,
         .fields = namespace_fields,
         .row = namespace_row});
}

Kind leases() {
    return kind_of<api::Lease>({.group = "coordination.k8s.io",
                                .name = "Lease",
                                .plural = "leases",
                                .singular = "lease",
                                .verbs = every_verb,
                                .create_on_update = true,
                                .versioned_update = true,
                                .columns = {name_column(), column("Holder"), age_column()}},
                               {.validate = api::validate, .row = lease_row});
}

Kind priority_classes() {
    return kind_of<api::PriorityClass>(
        {.group = "scheduling.k8s.io",
         .name = "PriorityClass",
         .plural = "priorityclasses",
         .singular = "priorityclass",
         .namespaced = false,
         .verbs = every_verb,
         .short_names = {"pc"},
         .columns = {name_column(),
                     {.name = "Value", .type = "integer"},
                     {.name = "Global-Default", .type = "boolean"},
                     age_column(),
                     wide("PreemptionPolicy")}},
        {.set_defaults = api::set_table_defaults,
         .prepare_create = prepare_priority_class,
         .validate = api::validate,
         .validate_update = of_object<api::PriorityClass, api::validate_update>,
         .row = priority_class_row});
}

Kind runtime_classes() {
    return kind_of<api::RuntimeClass>({.group = "node.k8s.io",
                                       .name = "RuntimeClass",
                                       .plural = "runtimeclasses",
                                       .singular = "runtimeclass",
                                       .namespaced = false,
                                       .verbs = every_verb,
                                       .create_on_update = true,
                                       .versioned_update = true,
                                       .columns = {name_column(), column("Handler"), age_column()}},
                                      {.set_defaults = api::set_table_defaults,
                                       .validate = api::validate,
                                       .validate_update = of_object<api::RuntimeClass, api::validate_update>,
                                       .row = runtime_class_row});
}

}  // namespace hooklet::kinds

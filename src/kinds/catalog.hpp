// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kinds/kind.hpp"

#include <string>
#include <string_view>
#include <vector>

/// The kinds by topic; all() puts them together.
namespace hooklet::kinds {

/// Of an ordinary resource.
inline const std::vector<std::string> every_verb{"create", "delete", "deletecollection", "get",
                                                 "list",   "patch",  "update",           "watch"};
/// Of `status` and other parts of an object.
inline const std::vector<std::string> part_verbs{"get", "patch", "update"};

/// Of an object with spec and status: `status` writes the one, everything else the other.
template <class T>
void keep_other_part(std::string_view part, T& now, const T& before) {
    if (part == "status")
        now.spec = before.spec;
    else
        now.status = before.status;
}

/// The check of a whole object as the check of any part of it.
template <class T, api::Issues (*Check)(const T&, const T&)>
api::Issues of_object(std::string_view, const T& now, const T& before) {
    return Check(now, before);
}

Kind pods();
Kind pod_templates();

Kind config_maps();
Kind secrets();
Kind service_accounts();

Kind endpoints();
Kind endpoint_slices();
Kind services();

Kind events();            ///< core/v1
Kind events_v1_events();  ///< events.k8s.io/v1

Kind limit_ranges();
Kind namespaces();
Kind nodes();
Kind leases();
Kind priority_classes();
Kind runtime_classes();
Kind resource_quotas();
Kind pod_disruption_budgets();

/// Who may do what, and to whom it is given.
std::vector<Kind> role_kinds();

/// What makes Pods, kinds or storage, or leads to Services. Nothing does yet: these can be asked for, and
/// there is never one.
std::vector<Kind> absent_kinds();

/// What the journal tells of hooks: made when somebody asks, not stored.
Kind hook_runs();
/// The same of what nodes and Pods use.
std::vector<Kind> metrics_kinds();
/// The same of how the parts of the control plane are.
Kind component_statuses();

Kind bindings();
/// Questions: they are answered, not stored.
std::vector<Kind> authentication_kinds();
std::vector<Kind> authorization_kinds();

}  // namespace hooklet::kinds

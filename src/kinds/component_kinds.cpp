// SPDX-License-Identifier: Apache-2.0
#include "api/component_types.hpp"
#include "kinds/catalog.hpp"
#include "kinds/cells.hpp"

#include <algorithm>

namespace hooklet::kinds {

namespace {

Row component_row(const api::ComponentStatus& component, WallTime /*now*/) {
    const auto healthy = std::ranges::find(component.conditions, "Healthy", &api::ComponentCondition::type);
    if (healthy == component.conditions.end()) return row_of(component.metadata.name, "Unknown", "", "");
    return row_of(component.metadata.name, healthy->status == "True" ? "Healthy" : "Unhealthy",
                  healthy->message, healthy->error);
}

}  // namespace

Kind component_statuses() {
    return kind_of<api::ComponentStatus>(
        {.name = "ComponentStatus",
         .plural = "componentstatuses",
         .singular = "componentstatus",
         .namespaced = false,
         .verbs = {"get", "list"},
         .short_names = {"cs"},
         .computed = true,
         .columns = {name_column(), column("Status"), column("Message"), column("Error")}},
        {.row = component_row});
}

}  // namespace hooklet::kinds

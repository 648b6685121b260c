// SPDX-License-Identifier: Apache-2.0
#include "api/disruption_types.hpp"
#include "api/validation/disruption.hpp"
#include "kinds/catalog.hpp"
#include "kinds/cells.hpp"

namespace hooklet::kinds {

namespace {

void prepare_budget(api::PodDisruptionBudget& budget) {
    budget.metadata.generation = 1;
    budget.status = {};
}

void prepare_budget_update(std::string_view part, api::PodDisruptionBudget& now,
                           const api::PodDisruptionBudget& before) {
    keep_other_part(part, now, before);
    now.metadata.generation = before.metadata.generation + (now.spec == before.spec ? 0 : 1);
}

std::string bound_text(const std::optional<api::IntOrString>& bound) {
    return bound ? bound->text() : "N/A";
}

Row budget_row(const api::PodDisruptionBudget& budget, WallTime now) {
    return row_of(budget.metadata.name, bound_text(budget.spec.minAvailable),
                  bound_text(budget.spec.maxUnavailable), budget.status.disruptionsAllowed,
                  age_cell(budget.metadata, now));
}

}  // namespace

Kind pod_disruption_budgets() {
    return kind_of<api::PodDisruptionBudget>(
        {.group = "policy",
         .name = "PodDisruptionBudget",
         .plural = "poddisruptionbudgets",
         .singular = "poddisruptionbudget",
         .verbs = every_verb,
         .short_names = {"pdb"},
         .subresources = {{.name = "status", .verbs = part_verbs}},
         .columns = {name_column(),
                     column("Min Available", "How many Pods have to be ready."),
                     column("Max Unavailable", "How many Pods may be missing."),
                     {.name = "Allowed Disruptions",
                      .type = "integer",
                      .description = "How many evictions are allowed now."},
                     age_column()}},
        {.prepare_create = prepare_budget,
         .prepare_update = prepare_budget_update,
         .validate = api::validate,
         .validate_update = api::validate_update,
         .row = budget_row});
}

}  // namespace hooklet::kinds

// SPDX-License-Identifier: Apache-2.0
#include "api/hook_types.hpp"
#include "kinds/catalog.hpp"
#include "kinds/cells.hpp"

#include <fmt/format.h>

namespace hooklet::kinds {

namespace {

/// What the handler said: `exit code 3`, `HTTP 503`, or why there was no answer.
std::string result_text(const api::HookRunStatus& status) {
    if (!status.cause.empty()) return status.cause;
    if (status.exitCode) return fmt::format("exit code {}", *status.exitCode);
    if (status.httpStatus) return fmt::format("HTTP {}", *status.httpStatus);
    return "<none>";
}

/// Of a hook that is running: until now. Of one that was cut off nobody knows.
std::string duration_text(const api::HookRunStatus& status, WallTime now) {
    if (status.outcome == "Unknown") return "<unknown>";
    return status.duration.empty() ? age_of(status.startedAt, now) : status.duration;
}

Row hook_run_row(const api::HookRun& run, WallTime now) {
    const api::HookRunSpec& spec = run.spec;
    const api::HookRunStatus& status = run.status;
    return row_of(spec.podName, spec.container, spec.hook, spec.handler, spec.attempt, status.outcome,
                  duration_text(status, now), age_of(status.startedAt, now), run.metadata.name, spec.reason,
                  result_text(status), spec.command);
}

Fields hook_run_fields(const api::HookRun& run) {
    return {{"spec.podName", run.spec.podName},     {"spec.podUID", run.spec.podUID},
            {"spec.container", run.spec.container}, {"spec.hook", run.spec.hook},
            {"spec.handler", run.spec.handler},     {"spec.reason", run.spec.reason},
            {"status.outcome", run.status.outcome}};
}

}  // namespace

Kind hook_runs() {
    return kind_of<api::HookRun>({.group = "hooklet.dev",
                                  .name = "HookRun",
                                  .plural = "hookruns",
                                  .singular = "hookrun",
                                  .verbs = {"get", "list", "watch"},
                                  .short_names = {"hooks"},
                                  .computed = true,
                                  .columns = {column("Pod"),
                                              column("Container"),
                                              column("Hook"),
                                              column("Handler"),
                                              {.name = "Attempt", .type = "integer"},
                                              column("Outcome"),
                                              column("Duration"),
                                              age_column(),
                                              {.name = "Name", .format = "name", .priority = 1},
                                              wide("Reason"),
                                              wide("Result"),
                                              wide("Command")}},
                                 {.fields = hook_run_fields, .row = hook_run_row});
}

}  // namespace hooklet::kinds

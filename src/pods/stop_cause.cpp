// SPDX-License-Identifier: Apache-2.0
#include "pods/stop_cause.hpp"

#include <fmt/format.h>

namespace hooklet {

std::string killing_message(const StopContainer& stop, const std::string& container, Role role) {
    const bool sidecar = role == Role::sidecar || role == Role::init;
    const std::string subject = (sidecar ? "Init container " : "Container ") + container;
    const char* restart = stop.restart && !sidecar ? ", will be restarted" : "";
    switch (stop.cause) {
        case StopCause::pod_ends:
        case StopCause::sandbox_changed:
            return "Stopping container " + container;
        case StopCause::liveness:
            return fmt::format("{} failed liveness probe{}", subject, restart);
        case StopCause::startup:
            return fmt::format("{} failed startup probe{}", subject, restart);
        case StopCause::definition_changed:
            return fmt::format("{} definition changed{}", subject, restart);
        case StopCause::resize:
            return fmt::format("Container {} resize requires restart", container);
        case StopCause::unknown_state:
            return fmt::format("{} is in \"unknown\" state, try killing it before restart",
                               sidecar ? "Init container" : "Container");
    }
    return {};
}

std::string stop_trigger(StopCause cause, const std::string& pod_end) {
    switch (cause) {
        case StopCause::pod_ends:
            return pod_end.empty() ? "Completed" : pod_end;
        case StopCause::sandbox_changed:
            return "SandboxChanged";
        case StopCause::liveness:
            return "LivenessProbeFailed";
        case StopCause::startup:
            return "StartupProbeFailed";
        case StopCause::definition_changed:
            return "DefinitionChanged";
        case StopCause::resize:
            return "Resized";
        case StopCause::unknown_state:
            return "UnknownState";
    }
    return {};
}

}  // namespace hooklet

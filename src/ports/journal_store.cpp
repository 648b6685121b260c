// SPDX-License-Identifier: Apache-2.0
#include "ports/journal_store.hpp"

namespace hooklet {

std::string_view name(HookType type) {
    switch (type) {
        case HookType::post_start:
            return "postStart";
        case HookType::pre_stop:
            return "preStop";
        case HookType::on_exit:
            return "onExit";
    }
    return "";
}

std::string_view name(HookHandler handler) {
    switch (handler) {
        case HookHandler::exec:
            return "exec";
        case HookHandler::http_get:
            return "httpGet";
        case HookHandler::tcp_socket:
            return "tcpSocket";
        case HookHandler::sleep:
            return "sleep";
    }
    return "";
}

std::string_view name(HookOutcome outcome) {
    switch (outcome) {
        case HookOutcome::succeeded:
            return "Succeeded";
        case HookOutcome::failed:
            return "Failed";
        case HookOutcome::timed_out:
            return "TimedOut";
        case HookOutcome::cancelled:
            return "Cancelled";
        case HookOutcome::unknown:
            return "Unknown";
    }
    return "";
}

std::string_view name(StepKind step) {
    switch (step) {
        case StepKind::sandbox:
            return "Sandbox";
        case StepKind::pulling:
            return "Pulling";
        case StepKind::pulled:
            return "Pulled";
        case StepKind::created:
            return "Created";
        case StepKind::started:
            return "Started";
        case StepKind::running:
            return "Running";
        case StepKind::pre_stop:
            return "PreStop";
        case StepKind::term:
            return "Term";
        case StepKind::kill:
            return "Kill";
        case StepKind::exited:
            return "Exited";
        case StepKind::gone:
            return "Gone";
        case StepKind::failed:
            return "Failed";
    }
    return "";
}

}  // namespace hooklet

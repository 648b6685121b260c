// SPDX-License-Identifier: Apache-2.0
#include "support/sim_engine.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace hooklet::sim {

namespace {

std::string_view cri_name(cri::ContainerState state) {
    switch (state) {
        case cri::ContainerState::created:
            return "CONTAINER_CREATED";
        case cri::ContainerState::running:
            return "CONTAINER_RUNNING";
        case cri::ContainerState::exited:
            return "CONTAINER_EXITED";
        case cri::ContainerState::unknown:
            break;
    }
    return "CONTAINER_UNKNOWN";
}

Error cannot_start(const std::vector<std::string>& command, const std::string& why) {
    return {Code::internal,
            fmt::format("failed to exec in container: failed to start exec: OCI runtime exec failed: exec "
                        "failed: unable to start container process: exec: \"{}\": {}: unknown",
                        command.empty() ? "" : command.front(), why),
            nullptr};
}

}  // namespace

std::optional<ExecBehavior> SimEngine::behavior_of(const std::vector<std::string>& command,
                                                   Duration age) const {
    if (const auto known = commands_.find(join(command)); known != commands_.end()) return known->second;
    return parse_exec_behavior(command, age);
}

std::uint64_t SimEngine::exec(const cri::ExecSyncRequest& request,
                              const Promise<Result<cri::ExecSyncResponse>>& over) {
    const auto found = containers_.find(request.container_id);
    if (found == containers_.end()) {
        over.set(std::unexpected(unknown("container", request.container_id)));
        return 0;
    }
    SimContainer& c = found->second;
    const auto behavior = behavior_of(request.command, parts_.clock->wall() - c.started_at);
    std::optional<Error> refused;
    if (c.state != cri::ContainerState::running) {
        refused = Error{Code::internal, fmt::format("container is in {} state", cri_name(c.state)), nullptr};
    } else if (!behavior) {
        refused = cannot_start(request.command, "executable file not found in $PATH");
    } else if (!behavior->start_error.empty()) {
        refused = cannot_start(request.command, behavior->start_error);
    }
    if (refused) {
        note(Kind::exec_refused, c, join(request.command));
        over.set(std::unexpected(std::move(*refused)));
        return 0;
    }
    const std::uint64_t number = ++last_exec_;
    note(Kind::exec_begin, c, join(request.command), 0, number);
    const bool named = keeps_commands_ && !request.exec_id.empty();
    if (named) named_[request.exec_id] = {request.container_id, number, over, {}};
    const std::int64_t timeout_s = named ? 0 : request.timeout_s;
    c.process->exec(number, *behavior, std::chrono::seconds{timeout_s},
                    [this, request, number, over](SimProcess::ExecResult result) {
                        if (const auto at = containers_.find(request.container_id); at != containers_.end()) {
                            note(Kind::exec_end, at->second, join(request.command),
                                 result ? result->exit_code : -1, number);
                        }
                        const auto known = named_.find(request.exec_id);
                        if (known != named_.end()) {
                            known->second.result = result;
                            known->second.over.set(std::move(result));
                        } else {
                            over.set(std::move(result));
                        }
                    });
    return number;
}

std::uint64_t SimEngine::await_exec(const cri::ExecSyncRequest& request,
                                    const Promise<Result<cri::ExecSyncResponse>>& over) {
    const auto known = named_.find(request.exec_id);
    if (known == named_.end()) {
        over.set(fail(Code::not_found, "there is no such command"));
        return 0;
    }
    known->second.over = over;
    if (known->second.result) over.set(*known->second.result);
    return known->second.number;
}

void SimEngine::leave_exec(const cri::ExecSyncRequest& request, std::uint64_t number) {
    const auto found = containers_.find(request.container_id);
    if (number == 0 || found == containers_.end()) return;
    SimContainer& c = found->second;
    if (!c.process || !c.process->running(number)) return;
    note(Kind::exec_detached, c, join(request.command), 0, number);
    c.process->kill_exec(number);
}

void SimEngine::note_unanswered_start(const std::string& id) {
    const auto found = containers_.find(id);
    if (found != containers_.end()) note(Kind::start_unanswered, found->second);
}

void SimEngine::note_refused_exec(const cri::ExecSyncRequest& request) {
    const auto found = containers_.find(request.container_id);
    if (found != containers_.end()) note(Kind::exec_refused, found->second, join(request.command));
}

}  // namespace hooklet::sim

// SPDX-License-Identifier: Apache-2.0
#include "streams/log_state.hpp"

#include "api/container_id.hpp"
#include "api/container_statuses.hpp"

#include <optional>

#include <fmt/format.h>

namespace hooklet {

namespace {

/// Times of a status are whole seconds.
constexpr Duration settling_time = std::chrono::milliseconds{1500};

/// The run before the one that the status is about; nullopt when it left no log.
std::optional<LogInstance> last_run(const api::ContainerStatus& status) {
    const auto& ended = status.lastState.terminated;
    if (!ended || ended->containerID.empty()) return std::nullopt;
    // While a restart is waited for, it is not counted yet.
    const bool counted = status.state.running || status.state.terminated;
    return LogInstance{api::engine_id(ended->containerID), status.restartCount - (counted ? 1 : 0), false,
                       ended->finishedAt.wall()};
}

std::string waiting_text(const std::string& reason) {
    if (reason == "ErrImagePull") return "image can't be pulled";
    if (reason == "ImagePullBackOff") return "trying and failing to pull image";
    return reason;
}

}  // namespace

bool is_settling(const LogInstance& instance, WallTime now) {
    return !instance.running && now - instance.finished_at < settling_time;
}

api::Answer<LogInstance> log_instance(const api::Pod& pod, const std::string& container, bool previous) {
    const std::string which = fmt::format("container \"{}\" in pod \"{}\"", container, pod.metadata.name);
    const auto refused = [](std::string text) { return std::unexpected(api::bad_request(std::move(text))); };
    const api::ContainerStatus* status = api::find_status(pod.status, container);
    if (status == nullptr) return refused(which + " is not available");
    const auto before = last_run(*status);
    if (previous) {
        if (!before) return refused(fmt::format("previous terminated {} not found", which));
        return *before;
    }
    const api::ContainerState& state = status->state;
    if (state.running)
        return LogInstance{api::engine_id(status->containerID), status->restartCount, true, {}};
    if (state.terminated && !state.terminated->containerID.empty()) {
        return LogInstance{api::engine_id(state.terminated->containerID), status->restartCount, false,
                           state.terminated->finishedAt.wall()};
    }
    if (before) return *before;
    if (state.terminated || status->lastState.terminated) return refused(which + " is terminated");
    if (!state.waiting) return refused(which + " is waiting to start - no logs yet");
    return refused(fmt::format("{} is waiting to start: {}", which, waiting_text(state.waiting->reason)));
}

}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
#include "app/pod_logs.hpp"

#include "api/container_id.hpp"
#include "api/container_statuses.hpp"
#include "base/gate.hpp"
#include "informer/document.hpp"
#include "pods/sandbox_config.hpp"
#include "streams/log_answer.hpp"

#include <algorithm>
#include <ranges>

#include <fmt/format.h>

namespace hooklet::app {

namespace {

/// Who attaches so soon after a container's start wants to see it from the start: `kubectl run -i` can only
/// attach when the container runs already, and a short command has said everything by then.
constexpr Duration start_time = std::chrono::seconds{10};

/// Whether the Pod's status says that this run of a container is going on.
bool is_running(const api::Node& document, const std::string& container_id) {
    const api::PodStatus status = read_as<api::Pod>(document).status;
    return std::ranges::any_of(api::container_statuses(status), [&](const api::ContainerStatus& container) {
        return api::engine_id(container.containerID) == container_id && container.state.running.has_value();
    });
}

}  // namespace

PodLogs::PodLogs(Ports ports, std::string directory)
    : ports_(std::move(ports)), directory_(std::move(directory)), watch_(ports_.executor) {}

Task<void> PodLogs::follow(api::Pod pod, std::string container_id, CancelSource* ended, CancelToken gone) {
    const Call call(MonotonicTime::max(), gone);
    const ApiSelection selection{.path = {"", "v1", "pods", pod.metadata.namespace_, ""},
                                 .field_selector = "metadata.name=" + pod.metadata.name};
    auto watch = co_await ports_.api->watch(selection, "", call);
    while (watch) {
        const Result<ApiEvent> event = co_await (*watch)->next(call);
        if (!event || event->type == ApiEventType::deleted) break;
        if (event->type == ApiEventType::bookmark) continue;
        if (!is_running(event->object, container_id)) break;
    }
    ended->cancel();
}

std::string PodLogs::path_of(const api::Pod& pod, const std::string& container,
                             const LogInstance& instance) const {
    return fmt::format("{}/{}/{}.log", pod_log_path(pod, directory_), container, instance.attempt);
}

std::string PodLogs::young(const api::Pod& pod, const std::string& container) const {
    const auto instance = log_instance(pod, container, false);
    const api::ContainerStatus* status = api::find_status(pod.status, container);
    if (!instance || status == nullptr || !status->state.running) return {};
    if (ports_.clock->wall() - status->state.running->startedAt.wall() > start_time) return {};
    return path_of(pod, container, *instance);
}

Task<void> PodLogs::answer(HttpExchange* exchange, api::Pod pod, LogOptions options, LogInstance instance) {
    LogRequest request;
    request.path = path_of(pod, options.container, instance);
    request.follow = options.follow || is_settling(instance, ports_.clock->wall());
    request.tail_lines = options.tail_lines;
    request.view.since = since(options, ports_.clock->wall());
    request.view.timestamps = options.timestamps;
    request.view.limit_bytes = options.limit_bytes;
    Gate gate(ports_.executor);
    CancelSource ended;
    CancelSource left(exchange->gone());
    request.ended = ended.token();
    if (options.follow && instance.running) {
        gate.spawn(follow(std::move(pod), instance.container_id, &ended, left.token()));
    } else {
        ended.cancel();
    }
    const LogReader::Ports ports{ports_.clock, ports_.files, &watch_};
    co_await answer_log(exchange, ports_.executor, ports, std::move(request));
    left.cancel();
    co_await gate.close();
}

}  // namespace hooklet::app

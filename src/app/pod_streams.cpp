// SPDX-License-Identifier: Apache-2.0
#include "app/pod_streams.hpp"

#include "api/codec.hpp"
#include "api/container_id.hpp"
#include "api/container_statuses.hpp"
#include "pods/names.hpp"
#include "pods/sandbox_config.hpp"
#include "server/answer.hpp"
#include "streams/command_options.hpp"
#include "streams/log_options.hpp"
#include "streams/pod_choice.hpp"
#include "streams/reply.hpp"

#include <algorithm>
#include <ranges>

#include <fmt/format.h>

namespace hooklet::app {

namespace {

constexpr Duration lookup_limit = std::chrono::seconds{10};
/// Who attaches so soon after a container's start wants to see it from the start: `kubectl run -i` can only
/// attach when the container runs already, and a short command has said everything by then.
constexpr Duration start_time = std::chrono::seconds{10};

/// The specs of all containers, whatever their role.
std::vector<api::Container> all_containers(const api::PodSpec& spec) {
    std::vector<api::Container> all = spec.initContainers;
    std::ranges::copy(spec.containers, std::back_inserter(all));
    std::ranges::copy(spec.ephemeralContainers, std::back_inserter(all));
    return all;
}

/// Whether the Pod's status says that this run of a container is going on.
bool is_running(const api::PodStatus& status, const std::string& container_id) {
    return std::ranges::any_of(api::container_statuses(status), [&](const api::ContainerStatus& container) {
        return api::engine_id(container.containerID) == container_id && container.state.running.has_value();
    });
}

CommandTarget target_of(const api::Pod& pod, const std::string& container) {
    CommandTarget target;
    target.container = container;
    const api::ContainerStatus* status = api::find_status(pod.status, container);
    if (status != nullptr && status->state.running) target.container_id = api::engine_id(status->containerID);
    for (const api::Container& spec : all_containers(pod.spec)) {
        if (spec.name != container) continue;
        target.stdin_ = spec.stdin;
        target.tty = spec.tty;
    }
    return target;
}

/// Without the path.
LogRequest log_request(const LogOptions& options, const LogInstance& instance, WallTime now) {
    LogRequest request;
    request.follow = options.follow || is_settling(instance, now);
    request.tail_lines = options.tail_lines;
    request.view.since = since(options, now);
    request.view.timestamps = options.timestamps;
    request.view.limit_bytes = options.limit_bytes;
    return request;
}

api::Pod read_pod(const api::Node& document) {
    api::Issues ignored;
    return api::decode<api::Pod>(document, ignored);
}

}  // namespace

NodePodStreams::NodePodStreams(Ports ports, std::string log_directory)
    : ports_(std::move(ports)),
      log_directory_(std::move(log_directory)),
      dialer_(ports_.executor, ports_.clock),
      watch_(ports_.executor),
      proxy_({ports_.executor, ports_.clock, ports_.runtime, &dialer_, ports_.files}),
      object_proxies_({ports_.executor, ports_.clock, ports_.random, ports_.api, &dialer_}) {}

Task<void> NodePodStreams::serve(HttpExchange* exchange, server::PodStreamRequest request) {
    if (request.subresource == "proxy")
        co_return co_await object_proxies_.serve(exchange, std::move(request));
    const Call call = ports_.clock->call_within(lookup_limit, exchange->gone());
    const ApiPath path{"", "v1", "pods", request.namespace_, request.name};
    const Result<api::Node> found = co_await ports_.api->get(path, call);
    if (!found) {
        const kinds::Kind* kind = kinds::find("", "v1", "pods");
        co_await server::respond(exchange, server::status::of(found.error(), *kind, request.name));
        co_return;
    }
    api::Pod pod = read_pod(*found);
    if (request.subresource == "log") {
        co_await log(exchange, std::move(pod));
    } else if (request.subresource == "exec" || request.subresource == "attach") {
        co_await command(exchange, std::move(pod), request.subresource == "attach");
    } else if (request.subresource == "portforward") {
        co_await port_forward(exchange, std::move(pod));
    } else {
        co_await server::respond(exchange, server::status::unknown_resource());
    }
}

Task<void> NodePodStreams::follow(api::Pod pod, std::string container_id, CancelSource* ended,
                                  CancelToken gone) {
    const Call call(MonotonicTime::max(), gone);
    const ApiSelection selection{.path = {"", "v1", "pods", pod.metadata.namespace_, ""},
                                 .field_selector = "metadata.name=" + pod.metadata.name};
    auto watch = co_await ports_.api->watch(selection, "", call);
    while (watch) {
        const Result<ApiEvent> event = co_await (*watch)->next(call);
        if (!event || event->type == ApiEventType::deleted) break;
        if (event->type == ApiEventType::bookmark) continue;
        if (!is_running(read_pod(event->object).status, container_id)) break;
    }
    ended->cancel();
}

std::string NodePodStreams::log_path(const api::Pod& pod, const std::string& container,
                                     const LogInstance& instance) const {
    return fmt::format("{}/{}/{}.log", pod_log_path(pod, log_directory_), container, instance.attempt);
}

std::string NodePodStreams::young_log(const api::Pod& pod, const std::string& container) const {
    const auto instance = log_instance(pod, container, false);
    const api::ContainerStatus* status = api::find_status(pod.status, container);
    if (!instance || status == nullptr || !status->state.running) return {};
    if (ports_.clock->wall() - status->state.running->startedAt.wall() > start_time) return {};
    return log_path(pod, container, *instance);
}

Task<void> NodePodStreams::log(HttpExchange* exchange, api::Pod pod) {
    const auto options = log_options(Query(exchange->request().target), pod.metadata.name);
    const auto container = options ? choose_container(pod, options->container)
                                   : api::Answer<std::string>(std::unexpected(options.error()));
    if (!container) {
        co_await server::respond(exchange, status_reply(container.error()));
        co_return;
    }
    if (pod.spec.nodeName.empty()) {
        co_await server::respond(exchange, text_reply(200, ""));
        co_return;
    }
    const auto instance = log_instance(pod, *container, options->previous);
    if (!instance) {
        co_await server::respond(exchange, status_reply(instance.error()));
        co_return;
    }
    LogRequest request = log_request(*options, *instance, ports_.clock->wall());
    request.path = log_path(pod, *container, *instance);
    co_await send_log(exchange, std::move(pod), *instance, std::move(request));
}

Task<void> NodePodStreams::send_log(HttpExchange* exchange, api::Pod pod, LogInstance instance,
                                    LogRequest request) {
    Gate gate(ports_.executor);
    CancelSource ended;
    CancelSource left(exchange->gone());
    request.ended = ended.token();
    if (request.follow && instance.running) {
        gate.spawn(follow(std::move(pod), instance.container_id, &ended, left.token()));
    } else {
        ended.cancel();
    }
    const LogReader::Ports ports{ports_.clock, ports_.files, &watch_};
    co_await answer_log(exchange, ports_.executor, ports, std::move(request));
    left.cancel();
    co_await gate.close();
}

Task<void> NodePodStreams::command(HttpExchange* exchange, api::Pod pod, bool attach) {
    const Query query(exchange->request().target);
    const auto options = attach ? attach_options(query) : exec_options(query);
    api::Answer<std::string> container = options ? choose_container(pod, options->container)
                                                 : api::Answer<std::string>(std::unexpected(options.error()));
    if (const auto assigned = check_assigned(pod); container && !assigned)
        container = std::unexpected(assigned.error());
    if (!container) {
        co_await server::respond(exchange, status_reply(container.error()));
        co_return;
    }
    CommandTarget target = target_of(pod, *container);
    if (target.container_id.empty()) {
        const std::string text = fmt::format("container not found (\"{}\")", *container);
        co_await server::respond(exchange, text_reply(404, text));
    } else if (attach) {
        target.log = young_log(pod, *container);
        co_await proxy_.attach(exchange, std::move(target), *options);
    } else {
        co_await proxy_.exec(exchange, std::move(target), *options);
    }
}

Task<void> NodePodStreams::port_forward(HttpExchange* exchange, api::Pod pod) {
    if (const auto assigned = check_assigned(pod); !assigned) {
        co_await server::respond(exchange, status_reply(assigned.error()));
        co_return;
    }
    auto ports = forwarded_ports(Query(exchange->request().target));
    if (!ports) {
        co_await server::respond(exchange, status_reply(ports.error()));
        co_return;
    }
    cri::Filter filter;
    filter.label_selector[label::pod_uid] = pod.metadata.uid;
    const Call call = ports_.clock->call_within(lookup_limit, exchange->gone());
    const auto sandboxes = co_await ports_.runtime->list_pod_sandbox(filter, call);
    std::string id;
    if (sandboxes) {
        for (const cri::PodSandbox& sandbox : *sandboxes) {
            if (sandbox.state == cri::PodSandboxState::ready) id = sandbox.id;
        }
    }
    if (id.empty()) {
        co_await server::respond(exchange, server::status::internal("pod does not have a running sandbox"));
        co_return;
    }
    co_await proxy_.port_forward(exchange, id, std::move(*ports));
}

}  // namespace hooklet::app

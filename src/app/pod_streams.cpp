// SPDX-License-Identifier: Apache-2.0
#include "app/pod_streams.hpp"

#include "api/container_id.hpp"
#include "api/container_statuses.hpp"
#include "api/containers.hpp"
#include "informer/document.hpp"
#include "pods/names.hpp"
#include "server/answer.hpp"
#include "streams/command_options.hpp"
#include "streams/log_options.hpp"
#include "streams/pod_choice.hpp"
#include "streams/reply.hpp"

#include <fmt/format.h>

namespace hooklet::app {

namespace {

constexpr Duration lookup_limit = std::chrono::seconds{10};

CommandTarget target_of(const api::Pod& pod, const std::string& container) {
    CommandTarget target;
    target.container = container;
    const api::ContainerStatus* status = api::find_status(pod.status, container);
    if (status != nullptr && status->state.running) target.container_id = api::engine_id(status->containerID);
    if (const api::Container* spec = api::find_container(pod.spec, container)) {
        target.stdin_ = spec->stdin;
        target.tty = spec->tty;
    }
    return target;
}

}  // namespace

NodePodStreams::NodePodStreams(Ports ports, std::string log_directory, const std::string& pod_log_directory)
    : ports_(std::move(ports)),
      dialer_(ports_.executor, ports_.clock),
      logs_({ports_.executor, ports_.clock, ports_.api, ports_.files}, pod_log_directory),
      pages_({ports_.clock, ports_.api, ports_.files}, &logs_, std::move(log_directory)),
      proxy_({ports_.executor, ports_.clock, ports_.runtime, &dialer_, ports_.files}),
      object_proxies_({ports_.executor, ports_.clock, ports_.random, ports_.api, &dialer_}) {}

Task<void> NodePodStreams::serve(HttpExchange* exchange, server::PodStreamRequest request) {
    if (request.subresource == "proxy") {
        if (request.resource == "nodes") co_return co_await pages_.serve(exchange, std::move(request));
        co_return co_await object_proxies_.serve(exchange, std::move(request));
    }
    const Call call = ports_.clock->call_within(lookup_limit, exchange->gone());
    const ApiPath path{"", "v1", "pods", request.namespace_, request.name};
    const Result<api::Node> found = co_await ports_.api->get(path, call);
    if (!found) {
        const kinds::Kind* kind = kinds::find("", "v1", "pods");
        co_await server::respond(exchange, server::status::of(found.error(), *kind, request.name));
        co_return;
    }
    api::Pod pod = read_as<api::Pod>(*found);
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

Task<void> NodePodStreams::log(HttpExchange* exchange, api::Pod pod) {
    auto options = log_options(Query(exchange->request().target), pod.metadata.name);
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
    options->container = *container;
    const auto instance = log_instance(pod, *container, options->previous);
    if (!instance) {
        co_await server::respond(exchange, status_reply(instance.error()));
        co_return;
    }
    co_await logs_.answer(exchange, std::move(pod), *std::move(options), *instance);
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
        target.log = logs_.young(pod, *container);
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

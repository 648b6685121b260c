// SPDX-License-Identifier: Apache-2.0
#include "adapters/cri/event_streams.hpp"

#include "adapters/cri/requests.hpp"
#include "base/back_off.hpp"

#include <utility>

#include <runtime_v1.pb.h>

namespace hooklet::cri {

namespace {

using namespace std::chrono_literals;

constexpr Duration first_reconnect = 1s;
constexpr Duration longest_reconnect = 30s;

}  // namespace

void EventStreams::begin() {
    if (std::exchange(begun_, true)) return;
    gate_.spawn(follow(runtime_method("GetContainerEvents"), {}, &EventStreams::receive_from_cri));
    gate_.spawn(follow(TaskEvents::method(), TaskEvents::request(), &EventStreams::receive_from_containerd));
}

Task<void> EventStreams::follow(std::string method, std::string request, Receiver receiver) {
    unsigned failures = 0;
    const std::function<void(std::string)> on_message = [this, &failures, receiver](std::string message) {
        failures = 0;
        (this->*receiver)(message);
    };
    while (!stopping_.token().cancelled()) {
        const auto ended = co_await client_->stream(method, request, on_message, stopping_.token());
        if (!ended && ended.error().code == Code::invalid) co_return;
        const Duration delay = retry_delay(failures++, first_reconnect, longest_reconnect);
        (void)co_await sleep_until(clock_, clock_->call_within(delay, stopping_.token()));
    }
}

void EventStreams::receive_from_cri(const std::string& message) {
    proto::ContainerEventResponse told;
    if (!told.ParseFromString(message)) return;
    ContainerEvent event{event_type_of(told), told.container_id(), told.pod_sandbox_status().id(),
                         clock_->now(), std::nullopt};
    for (const auto& status : told.containers_statuses()) {
        if (status.id() != event.container_id) continue;
        event.status = from_proto(status);
        event.status->pod_sandbox_id = event.pod_sandbox_id;
        exits_->correct(*event.status);
    }
    if (event.type == ContainerEventType::deleted) exits_->forget(event.container_id);
    emit_(std::move(event));
}

void EventStreams::receive_from_containerd(const std::string& message) {
    const auto end = task_events_.end(message);
    if (!end) return;
    // The end of a container is told by its watch; nothing else tells that a sandbox has died.
    if (!end->success && (exits_->watches(end->id) || is_container_(end->id))) return;
    const auto type = end->success ? ContainerEventType::succeeded : ContainerEventType::stopped;
    emit_({type, end->id, {}, clock_->now(), std::nullopt});
}

Task<void> EventStreams::stop() {
    stopping_.cancel({Code::cancelled, "the runtime adapter is stopping"});
    co_await gate_.close();
}

}  // namespace hooklet::cri

// SPDX-License-Identifier: Apache-2.0
#include "node/event_sink.hpp"

#include "base/back_off.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace hooklet {

namespace {

constexpr const char* component = "kubelet";
constexpr unsigned attempts = 12;

bool has_container(const auto& containers, const std::string& name) {
    return std::ranges::any_of(containers, [&name](const api::Container& c) { return c.name == name; });
}

api::Node reference(const InvolvedObject& object) {
    api::Node out;
    out.set("kind", api::Node(object.kind));
    if (!object.namespace_.empty()) out.set("namespace", api::Node(object.namespace_));
    out.set("name", api::Node(object.name));
    out.set("uid", api::Node(object.uid));
    out.set("apiVersion", api::Node("v1"));
    if (!object.field_path.empty()) out.set("fieldPath", api::Node(object.field_path));
    return out;
}

ApiPath path_of(const EventSeries& series) {
    return {"", "v1", "events", series.namespace_, series.name, {}};
}

}  // namespace

std::string field_path_of(const api::PodSpec& spec, const std::string& container) {
    if (container.empty()) return {};
    std::string_view list = "containers";
    if (has_container(spec.initContainers, container)) list = "initContainers";
    if (has_container(spec.ephemeralContainers, container)) list = "ephemeralContainers";
    return fmt::format("spec.{}{{{}}}", list, container);
}

api::Node event_object(const EventSeries& series, const std::string& node_name) {
    api::Node metadata;
    metadata.set("name", api::Node(series.name));
    metadata.set("namespace", api::Node(series.namespace_));
    if (!series.text.annotations.empty()) {
        api::Node annotations;
        for (const auto& [key, value] : series.text.annotations) annotations.set(key, api::Node(value));
        metadata.set("annotations", std::move(annotations));
    }
    api::Node source;
    source.set("component", api::Node(component));
    source.set("host", api::Node(node_name));
    api::Node event;
    event.set("apiVersion", api::Node("v1"));
    event.set("kind", api::Node("Event"));
    event.set("metadata", std::move(metadata));
    event.set("involvedObject", reference(series.object));
    event.set("reason", api::Node(series.text.reason));
    event.set("message", api::Node(series.text.message));
    event.set("source", std::move(source));
    event.set("firstTimestamp", api::Node(rfc3339(series.first)));
    event.set("lastTimestamp", api::Node(rfc3339(series.last)));
    event.set("count", api::Node(series.count));
    event.set("type", api::Node(series.text.warning ? "Warning" : "Normal"));
    event.set("eventTime", api::Node());
    event.set("reportingComponent", api::Node(component));
    event.set("reportingInstance", api::Node(node_name));
    return event;
}

EventSink::EventSink(ApiPorts ports, std::string node_name, TooEarly too_early)
    : ports_(std::move(ports)),
      node_name_(std::move(node_name)),
      too_early_(std::move(too_early)),
      gate_(ports_.executor) {}

void EventSink::record(const InvolvedObject& object, const event::Text& text) {
    if (stopping_.token().cancelled()) return;
    auto series = correlator_.observe(object, text, ports_.clock->wall());
    if (!series) return;
    enqueue(*std::move(series));
    go_on();
}

void EventSink::go_on() {
    if (queue_.empty() || stopping_.token().cancelled()) return;
    if (!std::exchange(sending_, true)) gate_.spawn(run());
}

void EventSink::enqueue(EventSeries series) {
    // What was not sent yet is sent once, as it is now.
    for (Pending& pending : queue_) {
        if (pending.series.name != series.name || pending.series.namespace_ != series.namespace_) continue;
        pending.series = std::move(series);
        return;
    }
    const bool is_new = series.count == 1;
    queue_.push_back({std::move(series), is_new});
    if (queue_.size() <= queue_limit) return;
    const auto noise = std::ranges::find_if(
        queue_, [](const Pending& pending) { return !is_lifecycle_reason(pending.series.text.reason); });
    queue_.erase(noise != queue_.end() ? noise : queue_.begin());
}

Task<void> EventSink::run() {
    const auto ready = [this](const Pending& pending) { return !too_early_(pending.series.object.uid); };
    while (!stopping_.token().cancelled()) {
        const auto next = std::ranges::find_if(queue_, ready);
        if (next == queue_.end()) break;
        Pending pending = std::move(*next);
        queue_.erase(next);
        co_await send(std::move(pending));
    }
    sending_ = false;
}

Call EventSink::api_call() const {
    return ports_.clock->call_within(api_call_limit, stopping_.token());
}

Task<void> EventSink::send(Pending pending) {
    const EventSeries& series = pending.series;
    for (unsigned attempt = 0; attempt < attempts; ++attempt) {
        Status sent;
        if (pending.is_new) {
            sent = co_await create(series);
        } else {
            sent = co_await count(series);
        }
        if (sent || stopping_.token().cancelled()) co_return;
        const Code code = sent.error().code;
        // One that was thought to be there, or not, is the other way round.
        const bool mistaken = code == (pending.is_new ? Code::already_exists : Code::not_found);
        if (mistaken && attempt == 0) {
            pending.is_new = !pending.is_new;
            continue;
        }
        if (!is_worth_retrying(sent.error())) co_return;
        const Duration delay = retry_delay(attempt, first_api_retry, slowest_api_retry);
        (void)co_await sleep_until(ports_.clock, ports_.clock->call_within(delay, stopping_.token()));
    }
    ports_.tell(fmt::format("an event of {} is lost: {}: {}", series.object.name, series.text.reason,
                            series.text.message));
}

Task<Status> EventSink::create(EventSeries series) {
    ApiPath path = path_of(series);
    path.name.clear();
    const auto made =
        co_await ports_.api->create(std::move(path), event_object(series, node_name_), api_call());
    if (!made) co_return std::unexpected(made.error());
    co_return Status{};
}

Task<Status> EventSink::count(EventSeries series) {
    api::Node patch;
    patch.set("count", api::Node(series.count));
    patch.set("lastTimestamp", api::Node(rfc3339(series.last)));
    patch.set("message", api::Node(series.text.message));
    const auto patched =
        co_await ports_.api->patch(path_of(series), ApiPatchType::merge, std::move(patch), api_call());
    if (!patched) co_return std::unexpected(patched.error());
    co_return Status{};
}

Task<void> EventSink::stop() {
    stopping_.cancel({Code::cancelled, "the agent stops"});
    co_await gate_.close();
}

}  // namespace hooklet

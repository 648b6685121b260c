// SPDX-License-Identifier: Apache-2.0
#include "sim/timeline.hpp"

#include "api/container_statuses.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace hooklet::sim {

namespace {

constexpr std::string_view uid_prefix = "uid-";

std::string subject_of(const std::string& pod, const std::string& container) {
    if (pod.empty()) return "-";
    return container.empty() ? pod : pod + "/" + container;
}

/// `a`, or `a` and `b` with `between`.
std::string with(std::string a, std::string_view between, std::string_view b) {
    if (!b.empty()) a.append(between).append(b);
    return a;
}

std::string headers_of(const HttpRequest& request) {
    std::string text;
    for (const HttpHeader& header : request.headers) {
        text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", header.name, header.value);
    }
    return text;
}

std::string text_of(const api::ContainerStateTerminated& end) {
    return with(fmt::format("{} {}", end.exitCode, end.reason), ": ", end.message);
}

std::string text_of(const api::ContainerState& state) {
    if (state.running) return "running";
    if (state.terminated) return "terminated " + text_of(*state.terminated);
    if (!state.waiting) return "unknown";
    return with("waiting " + state.waiting->reason, ": ", state.waiting->message);
}

std::string text_of(const std::map<std::string, api::Quantity>& amounts) {
    std::string text;
    for (const auto& [resource, amount] : amounts) {
        text += fmt::format("{}{}={}", text.empty() ? "" : " ", resource, amount.text());
    }
    return text;
}

bool has_code(Kind kind) {
    return kind == Kind::exited || kind == Kind::exec_end || kind == Kind::http_hit;
}

}  // namespace

std::string uid_of(const std::string& pod) {
    return std::string(uid_prefix) + pod;
}

std::string pod_of(const std::string& uid) {
    return uid.starts_with(uid_prefix) ? uid.substr(uid_prefix.size()) : uid;
}

void Timeline::add(std::string subject, std::string text) {
    lines_.push_back({clock_->elapsed(), std::move(subject), std::move(text)});
}

void Timeline::changed(const std::string& subject, const std::string& what, const std::string& value) {
    std::string& old = values_[subject + " " + what];
    if (old == value) return;
    old = value;
    add(subject, what + " " + value);
}

void Timeline::see(const JournalEntry& entry) {
    std::visit([this](const auto& e) { see(e); }, entry);
}

void Timeline::see(const HookAttempt& attempt) {
    const std::string subject = subject_of(pod_of(attempt.pod.uid), attempt.container);
    const std::string hook = "hook " + std::string(name(attempt.hook)) + " ";
    if (attempt.outcome) {
        add(subject, with(hook + std::string(name(*attempt.outcome)), ": ", attempt.cause));
    } else {
        add(subject, fmt::format("{}begins: {} ({})", hook, attempt.command, attempt.reason));
    }
}

void Timeline::see(const LifecycleStep& step) {
    std::string text = "step " + std::string(name(step.step));
    if (step.exit_code) text += fmt::format(" {}", *step.exit_code);
    if (step.grace) text += fmt::format(" {} until SIGKILL", go_duration(*step.grace));
    add(subject_of(pod_of(step.pod.uid), step.container), with(std::move(text), " ", step.detail));
}

void Timeline::see(const EventRecord& event) {
    add(subject_of(pod_of(event.pod.uid), event.container),
        fmt::format("{} {}: {}", event.warning ? "warning" : "event", event.reason, event.message));
}

void Timeline::see(const api::Pod& pod) {
    const std::string subject = pod_of(pod.metadata.uid);
    const api::PodStatus& status = pod.status;
    for (const api::ContainerStatus& c : api::container_statuses(status)) see(subject_of(subject, c.name), c);
    changed(subject, "phase", status.phase);
    changed(subject, "reason", with(status.reason, ": ", status.message));
    see_resize(subject, status);
    for (const api::PodCondition& condition : status.conditions) {
        const std::string value = with(condition.status, " ", condition.reason);
        if (condition.type == "Ready") changed(subject, "ready", value);
        if (condition.type == "Initialized" && !pod.spec.initContainers.empty())
            changed(subject, "initialized", with(value, ": ", condition.message));
    }
}

void Timeline::see_resize(const std::string& subject, const api::PodStatus& status) {
    for (const char* type : {"PodResizePending", "PodResizeInProgress"}) {
        const auto found = std::ranges::find(status.conditions, type, &api::PodCondition::type);
        if (found != status.conditions.end()) {
            changed(subject, type,
                    with(with(found->status, " ", found->reason), ": ", found->message) +
                        fmt::format(" of {}", found->observedGeneration));
        } else if (values_.contains(subject + " " + type)) {
            changed(subject, type, "gone");
        }
    }
}

void Timeline::see(const std::string& container, const api::ContainerStatus& status) {
    changed(container, "state", text_of(status.state));
    if (status.resources && !status.resources->requests.empty()) {
        changed(container, "has", text_of(status.resources->requests));
        changed(container, "allocated", text_of(status.allocatedResources));
    }
    if (status.restartCount > 0) changed(container, "restarts", std::to_string(status.restartCount));
    if (status.lastState.terminated) changed(container, "last", text_of(*status.lastState.terminated));
}

void Timeline::see(const Observation& o, const SimNetwork& network) {
    std::string text = "engine " + std::string(name(o.kind));
    if (has_code(o.kind)) text += fmt::format(" {}", o.code);
    text = with(std::move(text), " ", o.detail);
    if (o.kind == Kind::http_hit) text += fmt::format(" [{}]", headers_of(network.requests().back().request));
    add(subject_of(pod_of(o.pod), o.container), std::move(text));
}

std::string print(const std::vector<TimelineLine>& lines) {
    std::string out;
    for (const TimelineLine& line : lines) {
        const double seconds = static_cast<double>(line.at.count()) / 1e9;
        out += fmt::format("{:10.3f}  {:<12} {}\n", seconds, line.subject, line.text);
    }
    return out;
}

}  // namespace hooklet::sim

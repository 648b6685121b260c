// SPDX-License-Identifier: Apache-2.0
#include "kinds/pod_row.hpp"

#include "api/containers.hpp"
#include "api/pod_phase.hpp"
#include "kinds/cells.hpp"

#include <algorithm>
#include <optional>
#include <ranges>

#include <fmt/format.h>

namespace hooklet::kinds {

namespace {

/// Restarts, and when the newest of them ended.
struct Restarts {
    std::int64_t count = 0;
    api::Time last{};

    void add(const api::ContainerStatus& status) {
        count += status.restartCount;
        const auto& ended = status.lastState.terminated;
        if (ended && ended->finishedAt.at > last.at) last = ended->finishedAt;
    }
    [[nodiscard]] std::string text(WallTime now) const {
        if (count == 0 || last.is_zero()) return std::to_string(count);
        return fmt::format("{} ({} ago)", count, age_of(last, now));
    }
};

bool has_condition(const api::Pod& pod, std::string_view type) {
    return std::ranges::any_of(pod.status.conditions, [&](const api::PodCondition& condition) {
        return condition.type == type && condition.status == "True";
    });
}

const api::Container* find_init(const api::Pod& pod, std::string_view name) {
    const auto found = std::ranges::find(pod.spec.initContainers, name, &api::Container::name);
    return found == pod.spec.initContainers.end() ? nullptr : &*found;
}

std::string end_text(const api::ContainerStateTerminated& ended) {
    if (!ended.reason.empty()) return ended.reason;
    return ended.signal != 0 ? fmt::format("Signal:{}", ended.signal)
                             : fmt::format("ExitCode:{}", ended.exitCode);
}

/// One pass over the statuses.
class Summary {
  public:
    explicit Summary(const api::Pod& pod) : pod_(pod), reason_(first_reason()) {
        const bool initializing = walk_init_containers();
        if (!initializing || has_condition(pod, "Initialized")) walk_containers();
        if (pod.metadata.deletionTimestamp) reason_ = end_reason();
    }

    [[nodiscard]] const std::string& reason() const { return reason_; }
    [[nodiscard]] const Restarts& restarts() const { return restarts_; }
    [[nodiscard]] std::string ready() const {
        const auto sidecars = std::ranges::count_if(pod_.spec.initContainers, api::is_sidecar);
        return fmt::format("{}/{}", ready_,
                           static_cast<std::int64_t>(pod_.spec.containers.size()) + sidecars);
    }

  private:
    [[nodiscard]] std::string first_reason() const {
        const bool gated =
            std::ranges::any_of(pod_.status.conditions, [](const api::PodCondition& condition) {
                return condition.type == "PodScheduled" && condition.reason == "SchedulingGated";
            });
        if (gated) return "SchedulingGated";
        return pod_.status.reason.empty() ? pod_.status.phase : pod_.status.reason;
    }

    [[nodiscard]] std::string end_reason() const {
        if (pod_.status.reason == "NodeLost") return "Unknown";
        const bool over = api::is_terminal(pod_.status.phase);
        return over ? reason_ : "Terminating";
    }

    /// What an init container says of the Pod that waits for it; nullopt: nothing, look at the next.
    std::optional<std::string> init_reason(const api::ContainerStatus& status, std::size_t index) {
        const api::ContainerState& state = status.state;
        if (state.terminated && state.terminated->exitCode == 0) return std::nullopt;
        const api::Container* container = find_init(pod_, status.name);
        if (container != nullptr && api::is_sidecar(*container) && status.started.value_or(false)) {
            if (status.ready) ++ready_;
            return std::nullopt;
        }
        if (state.terminated) return "Init:" + end_text(*state.terminated);
        if (state.waiting && !state.waiting->reason.empty() && state.waiting->reason != "PodInitializing")
            return "Init:" + state.waiting->reason;
        return fmt::format("Init:{}/{}", index, pod_.spec.initContainers.size());
    }

    /// True while an init container holds the Pod back.
    bool walk_init_containers() {
        const auto& statuses = pod_.status.initContainerStatuses;
        for (std::size_t i = 0; i < statuses.size(); ++i) {
            restarts_.add(statuses[i]);
            const api::Container* container = find_init(pod_, statuses[i].name);
            if (container != nullptr && api::is_sidecar(*container)) sidecar_restarts_.add(statuses[i]);
            if (auto reason = init_reason(statuses[i], i)) {
                reason_ = *std::move(reason);
                return true;
            }
        }
        return false;
    }

    /// From the last to the first, so that the first one's reason is the one that stays.
    void walk_containers() {
        restarts_ = sidecar_restarts_;
        bool runs = false;
        for (const api::ContainerStatus& status : std::views::reverse(pod_.status.containerStatuses)) {
            restarts_.add(status);
            if (status.state.waiting && !status.state.waiting->reason.empty()) {
                reason_ = status.state.waiting->reason;
            } else if (status.state.terminated) {
                reason_ = end_text(*status.state.terminated);
            } else if (status.ready && status.state.running) {
                runs = true;
                ++ready_;
            }
        }
        if (reason_ == "Completed" && runs) reason_ = has_condition(pod_, "Ready") ? "Running" : "NotReady";
    }

    const api::Pod& pod_;
    std::string reason_;
    Restarts restarts_;
    Restarts sidecar_restarts_;
    std::int64_t ready_ = 0;
};

std::string or_none(const std::string& text) {
    return text.empty() ? "<none>" : text;
}

std::string gates_text(const api::Pod& pod) {
    const auto& gates = pod.spec.readinessGates;
    if (gates.empty()) return "<none>";
    const auto open = std::ranges::count_if(
        gates, [&](const api::PodReadinessGate& gate) { return has_condition(pod, gate.conditionType); });
    return fmt::format("{}/{}", open, gates.size());
}

/// Lets clients strike out Pods that are over.
std::vector<api::Node> row_conditions(const std::string& phase) {
    if (!api::is_terminal(phase)) return {};
    api::Node condition;
    condition.set("type", api::Node("Completed"));
    condition.set("status", api::Node("True"));
    condition.set("reason", api::Node(phase));
    condition.set("message", api::Node(phase == "Succeeded" ? "The pod has completed successfully."
                                                            : "The pod failed."));
    return {condition};
}

}  // namespace

std::vector<Column> pod_columns() {
    return {name_column(),
            column("Ready", "Containers that are ready, of how many."),
            column("Status", "The phase, or what keeps the Pod from running."),
            column("Restarts", "How often containers were started again, and when last."),
            age_column(),
            wide("IP", "Address of the Pod."),
            wide("Node", "Node on which it runs."),
            wide("Nominated Node", "Node on which room is being made for it."),
            wide("Readiness Gates", "Conditions of its gates that are True, of how many.")};
}

Row pod_row(const api::Pod& pod, WallTime now) {
    const Summary summary(pod);
    const auto& ips = pod.status.podIPs;
    Row row = row_of(pod.metadata.name, summary.ready(), summary.reason(), summary.restarts().text(now),
                     age_of(pod.metadata.creationTimestamp, now), or_none(ips.empty() ? "" : ips.front().ip),
                     or_none(pod.spec.nodeName), or_none(pod.status.nominatedNodeName), gates_text(pod));
    row.conditions = row_conditions(pod.status.phase);
    return row;
}

}  // namespace hooklet::kinds

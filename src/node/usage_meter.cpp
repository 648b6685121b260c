// SPDX-License-Identifier: Apache-2.0
#include "node/usage_meter.hpp"

#include "api/container_id.hpp"
#include "api/container_statuses.hpp"
#include "pods/names.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace hooklet {

namespace {

constexpr Duration shortest = std::chrono::seconds{1};
constexpr Duration longest = std::chrono::minutes{1};

const cri::ContainerStats* find(const UsageSample& sample, const api::ContainerStatus& status) {
    const auto found = sample.containers.find(api::engine_id(status.containerID));
    return found == sample.containers.end() ? nullptr : &found->second;
}

PodConsumption consumption_of(const api::Pod& pod, const UsageSample& earlier, const UsageSample& now) {
    PodConsumption out{pod.metadata.namespace_, pod.metadata.name, {}};
    for (const api::ContainerStatus& status : api::container_statuses(pod.status)) {
        const cri::ContainerStats* before = find(earlier, status);
        const cri::ContainerStats* after = find(now, status);
        if (before == nullptr || after == nullptr) continue;
        const Duration passed = after->cpu_read_at - before->cpu_read_at;
        out.containers[status.name] = {nano_cores(after->cpu_time - before->cpu_time, passed),
                                       after->working_set_bytes};
    }
    return out;
}

}  // namespace

std::uint64_t nano_cores(Duration worked, Duration passed) {
    if (worked <= Duration::zero() || passed <= Duration::zero()) return 0;
    constexpr double nano = 1e9;
    return static_cast<std::uint64_t>(nano * static_cast<double>(worked.count()) /
                                      static_cast<double>(passed.count()));
}

bool is_comparable(const UsageSample& earlier, const UsageSample& now) {
    const Duration between = now.taken - earlier.taken;
    if (between < shortest || between > longest) return false;
    return std::ranges::all_of(now.containers,
                               [&](const auto& one) { return earlier.containers.contains(one.first); });
}

UsageReport usage_between(const UsageSample& earlier, const UsageSample& now) {
    const NodeUsage& node = now.node;
    UsageReport report{.at = now.at, .window = now.taken - earlier.taken, .machine = {}, .pods = {}};
    report.machine = {nano_cores(node.cpu_time - earlier.node.cpu_time, report.window),
                      node.memory_capacity_bytes - node.memory_available_bytes};
    for (const PodOnNode& pod : now.pods) {
        PodConsumption used = consumption_of(pod.pod, earlier, now);
        if (!used.containers.empty()) report.pods.push_back(std::move(used));
    }
    return report;
}

NodeUsageMeter::NodeUsageMeter(NodePorts ports, NodeStats* stats, std::string owner_label)
    : ports_(std::move(ports)), stats_(stats), owner_label_(std::move(owner_label)) {}

Task<Result<UsageSample>> NodeUsageMeter::sample(Call call) {
    cri::Filter filter;
    filter.label_selector[label::owner] = owner_label_;
    const auto containers = co_await ports_.runtime->list_container_stats(filter, call);
    if (!containers) co_return std::unexpected(containers.error());
    const Result<NodeUsage> node = stats_->node();
    if (!node) co_return std::unexpected(node.error());
    UsageSample found{ports_.clock->now(), ports_.clock->wall(), *node, ports_.pods->pods(), {}};
    for (const cri::ContainerStats& one : *containers) {
        // Of a container that does not run the engine knows no more than its files.
        if (one.cpu_read_at > Duration::zero()) found.containers.emplace(one.container_id, one);
    }
    co_return found;
}

Task<Result<UsageReport>> NodeUsageMeter::measure(Call call) {
    const Result<UsageSpan> found = co_await samples(std::move(call));
    if (!found) co_return std::unexpected(found.error());
    co_return usage_between(found->earlier, found->now);
}

Task<Result<UsageSpan>> NodeUsageMeter::samples(Call call) {
    std::optional<UsageSample> earlier = last_;
    Result<UsageSample> now = co_await sample(call);
    if (now && !(earlier && is_comparable(*earlier, *now))) {
        earlier = *std::move(now);
        const Call pause(std::min(ports_.clock->now() + shortest, call.deadline), call.cancel);
        if (const Status waited = co_await sleep_until(ports_.clock, pause); !waited)
            co_return std::unexpected(waited.error());
        now = co_await sample(call);
    }
    if (!now) co_return std::unexpected(now.error());
    last_ = *now;
    UsageSpan span{*std::move(earlier), *std::move(now)};
    co_return span;
}

}  // namespace hooklet

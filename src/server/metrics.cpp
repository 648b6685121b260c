// SPDX-License-Identifier: Apache-2.0
#include "server/metrics.hpp"

#include "api/metrics_types.hpp"
#include "server/target.hpp"

#include <map>
#include <utility>

#include <fmt/format.h>

namespace hooklet::server {

namespace {

using Amounts = std::map<std::string, api::Quantity>;

Amounts amounts_of(const Usage& usage) {
    using api::Quantity;
    const auto cpu = Quantity::parse(fmt::format("{}n", usage.cpu_nano));
    const auto memory = static_cast<std::int64_t>(usage.memory_bytes);
    return {{"cpu", cpu.value_or(Quantity{})},
            {"memory", Quantity::of_units(memory, Quantity::Format::binary_si)}};
}

/// The metrics of the stored object, without figures.
template <class T>
T metrics_of(const store::Object& stored, const UsageReport& report) {
    T metrics;
    metrics.metadata.name = stored.key.name;
    metrics.metadata.namespace_ = stored.key.namespace_;
    metrics.metadata.labels = {stored.labels.begin(), stored.labels.end()};
    metrics.metadata.creationTimestamp = report.at;
    metrics.timestamp = report.at;
    metrics.window = go_duration(std::chrono::round<std::chrono::milliseconds>(report.window));
    return metrics;
}

api::NodeMetrics node_metrics(const store::Object& node, const UsageReport& report) {
    auto metrics = metrics_of<api::NodeMetrics>(node, report);
    metrics.usage = amounts_of(report.machine);
    return metrics;
}

api::PodMetrics pod_metrics(const store::Object& pod, const PodConsumption& used, const UsageReport& report) {
    auto metrics = metrics_of<api::PodMetrics>(pod, report);
    for (const auto& [name, usage] : used.containers) {
        api::ContainerMetrics& container = metrics.containers.emplace_back();
        container.name = name;
        container.usage = amounts_of(usage);
    }
    return metrics;
}

}  // namespace

Task<Result<store::Page>> Metrics::list(Asked asked, Call call) {
    if (meter_ == nullptr) co_return fail(Code::unavailable, "the node is not ready to be measured");
    const Result<UsageReport> report = co_await meter_->measure(std::move(call));
    if (!report) co_return std::unexpected(report.error());
    const Revision revision = objects_->revision();
    store::Page page{.revision = revision, .objects = {}, .continue_ = {}, .remaining = {}};
    const auto add = [&](const char* plural, auto metrics) {
        const kinds::Kind& kind = *kinds::find("metrics.k8s.io", "v1beta1", plural);
        const ObjectKey key{kind.resource(), metrics.metadata.namespace_, metrics.metadata.name};
        auto object = store::make_object(key, revision, encode(kind, &metrics), {});
        if (asked.selection.resource == key.resource && asked.selection.contains(*object))
            page.objects.push_back(std::move(object));
    };
    if (const auto node = objects_->get({"nodes", "", node_name_}))
        add("nodes", node_metrics(**node, *report));
    for (const PodConsumption& used : report->pods) {
        const auto pod = objects_->get({"pods", used.namespace_, used.name});
        if (pod) add("pods", pod_metrics(**pod, used, *report));
    }
    co_return page;
}

}  // namespace hooklet::server

// SPDX-License-Identifier: Apache-2.0
#include "node/resource_metrics.hpp"

#include <vector>

#include <fmt/format.h>

namespace hooklet {

namespace {

double seconds_of(Duration time) {
    return std::chrono::duration<double>(time).count();
}

std::string stamp(WallTime at) {
    const auto since_epoch = std::chrono::floor<std::chrono::milliseconds>(at.time_since_epoch());
    return fmt::format(" {}", since_epoch.count());
}

/// The samples of one metric, under its description.
class Family {
  public:
    Family(std::string name, std::string type, std::string help)
        : name_(std::move(name)), type_(std::move(type)), help_(std::move(help)) {}

    void add(const std::string& labels, double value, const std::string& when = "") {
        lines_ += fmt::format("{}{} {}{}\n", name_, labels, value, when);
    }
    /// Cpu time, where it is known.
    void add_cpu(const std::string& labels, const ResourceUse& use) {
        if (use.cpu_time) add(labels, seconds_of(*use.cpu_time), stamp(use.at));
    }
    void add_memory(const std::string& labels, const ResourceUse& use) {
        if (use.working_set_bytes) add(labels, static_cast<double>(*use.working_set_bytes), stamp(use.at));
    }
    /// Empty without samples.
    [[nodiscard]] std::string text() const {
        if (lines_.empty()) return {};
        return fmt::format("# HELP {0} [STABLE] {1}\n# TYPE {0} {2}\n{3}", name_, help_, type_, lines_);
    }

  private:
    std::string name_;
    std::string type_;
    std::string help_;
    std::string lines_;
};

/// In the order of their names, as Prometheus' own libraries write them.
struct Families {
    Family container_cpu{"container_cpu_usage_seconds_total", "counter",
                         "Cumulative cpu time consumed by the container in core-seconds"};
    Family container_memory{"container_memory_working_set_bytes", "gauge",
                            "Current working set of the container in bytes"};
    Family container_start{"container_start_time_seconds", "gauge",
                           "Start time of the container since unix epoch in seconds"};
    Family node_cpu{"node_cpu_usage_seconds_total", "counter",
                    "Cumulative cpu time consumed by the node in core-seconds"};
    Family node_memory{"node_memory_working_set_bytes", "gauge", "Current working set of the node in bytes"};
    Family pod_cpu{"pod_cpu_usage_seconds_total", "counter",
                   "Cumulative cpu time consumed by the pod in core-seconds"};
    Family pod_memory{"pod_memory_working_set_bytes", "gauge", "Current working set of the pod in bytes"};
    Family error{"resource_scrape_error", "gauge",
                 "1 if there was an error while getting container metrics, 0 otherwise"};

    [[nodiscard]] std::string text() const {
        std::string all;
        for (const Family* family : {&container_cpu, &container_memory, &container_start, &node_cpu,
                                     &node_memory, &pod_cpu, &pod_memory, &error})
            all += family->text();
        return all;
    }
};

void add_pod(Families& families, const PodUse& pod) {
    const std::string of_pod = fmt::format("namespace=\"{}\",pod=\"{}\"", pod.namespace_, pod.name);
    for (const ContainerUse& container : pod.containers) {
        const std::string labels = fmt::format("{{container=\"{}\",{}}}", container.name, of_pod);
        families.container_cpu.add_cpu(labels, container.use);
        families.container_memory.add_memory(labels, container.use);
        if (container.started)
            families.container_start.add(labels, seconds_of(container.started->time_since_epoch()));
    }
    const std::string labels = fmt::format("{{{}}}", of_pod);
    families.pod_cpu.add_cpu(labels, pod.use);
    families.pod_memory.add_memory(labels, pod.use);
}

}  // namespace

std::string resource_metrics(const std::optional<StatsSummary>& summary) {
    Families families;
    families.error.add("", summary ? 0 : 1);
    if (summary) {
        families.node_cpu.add_cpu("", summary->node);
        families.node_memory.add_memory("", summary->node);
        for (const PodUse& pod : summary->pods) add_pod(families, pod);
    }
    return families.text();
}

}  // namespace hooklet

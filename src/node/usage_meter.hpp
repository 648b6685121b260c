// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "node/node_ports.hpp"
#include "ports/usage.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hooklet {

/// What is known of the machine and its Pods at one moment.
struct UsageSample {
    MonotonicTime taken;
    WallTime at;
    NodeUsage node;
    std::vector<PodOnNode> pods;
    std::map<std::string, cri::ContainerStats> containers;  ///< By id.
};

/// Two samples of which one can tell what is used now.
struct UsageSpan {
    UsageSample earlier;
    UsageSample now;
};

/// Whether what lies between the two says what is used now: a second to a minute, and no container is newer.
bool is_comparable(const UsageSample& earlier, const UsageSample& now);

/// What was used between the two. A container that one of them does not know is left out.
UsageReport usage_between(const UsageSample& earlier, const UsageSample& now);
/// Billionths of a cpu, for so much work in that time; 0 when time stood still or went back.
std::uint64_t nano_cores(Duration worked, Duration passed);

/// Measures when it is asked, and not in between: against what it found the last time, where that serves,
/// else over one second.
class NodeUsageMeter final : public UsageMeter {
  public:
    /// All outlive it. `owner_label`: of the containers that are asked for their statistics.
    NodeUsageMeter(NodePorts ports, NodeStats* stats, std::string owner_label);

    Task<Result<UsageReport>> measure(Call call) override;
    /// The samples that measure() compares.
    Task<Result<UsageSpan>> samples(Call call);

  private:
    Task<Result<UsageSample>> sample(Call call);

    NodePorts ports_;
    NodeStats* stats_;
    std::string owner_label_;
    std::optional<UsageSample> last_;
};

}  // namespace hooklet

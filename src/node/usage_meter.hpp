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

/// Whether what lies between the two says what is used now: a second to a minute, and no container is newer.
bool is_comparable(const UsageSample& earlier, const UsageSample& now);

/// What was used between the two. A container that one of them does not know is left out.
UsageReport usage_between(const UsageSample& earlier, const UsageSample& now);

/// Measures when it is asked, and not in between: against what it found the last time, where that serves,
/// else over one second.
class NodeUsageMeter final : public UsageMeter {
  public:
    /// All outlive it. `owner_label`: of the containers that are asked for their statistics.
    NodeUsageMeter(NodePorts ports, NodeStats* stats, std::string owner_label);

    Task<Result<UsageReport>> measure(Call call) override;

  private:
    Task<Result<UsageSample>> sample(Call call);

    NodePorts ports_;
    NodeStats* stats_;
    std::string owner_label_;
    std::optional<UsageSample> last_;
};

}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "node/stats_summary.hpp"

#include <optional>
#include <string>

namespace hooklet {

/// A kubelet's `/metrics/resource` in the text format of Prometheus. Without a summary it says that there was
/// an error.
std::string resource_metrics(const std::optional<StatsSummary>& summary);

}  // namespace hooklet

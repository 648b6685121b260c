// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/node.hpp"
#include "node/stats_summary.hpp"

namespace hooklet {

/// As `Summary` of a kubelet's stats/v1alpha1. `disks`: with file systems, volumes and processes; without
/// them it is the answer to `?only_cpu_and_memory=true`. What is not known is left out.
api::Node stats_document(const StatsSummary& summary, bool disks);

}  // namespace hooklet

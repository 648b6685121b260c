// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "kinds/kind.hpp"

#include <vector>

namespace hooklet::kinds {

std::vector<Column> pod_columns();
/// The line of `kubectl get pods`: what the containers' states come to, as the API server's printer says it
/// (printPod of kubernetes/pkg/printers).
Row pod_row(const api::Pod& pod, WallTime now);

}  // namespace hooklet::kinds

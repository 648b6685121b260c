// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"

#include <map>
#include <string>

namespace hooklet {

/// True when the node is one that the Pod asks for: all of spec.nodeSelector, and one term at least of the
/// required node affinity.
bool selects_node(const api::PodSpec& spec, const std::string& node_name,
                  const std::map<std::string, std::string>& node_labels);

}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "references/fields.hpp"

#include <cstdint>
#include <optional>

namespace hooklet {

/// How large a volume in memory may become, in bytes: the smallest of its own limit, the memory limit of the
/// Pod's cgroup and what the machine has for Pods, of those that are set; 0 when none is.
std::uint64_t memory_volume_size(const api::PodSpec& spec, const std::optional<api::Quantity>& limit,
                                 const NodeFacts& node);

}  // namespace hooklet

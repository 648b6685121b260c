// SPDX-License-Identifier: Apache-2.0
#include "volumes/memory_size.hpp"

#include "api/pod_resources.hpp"

#include <algorithm>

namespace hooklet {

std::uint64_t memory_volume_size(const api::PodSpec& spec, const std::optional<api::Quantity>& limit,
                                 const NodeFacts& node) {
    const bool limited = api::all_limited(spec, "memory");
    const api::Quantity of_pod = limited ? amount_of(api::pod_limits(spec), "memory") : api::Quantity{};
    std::int64_t size = 0;
    for (const api::Quantity& bound :
         {amount_of(node.allocatable, "memory"), of_pod, limit.value_or(api::Quantity{})}) {
        if (bound.units() > 0) size = size == 0 ? bound.units() : std::min(size, bound.units());
    }
    return static_cast<std::uint64_t>(size);
}

}  // namespace hooklet

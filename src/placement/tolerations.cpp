// SPDX-License-Identifier: Apache-2.0
#include "placement/tolerations.hpp"

#include <algorithm>

namespace hooklet {

namespace {

bool matches(const api::Toleration& toleration, const Taint& taint) {
    if (!toleration.effect.empty() && toleration.effect != taint.effect) return false;
    if (!toleration.key.empty() && toleration.key != taint.key) return false;
    if (toleration.operator_ == "Exists") return true;
    return !toleration.key.empty() && toleration.value == taint.value;
}

/// The first that matches counts, as for the control plane.
auto first_match(const std::vector<api::Toleration>& tolerations, const Taint& taint) {
    return std::ranges::find_if(
        tolerations, [&taint](const api::Toleration& toleration) { return matches(toleration, taint); });
}

}  // namespace

bool tolerates(const std::vector<api::Toleration>& tolerations, const Taint& taint) {
    return first_match(tolerations, taint) != tolerations.end();
}

std::optional<Duration> longest_stay(const std::vector<api::Toleration>& tolerations,
                                     const std::vector<Taint>& taints) {
    std::optional<Duration> shortest;
    for (const Taint& taint : taints) {
        const auto used = first_match(tolerations, taint);
        if (used == tolerations.end()) return Duration::zero();
        if (!used->tolerationSeconds) continue;
        const Duration stay = std::chrono::seconds{std::max<std::int64_t>(*used->tolerationSeconds, 0)};
        shortest = std::min(shortest.value_or(stay), stay);
    }
    return shortest;
}

}  // namespace hooklet

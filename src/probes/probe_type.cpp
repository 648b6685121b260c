// SPDX-License-Identifier: Apache-2.0
#include "probes/probe_type.hpp"

#include <algorithm>

namespace hooklet {

namespace {

/// Of a Pod without terminationGracePeriodSeconds, which defaulting never leaves.
constexpr std::int64_t smallest_grace_s = 2;

}  // namespace

std::string_view name(ProbeType type) {
    switch (type) {
        case ProbeType::startup:
            return "Startup";
        case ProbeType::liveness:
            return "Liveness";
        case ProbeType::readiness:
            break;
    }
    return "Readiness";
}

const std::optional<api::Probe>& probe_of(const api::Container& container, ProbeType type) {
    switch (type) {
        case ProbeType::startup:
            return container.startupProbe;
        case ProbeType::liveness:
            return container.livenessProbe;
        case ProbeType::readiness:
            break;
    }
    return container.readinessProbe;
}

bool has_probe(const api::Container& container) {
    return std::ranges::any_of(all_probe_types,
                               [&](ProbeType type) { return probe_of(container, type).has_value(); });
}

Duration probe_grace(const api::Pod& pod, const api::Container& container, ProbeType type) {
    if (const auto& deletion = pod.metadata.deletionGracePeriodSeconds) {
        return std::chrono::seconds{*deletion};
    }
    const std::int64_t grace = pod.spec.terminationGracePeriodSeconds.value_or(smallest_grace_s);
    const std::optional<api::Probe>& probe = probe_of(container, type);
    if (!probe || !pod.spec.terminationGracePeriodSeconds) return std::chrono::seconds{grace};
    return std::chrono::seconds{probe->terminationGracePeriodSeconds.value_or(grace)};
}

}  // namespace hooklet

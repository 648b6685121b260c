// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "base/time.hpp"

#include <array>
#include <string>
#include <string_view>

namespace hooklet {

enum class ProbeType { startup, liveness, readiness };
inline constexpr std::array all_probe_types{ProbeType::startup, ProbeType::liveness, ProbeType::readiness};

/// The type as the events have it: `Startup`, `Liveness`, `Readiness`.
std::string_view name(ProbeType type);

/// The container's probe of this type; nothing when it has none.
const std::optional<api::Probe>& probe_of(const api::Container& container, ProbeType type);

/// Whether the container has a probe of any type.
bool has_probe(const api::Container& container);

/// The grace period of a kill because of a failed probe (lifecycle spec 3.2, base): what the Pod's deletion
/// says; else the probe's own terminationGracePeriodSeconds, which may be longer than the Pod's; else the
/// Pod's. Precondition: the type is liveness or startup.
Duration probe_grace(const api::Pod& pod, const api::Container& container, ProbeType type);

}  // namespace hooklet

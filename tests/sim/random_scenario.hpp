// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace hooklet::sim {

/// A scenario out of a seed, in the words of a scenario file: Pods with all kinds of hooks, probes,
/// entrypoints and policies; removals, resizes, deaths and faults at any time. Faults end some time before
/// the run does, and Pods that must then come to run, or to an end, are named under `converge`.
std::string random_scenario(std::uint64_t seed);

}  // namespace hooklet::sim

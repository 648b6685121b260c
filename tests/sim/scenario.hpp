// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "sim/expectation.hpp"
#include "support/faults.hpp"
#include "support/invariants.hpp"

#include <map>
#include <string>
#include <vector>

namespace hooklet::sim {

/// Something that a scenario does to the world or asks of the agent. The words are in stage.cpp.
struct Step {
    Duration at{};
    std::string verb;
    std::vector<std::string> words;
    std::string written;
};

/// A run as data: the first YAML document of a file says what happens and what is expected, the others are
/// the Pods.
///
///     scenario: what it shows
///     do: |                                    steps, `TIME VERB WORDS...`; those at 0s come before the Pods
///     expect: |                                lines that are found in the timeline in this order; a blank
///                                              line begins another list, in an order of its own
///     never: |                                 lines that are found nowhere
///     for: 60s                                 how long it runs, before what is left is removed
///     seeds: 3                                 how many latencies it is tried with
///     faults: error=0.01 delay=0.02 ...        what goes wrong by chance, see read_faults()
///     converge: {POD: running|finished, ...}   what must come true after that, within a quarter of an hour
///
/// A Pod that no step adds is added at the beginning. Images of Pods are present unless a step says
/// otherwise.
struct Scenario {
    std::string about;
    std::vector<Step> steps{};  ///< By time.
    std::vector<std::vector<Expectation>> expected{};
    std::vector<Expectation> never{};
    Duration length = std::chrono::seconds{60};
    std::uint64_t seeds = 3;
    Faults faults{};
    std::map<std::string, Goal> goals{};
    std::vector<api::Pod> pods{};
};

/// Throws std::invalid_argument when the text is no scenario.
Scenario read_scenario(const std::string& text);

}  // namespace hooklet::sim

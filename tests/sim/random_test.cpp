// SPDX-License-Identifier: Apache-2.0
// Random runs. A failing seed prints itself, its scenario and what happened, and is played again with
//   sim_seeds SEED
#include "sim/seed_run.hpp"

#include <cstdlib>
#include <iostream>

#include <gtest/gtest.h>

namespace hooklet::sim {
namespace {

void check(std::uint64_t seed) {
    const SeedRun run = play_seed(seed);
    for (const std::string& failure : run.failures) ADD_FAILURE() << "seed " << seed << ": " << failure;
    if (!run.failures.empty()) std::cout << run.scenario << "\n" << run.happened << std::flush;
    constexpr std::uint64_t twice = 20;
    if (seed % twice == 0) {
        EXPECT_EQ(play_seed(seed).fingerprint, run.fingerprint) << "seed " << seed << " is not repeatable";
    }
}

class Random : public testing::TestWithParam<int> {};

TEST_P(Random, SeedsKeepThePromises) {
    constexpr std::uint64_t of_one_test = 100;
    for (std::uint64_t i = 1; i <= of_one_test && !HasFailure(); ++i) {
        check(static_cast<std::uint64_t>(GetParam()) * of_one_test + i);
    }
}

INSTANTIATE_TEST_SUITE_P(Hundred, Random, testing::Range(0, 3));

void show(std::uint64_t seed) {
    const SeedRun run = play_seed(seed, true);
    std::cout << run.scenario << "\n" << run.happened;
    for (const std::string& failure : run.failures) ADD_FAILURE() << failure;
}

TEST(RandomSeed, FromEnvironment) {
    const char* wanted = std::getenv("HOOKLET_SEED");
    const std::string range = wanted != nullptr ? wanted : "17..17";
    const std::size_t dots = range.find("..");
    const std::uint64_t first = std::stoull(range);
    if (dots == std::string::npos) return show(first);
    const std::uint64_t last = std::stoull(range.substr(dots + 2));
    for (std::uint64_t seed = first; seed <= last && !HasFailure(); ++seed) check(seed);
}

}  // namespace
}  // namespace hooklet::sim

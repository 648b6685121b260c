// SPDX-License-Identifier: Apache-2.0
// A thousand random runs. A failing seed prints itself, its scenario and what happened, and is played again
// with
//   HOOKLET_SEED=17 test_sim --gtest_filter='RandomSeed.*'
#include "sim/random_scenario.hpp"
#include "sim/stage.hpp"

#include <cstdlib>
#include <exception>
#include <iostream>

#include <gtest/gtest.h>

namespace hooklet::sim {
namespace {

struct Played {
    std::vector<std::string> failures;
    std::uint64_t fingerprint = 0;
    std::string happened;
};

/// `everything`: the world's own record as well as the timeline.
Played play(const std::string& text, std::uint64_t seed, bool everything = false) {
    Played run;
    const Scenario scenario = read_scenario(text);
    Stage stage(&scenario, seed);
    try {
        stage.play();
        run.failures = stage.failures();
    } catch (const std::exception& error) {
        run.failures = {error.what()};
    }
    run.fingerprint = stage.fingerprint();
    if (everything || !run.failures.empty()) run.happened = print(stage.timeline());
    if (everything) run.happened += "\n" + stage.world().history.text();
    return run;
}

void check(std::uint64_t seed) {
    const std::string text = random_scenario(seed);
    const Played run = play(text, seed);
    for (const std::string& failure : run.failures) ADD_FAILURE() << "seed " << seed << ": " << failure;
    if (!run.failures.empty()) std::cout << text << "\n" << run.happened << std::flush;
    constexpr std::uint64_t twice = 20;
    if (seed % twice == 0) {
        EXPECT_EQ(play(text, seed).fingerprint, run.fingerprint) << "seed " << seed << " is not repeatable";
    }
}

class Random : public testing::TestWithParam<int> {};

TEST_P(Random, SeedsKeepThePromises) {
    constexpr int of_one_test = 100;
    for (int i = 1; i <= of_one_test && !HasFailure(); ++i) {
        check(static_cast<std::uint64_t>(GetParam() * of_one_test + i));
    }
}

INSTANTIATE_TEST_SUITE_P(Hundred, Random, testing::Range(0, 10));

void show(std::uint64_t seed) {
    const std::string text = random_scenario(seed);
    const Played run = play(text, seed, true);
    std::cout << text << "\n" << run.happened;
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

// SPDX-License-Identifier: Apache-2.0
// Every file in scenarios/ is one test.
#include "sim/stage.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

namespace hooklet::sim {
namespace {

std::vector<std::string> files() {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(HOOKLET_SCENARIOS)) {
        if (entry.path().extension() == ".yaml") found.push_back(entry.path().stem().string());
    }
    std::ranges::sort(found);
    return found;
}

std::string read(const std::string& name) {
    std::ifstream in(std::filesystem::path(HOOKLET_SCENARIOS) / (name + ".yaml"));
    return {std::istreambuf_iterator<char>(in), {}};
}

class Scenarios : public testing::TestWithParam<std::string> {};

TEST_P(Scenarios, GoAsExpected) {
    const Scenario scenario = read_scenario(read(GetParam()));
    for (std::uint64_t seed = 1; seed <= scenario.seeds; ++seed) {
        Stage stage(&scenario, seed);
        stage.play();
        for (const std::string& failure : stage.failures()) ADD_FAILURE() << failure;
        if (!HasFailure()) continue;
        std::cout << scenario.about << ", seed " << seed << ":\n" << print(stage.timeline());
        return;
    }
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
    std::string name = info.param;
    std::ranges::replace_if(name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
    return name;
}

INSTANTIATE_TEST_SUITE_P(, Scenarios, testing::ValuesIn(files()), test_name);

}  // namespace
}  // namespace hooklet::sim

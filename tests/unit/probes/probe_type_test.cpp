// SPDX-License-Identifier: Apache-2.0
#include "probes/probe_type.hpp"

#include <gtest/gtest.h>

namespace hooklet {
namespace {

using namespace std::chrono_literals;

struct GraceCase {
    std::string name;
    std::optional<std::int64_t> deletion;
    std::optional<std::int64_t> pod;
    std::optional<std::int64_t> liveness;
    Duration expected{};
};

class ProbeGrace : public testing::TestWithParam<GraceCase> {};

TEST_P(ProbeGrace, OfALivenessKill) {
    const GraceCase& c = GetParam();
    api::Pod pod;
    pod.metadata.deletionGracePeriodSeconds = c.deletion;
    pod.spec.terminationGracePeriodSeconds = c.pod;
    api::Container container;
    container.startupProbe.emplace().terminationGracePeriodSeconds = 77;
    container.livenessProbe.emplace().terminationGracePeriodSeconds = c.liveness;
    EXPECT_EQ(probe_grace(pod, container, ProbeType::liveness), c.expected);
}

INSTANTIATE_TEST_SUITE_P(
    Table, ProbeGrace,
    testing::Values(GraceCase{"ThePods", {}, 30, {}, 30s}, GraceCase{"TheProbes", {}, 500, 5, 5s},
                    GraceCase{"TheProbesLonger", {}, 30, 60, 60s}, GraceCase{"TheDeletions", 10, 30, 5, 10s},
                    GraceCase{"ThePodsZero", {}, 0, {}, 0s}, GraceCase{"NoneAtAll", {}, {}, 5, 2s}),
    [](const auto& test) { return test.param.name; });

TEST(ProbeGraces, OfAStartupKillAreTheStartupProbes) {
    api::Pod pod;
    pod.spec.terminationGracePeriodSeconds = 30;
    api::Container container;
    EXPECT_EQ(probe_grace(pod, container, ProbeType::startup), 30s);
    container.startupProbe.emplace().terminationGracePeriodSeconds = 7;
    EXPECT_EQ(probe_grace(pod, container, ProbeType::startup), 7s);
}

}  // namespace
}  // namespace hooklet

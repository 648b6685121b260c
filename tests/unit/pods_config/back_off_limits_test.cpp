// SPDX-License-Identifier: Apache-2.0
#include "pods/back_off_limits.hpp"

#include <gtest/gtest.h>

namespace hooklet {
namespace {

using namespace std::chrono_literals;

TEST(BackOffLimits, AreTheAgentsUntilThePodSaysOtherwise) {
    const BackOffLimits of_agent{.initial = 5s, .maximum = 60s};
    struct Row {
        const char* base;
        const char* max;
        Duration initial;
        Duration maximum;
    };
    for (const Row& row : {Row{"", "", 5s, 60s}, Row{"", "10s", 5s, 10s}, Row{"20s", "", 20s, 60s},
                           Row{"", "2s", 2s, 2s}, Row{"1ms", "1h", 1s, 300s}, Row{"soon", "", 5s, 60s}}) {
        api::Pod pod;
        if (*row.base) pod.metadata.annotations["hooklet.dev/back-off-base"] = row.base;
        if (*row.max) pod.metadata.annotations["hooklet.dev/back-off-max"] = row.max;
        const BackOffLimits limits = back_off_limits(pod, of_agent);
        EXPECT_EQ(limits.initial, row.initial) << row.base << " " << row.max;
        EXPECT_EQ(limits.maximum, row.maximum) << row.base << " " << row.max;
        EXPECT_EQ(limits.reset_after, of_agent.reset_after);
    }
}

}  // namespace
}  // namespace hooklet

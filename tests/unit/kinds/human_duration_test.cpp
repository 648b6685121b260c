// SPDX-License-Identifier: Apache-2.0
#include "kinds/human_duration.hpp"

#include <chrono>

#include <gtest/gtest.h>

namespace hooklet::kinds {
namespace {

using namespace std::chrono_literals;
using days = std::chrono::days;

TEST(HumanDuration, HasAtMostTwoUnits) {
    const struct {
        std::chrono::seconds age;
        std::string_view text;
    } cases[] = {{-2s, "<invalid>"},
                 {-1s, "0s"},
                 {0s, "0s"},
                 {1s, "1s"},
                 {119s, "119s"},
                 {120s, "2m"},
                 {303s, "5m3s"},
                 {599s, "9m59s"},
                 {600s, "10m"},
                 {179min + 59s, "179m"},
                 {180min, "3h"},
                 {7h + 59min + 59s, "7h59m"},
                 {8h, "8h"},
                 {47h + 59min, "47h"},
                 {48h, "2d"},
                 {51h, "2d3h"},
                 {days(7) + 23h, "7d23h"},
                 {days(8), "8d"},
                 {days(729), "729d"},
                 {days(730), "2y"},
                 {days(750), "2y20d"},
                 {days(8 * 365 - 1), "7y364d"},
                 {days(8 * 365), "8y"},
                 {days(3000), "8y"}};
    for (const auto& one : cases) EXPECT_EQ(human_duration(one.age), one.text);
    EXPECT_EQ(human_duration(-999ms), "0s");
    EXPECT_EQ(human_duration(1'999ms), "1s") << "rounded down";
}

TEST(HumanDuration, OfATimeThatIsNotSet) {
    const WallTime now{1h};
    EXPECT_EQ(age_of({}, now), "<unknown>");
    EXPECT_EQ(age_of(WallTime{59min}, now), "60s");
    EXPECT_EQ(age_of(WallTime{2h}, now), "<invalid>");
}

}  // namespace
}  // namespace hooklet::kinds

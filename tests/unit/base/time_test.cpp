// SPDX-License-Identifier: Apache-2.0
#include "base/time.hpp"

#include <gtest/gtest.h>

namespace hooklet {
namespace {

using namespace std::chrono_literals;

TEST(Time, WritesGoDurations) {
    const std::pair<Duration, const char*> cases[] = {
        {0s, "0s"},
        {10s, "10s"},
        {80s, "1m20s"},
        {160s, "2m40s"},
        {300s, "5m0s"},
        {1500ms, "1.5s"},
        {250ms, "250ms"},
        {3600s, "1h0m0s"},
        {3661s, "1h1m1s"},
        {1ns, "1ns"},
        {-1500ms, "-1.5s"},
        {1001us, "1.001ms"},
        {15us, "15\xC2\xB5s"},
        {999999999ns, "999.999999ms"},
        {1s + 1ns, "1.000000001s"},
        {59s + 999ms, "59.999s"},
    };
    for (const auto& [value, text] : cases) EXPECT_EQ(go_duration(value), text);
}

TEST(Time, ReadsGoDurations) {
    const std::pair<const char*, Duration> cases[] = {
        {"0", 0s},        {"30s", 30s}, {"1h15m", 75min},    {"1.5s", 1500ms},
        {"250ms", 250ms}, {"-2s", -2s}, {"+2s", 2s},         {".5s", 500ms},
        {"1m30s", 90s},   {"3us", 3us}, {"3\xC2\xB5s", 3us}, {"3\xCE\xBCs", 3us},
        {"100ns", 100ns}, {"0s", 0s},   {"1.s", 1s},         {"1h0m0.000000001s", 3600s + 1ns},
    };
    for (const auto& [text, value] : cases) {
        const auto read = parse_go_duration(text);
        ASSERT_TRUE(read) << text;
        EXPECT_EQ(*read, value) << text;
    }
}

TEST(Time, RefusesOtherDurations) {
    for (const char* text : {"", "-", "+", "5", "s", ".s", "1d", "1 s", "1e3s", "--1s", "1s ", "inf", "1h1",
                             "300000h1000000000h"}) {
        const auto read = parse_go_duration(text);
        ASSERT_FALSE(read) << text;
        EXPECT_EQ(read.error().code, Code::invalid);
    }
}

TEST(Time, GoDurationsSurviveARoundTrip) {
    for (const Duration value : {Duration{1}, Duration{999}, Duration{1500us}, Duration{61s + 5ms},
                                 Duration{100h + 1ns}, Duration{-3h}}) {
        EXPECT_EQ(parse_go_duration(go_duration(value)), value) << go_duration(value);
    }
}

TEST(Time, WritesAndReadsRfc3339) {
    const WallTime at = std::chrono::sys_days{std::chrono::year{2026} / 1 / 2} + 3h + 4min + 5s + 6ns;
    EXPECT_EQ(rfc3339(at), "2026-01-02T03:04:05Z");
    EXPECT_EQ(rfc3339_nano(at), "2026-01-02T03:04:05.000000006Z");
    EXPECT_EQ(parse_rfc3339("2026-01-02T03:04:05.000000006Z"), at);
    EXPECT_EQ(parse_rfc3339("2026-01-02T05:04:05.0000000069+02:00"), at);
    EXPECT_EQ(parse_rfc3339("2026-01-01T22:34:05.000000006-04:30"), at);
}

TEST(Time, WritesTimesBefore1970) {
    const WallTime at = std::chrono::sys_days{std::chrono::year{1969} / 12 / 31} + 23h + 59min + 59s + 500ms;
    EXPECT_EQ(rfc3339_nano(at), "1969-12-31T23:59:59.500000000Z");
    EXPECT_EQ(parse_rfc3339(rfc3339_nano(at)), at);
}

TEST(Time, AnyYearIsKeptAndCutForCalculations) {
    for (const char* text : {"0001-01-01T00:00:02.000000Z", "9999-12-31T23:59:59.999999Z"}) {
        const auto at = parse_calendar_time(text);
        ASSERT_TRUE(at) << text;
        EXPECT_EQ(rfc3339_micro(*at), text);
    }
    EXPECT_EQ(rfc3339(parse_rfc3339("0001-01-01T00:00:02.5Z").value()), "1920-01-01T00:00:00Z");
    EXPECT_EQ(rfc3339(parse_rfc3339("9999-12-31T23:59:59Z").value()), "2200-01-01T00:00:00Z");
    EXPECT_FALSE(parse_calendar_time("9999-12-31T23:59:59-01:00"));
    EXPECT_FALSE(parse_calendar_time("0000-01-01T00:59:59+01:00"));
}

TEST(Time, RefusesOtherTimes) {
    for (const char* text :
         {"", "2026-01-02", "2026-01-02T03:04:05", "2026-13-02T03:04:05Z", "2026-02-30T03:04:05Z",
          "2026-01-02T24:04:05Z", "2026-01-02T03:60:05Z", "2026-01-02T03:04:05.Z",
          "2026-01-02T03:04:05+24:00", "2026-01-02T03:04:05+0200", "2026-01-02 03:04:05Z",
          "2026-01-02T03:04:05Zx", "-026-01-02T03:04:05Z", "2026-1-02T03:04:05Z"}) {
        const auto read = parse_rfc3339(text);
        ASSERT_FALSE(read) << text;
        EXPECT_EQ(read.error().code, Code::invalid);
    }
}

}  // namespace
}  // namespace hooklet

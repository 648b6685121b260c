// SPDX-License-Identifier: Apache-2.0
#include "streams/log_filter.hpp"

#include <gtest/gtest.h>

namespace hooklet {
namespace {

constexpr const char* log =
    "2026-01-01T00:00:01.5Z stdout F one\n"
    "2026-01-01T01:00:02+01:00 stderr F two\n"
    "nonsense\n"
    "2026-01-01T00:00:03Z stdout P thr\n"
    "2026-01-01T00:00:04Z stdout F ee\n"
    "2026-01-01T00:00:05Z stdout F \n"
    "2026-01-01T00:00:06Z stdout F:tag six and spaces \n"
    "2026-01-01T00:00:07Z stdout F no end yet";

std::string filtered(LogView view, std::size_t piece = 1000) {
    LogFilter filter(view);
    std::string out;
    for (std::string_view rest = log; !rest.empty(); rest.remove_prefix(std::min(piece, rest.size()))) {
        out += filter.feed(rest.substr(0, piece));
    }
    return out;
}

WallTime at(const char* text) {
    return parse_rfc3339(text).value();
}

TEST(LogFilter, TheEnginesPrefixesAreTakenOff) {
    const std::string text = "one\ntwo\nthree\n\nsix and spaces \n";
    EXPECT_EQ(filtered({}), text);
    EXPECT_EQ(filtered({}, 1), text);
    EXPECT_EQ(filtered({}, 7), text);
}

TEST(LogFilter, TimestampsHaveNineDigitsAndStandBeforeWholeLines) {
    LogView view;
    view.timestamps = true;
    EXPECT_EQ(filtered(view),
              "2026-01-01T00:00:01.500000000Z one\n"
              "2026-01-01T00:00:02.000000000Z two\n"
              "2026-01-01T00:00:03.000000000Z three\n"
              "2026-01-01T00:00:05.000000000Z \n"
              "2026-01-01T00:00:06.000000000Z six and spaces \n");
}

TEST(LogFilter, EarlierLinesAreLeftOut) {
    LogView view;
    view.since = at("2026-01-01T00:00:02Z");
    EXPECT_EQ(filtered(view), "two\nthree\n\nsix and spaces \n");
    view.since = at("2026-01-01T00:00:02.1Z");
    EXPECT_EQ(filtered(view), "three\n\nsix and spaces \n");
}

TEST(LogFilter, TheLimitCutsExactly) {
    for (const std::int64_t limit : {1, 4, 9, 1000}) {
        LogView view;
        view.limit_bytes = limit;
        EXPECT_EQ(filtered(view, 13), filtered({}).substr(0, static_cast<std::size_t>(limit)));
    }
    LogView view;
    view.limit_bytes = 2;
    LogFilter filter(view);
    EXPECT_EQ(filter.feed(log), "on");
    EXPECT_TRUE(filter.full());
}

TEST(LogFilter, SkippedLinesAreThoseOfTheFile) {
    LogView view;
    view.skip_lines = 3;
    EXPECT_EQ(filtered(view), "three\n\nsix and spaces \n");
    view.skip_lines = 4;
    EXPECT_EQ(filtered(view), "ee\n\nsix and spaces \n");
}

TEST(LogFilter, OneOfTheStreamsCanBeWanted) {
    LogView view;
    view.stream = "stderr";
    EXPECT_EQ(filtered(view), "two\n");
    view.stream = "stdout";
    EXPECT_EQ(filtered(view), "one\nthree\n\nsix and spaces \n");
}

TEST(LogFilter, OnlyCriLinesAreLines) {
    EXPECT_EQ(parse_log_line("t stderr P x y")->text, "x y");
    EXPECT_FALSE(parse_log_line("t stderr P x y")->whole);
    for (const char* bad : {"", "t", "t stdout", "t stdout F", "t stdout X text"}) {
        EXPECT_FALSE(parse_log_line(bad)) << bad;
    }
}

}  // namespace
}  // namespace hooklet

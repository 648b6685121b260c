// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.hpp"

#include <string>

#include <gtest/gtest.h>

namespace hooklet {
namespace {

TEST(Utf8, TellsTheLengthOfASequence) {
    EXPECT_EQ(utf8_sequence("a"), 1U);
    EXPECT_EQ(utf8_sequence(std::string_view("\0", 1)), 1U);
    EXPECT_EQ(utf8_sequence("\xC3\xA4xyz"), 2U);
    EXPECT_EQ(utf8_sequence("\xE2\x82\xAC"), 3U);
    EXPECT_EQ(utf8_sequence("\xED\x9F\xBF"), 3U);
    EXPECT_EQ(utf8_sequence("\xF0\x9F\x98\x80!"), 4U);
    EXPECT_EQ(utf8_sequence("\xF4\x8F\xBF\xBF"), 4U);
}

TEST(Utf8, RefusesWhatIsNone) {
    for (const std::string text :
         {"", "\x80", "\xC3", "\xC3(", "\xC0\xAF", "\xC1\xBF", "\xE0\x80\xAF", "\xE2\x82", "\xE2\x82(",
          "\xED\xA0\x80", "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"}) {
        EXPECT_EQ(utf8_sequence(text), 0U) << testing::PrintToString(text);
    }
}

}  // namespace
}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
#include "insight/wording.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet::insight {
namespace {

using testing::ElementsAre;

TEST(Wording, printable_text_cannot_command_a_terminal) {
    struct Case {
        std::string_view text;
        const char* expected;
    };
    const Case cases[] = {
        {"plain text", "plain text"},
        {"caf\xC3\xA9 \xE2\x82\xAC", "caf\xC3\xA9 \xE2\x82\xAC"},
        {"a\tb\nc", "a b c"},
        {"\x1b[31mred\x01\x7F\r", "^[[31mred^A^?^M"},
        {std::string_view("a\0b", 3), "a^@b"},
        {"caf\xE9 x", "caf\xEF\xBF\xBD x"},
        {"\xC2\x9B"
         "31m",
         "\xEF\xBF\xBD"
         "31m"},
    };
    for (const Case& c : cases) EXPECT_EQ(printable(c.text), c.expected);
}

TEST(Wording, clip_counts_characters) {
    EXPECT_EQ(clip("four", 4), "four");
    EXPECT_EQ(clip("longer", 5), "lo...");
    EXPECT_EQ(clip("longer", 2), "lo");
    EXPECT_EQ(clip("\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC", 4),
              "\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC");
    EXPECT_EQ(clip("\xE2\x82\xAC is a currency", 4), "\xE2\x82\xAC...");
}

TEST(Wording, shorten_keeps_the_container) {
    EXPECT_EQ(shorten("web/nginx", 9), "web/nginx");
    EXPECT_EQ(shorten("a-rather-long-name-5d8f7c/init", 20), "a-rath...5d8f7c/init");
    EXPECT_EQ(shorten("a-rather-long-name-5d8f7c", 20), "a-rather...me-5d8f7c");
    EXPECT_EQ(shorten("web/a-rather-long-container", 12), "web/...ainer");
}

TEST(Wording, wrap_breaks_between_characters) {
    EXPECT_THAT(wrap("one two", 5), ElementsAre("one", "two"));
    EXPECT_THAT(wrap("exact fit", 5), ElementsAre("exact", "fit"));
    EXPECT_THAT(wrap("\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC", 2),
                ElementsAre("\xE2\x82\xAC\xE2\x82\xAC", "\xE2\x82\xAC"));
    EXPECT_THAT(wrap("", 5), ElementsAre(""));
}

}  // namespace
}  // namespace hooklet::insight

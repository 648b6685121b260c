// SPDX-License-Identifier: Apache-2.0
#include "api/references.hpp"

#include <gtest/gtest.h>

namespace hooklet::api {
namespace {

std::string replaced(std::string_view text) {
    return replace_references(text, [](std::string_view name) { return "<" + std::string(name) + ">"; });
}

TEST(References, AreReplaced) {
    EXPECT_EQ(replaced("a $(B) c"), "a <B> c");
    EXPECT_EQ(replaced("$(A)$(B)"), "<A><B>");
    EXPECT_EQ(replaced("$()"), "<>");
}

TEST(References, AreEscapedByADollar) {
    EXPECT_EQ(replaced("$$(A)"), "$(A)");
    EXPECT_EQ(replaced("$$$(A)"), "$<A>");
    EXPECT_EQ(replaced("5$$"), "5$");
}

TEST(References, OtherDollarsStandForThemselves) {
    EXPECT_EQ(replaced("$A $(B $"), "$A $(B $");
    EXPECT_EQ(replaced(""), "");
}

}  // namespace
}  // namespace hooklet::api

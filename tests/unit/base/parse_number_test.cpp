// SPDX-License-Identifier: Apache-2.0
#include "base/parse_number.hpp"

#include <cstdint>

#include <gtest/gtest.h>

namespace hooklet {
namespace {

TEST(ParseNumber, ReadsAWholeText) {
    EXPECT_EQ(parse_number<int>("0"), 0);
    EXPECT_EQ(parse_number<int>("-12"), -12);
    EXPECT_EQ(parse_number<std::uint16_t>("65535"), 65535);
    EXPECT_EQ(parse_number<std::int64_t>("-9223372036854775808"), INT64_MIN);
    EXPECT_EQ(parse_number<unsigned>("fF", 16), 255U);
    EXPECT_EQ(parse_number<double>("2.5"), 2.5);
}

TEST(ParseNumber, RefusesEverythingElse) {
    for (const char* text : {"", " 1", "1 ", "+1", "-", "1x", "x", "1.5", "2147483648"})
        EXPECT_EQ(parse_number<int>(text), std::nullopt) << text;
    EXPECT_EQ(parse_number<std::uint16_t>("65536"), std::nullopt);
    EXPECT_EQ(parse_number<std::uint16_t>("-1"), std::nullopt);
    EXPECT_EQ(parse_number<double>("2.5%"), std::nullopt);
}

}  // namespace
}  // namespace hooklet

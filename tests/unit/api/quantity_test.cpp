// SPDX-License-Identifier: Apache-2.0
#include "api/quantity.hpp"

#include <cstdint>
#include <limits>
#include <string>

#include <gtest/gtest.h>

namespace hooklet::api {
namespace {

Quantity parsed(std::string_view text) {
    const auto quantity = Quantity::parse(text);
    EXPECT_TRUE(quantity) << text;
    return quantity.value_or(Quantity{});
}

struct Canonical {
    const char* given;
    const char* text;
};

TEST(Quantity, HasOneCanonicalText) {
    constexpr Canonical table[] = {
        {"0", "0"},
        {"-0", "0"},
        {"0Gi", "0"},
        {"1", "1"},
        {"+1", "1"},
        {"1000m", "1"},
        {"500m", "500m"},
        {"0.5", "500m"},
        {".5", "500m"},
        {"5.", "5"},
        {"1500m", "1500m"},
        {"1.5", "1500m"},
        {"1000", "1k"},
        {"1024", "1024"},
        {"1e3", "1e3"},
        {"1E3", "1e3"},
        {"1e4", "10e3"},
        {"1e-3", "1e-3"},
        {"12e0", "12"},
        {"1024Mi", "1Gi"},
        {"1.5Gi", "1536Mi"},
        {"0.5Ki", "512"},
        {"1.5Ki", "1536"},
        {"1024.5", "1024500m"},
        {"100Ki", "100Ki"},
        {"1000Ki", "1000Ki"},
        {"0.1Ki", "102400m"},
        {"1n", "1n"},
        {"0.1n", "1n"},
        {"-0.1n", "-1n"},
        {"1u", "1u"},
        {"1000000k", "1G"},
        {"-1", "-1"},
        {"-1.5Gi", "-1536Mi"},
        {"3E", "3E"},
        {"1Ei", "1Ei"},
        {"010", "10"},
        {"1.0000000001", "1000000001n"},
        {"9223372036854775807", "9223372036854775807"},
        {"9223372036854775808", "9223372036854775807"},
        {"100E", "9223372036854775807"},
        {"9Ei", "9223372036854775807"},
        {"1e999", "9223372036854775807"},
        {"1e-999", "1e-9"},
    };
    for (const auto& [given, text] : table) EXPECT_EQ(parsed(given).text(), text) << given;
}

TEST(Quantity, TextReadsBackAsTheSameQuantity) {
    for (const char* given : {"1.5Gi", "250m", "1e3", "7n", "123456789", "9223372036854775807"}) {
        const Quantity quantity = parsed(given);
        EXPECT_EQ(parsed(quantity.text()), quantity) << given;
    }
}

TEST(Quantity, RefusesWhatIsNoQuantity) {
    const std::string syntax =
        "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
    for (const char* text : {"", "-", ".", "Gi", "1 ", " 1", "1Gb", "1.2.3", "one", "0x10", "1,5"}) {
        const auto quantity = Quantity::parse(text);
        ASSERT_FALSE(quantity) << text;
        EXPECT_EQ(quantity.error().message, syntax) << text;
    }
    for (const char* text : {"1K", "1mi", "1e", "1e1.5", "1ki", "1GiGi", "1e1e1", "1-"}) {
        const auto quantity = Quantity::parse(text);
        ASSERT_FALSE(quantity) << text;
        EXPECT_EQ(quantity.error().code, Code::invalid);
    }
    EXPECT_EQ(Quantity::parse("1K").error().message, "unable to parse quantity's suffix");
}

TEST(Quantity, RoundsUpWhenReadInUnitsOrThousandths) {
    EXPECT_EQ(parsed("1500m").units(), 2);
    EXPECT_EQ(parsed("-1500m").units(), -2);
    EXPECT_EQ(parsed("1.5Gi").units(), 1610612736);
    EXPECT_EQ(parsed("0.1").milli(), 100);
    EXPECT_EQ(parsed("1u").milli(), 1);
    EXPECT_EQ(parsed("9223372036854775807").milli(), std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(parsed("1u").rounded_to_milli().text(), "1m");
    EXPECT_EQ(Quantity::of_units(2048, Quantity::Format::binary_si).text(), "2Ki");
    EXPECT_EQ(Quantity::of_milli(1250).text(), "1250m");
}

TEST(Quantity, ComparesAmountsAcrossSuffixFamilies) {
    EXPECT_EQ(parsed("1Ki"), parsed("1024"));
    EXPECT_LT(parsed("1k"), parsed("1Ki"));
    EXPECT_GT(parsed("1"), parsed("999m"));
    EXPECT_LT(parsed("-1"), Quantity{});
    EXPECT_TRUE(parsed("1n") > Quantity{});
    EXPECT_TRUE(parsed("2").is_integer());
    EXPECT_FALSE(parsed("2.5").is_integer());
}

TEST(Quantity, AddsAndSubtracts) {
    EXPECT_EQ((parsed("500m") + parsed("1")).text(), "1500m");
    EXPECT_EQ((parsed("1Gi") + parsed("1")).text(), "1073741825");
    EXPECT_EQ((parsed("0") + parsed("64Mi")).text(), "64Mi");
    EXPECT_EQ((parsed("1Gi") - parsed("512Mi")).text(), "512Mi");
    EXPECT_EQ((parsed("1") - parsed("1500m")).text(), "-500m");
    const Quantity most = Quantity::of_units(std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(most + most, most);
}

}  // namespace
}  // namespace hooklet::api

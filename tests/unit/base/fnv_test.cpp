// SPDX-License-Identifier: Apache-2.0
#include "base/fnv.hpp"

#include <gtest/gtest.h>

namespace hooklet {
namespace {

// The vectors are those of its authors.
TEST(Fnv1a, IsWhatOthersCompute) {
    EXPECT_EQ(fnv1a_32(""), 0x811C9DC5U);
    EXPECT_EQ(fnv1a_32("a"), 0xE40C292CU);
    EXPECT_EQ(fnv1a_32("foobar"), 0xBF9CF968U);
    EXPECT_EQ(fnv1a_64(""), 0xCBF29CE484222325U);
    EXPECT_EQ(fnv1a_64("a"), 0xAF63DC4C8601EC8CU);
    EXPECT_EQ(fnv1a_64("foobar"), 0x85944171F73967E8U);
}

}  // namespace
}  // namespace hooklet

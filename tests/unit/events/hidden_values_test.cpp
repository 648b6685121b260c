// SPDX-License-Identifier: Apache-2.0
#include "events/hidden_values.hpp"

#include <gtest/gtest.h>

namespace hooklet {
namespace {

TEST(HiddenValues, AreReplacedInThePodsTextsAlone) {
    HiddenValues hidden;
    hidden.add("u1", {"hunter2", "hunter2-long", "abc"});
    EXPECT_EQ(hidden.hide("u1", "a hunter2, hunter2-long; abc"), "a ***, ***; abc")
        << "three bytes are too few";
    EXPECT_EQ(hidden.hide("u2", "hunter2"), "hunter2");
    hidden.forget("u1");
    EXPECT_EQ(hidden.hide("u1", "hunter2"), "hunter2");
}

TEST(HiddenValues, EachLineOfAValueIsOne) {
    HiddenValues hidden;
    hidden.add("u1", {"first line\nsecond line\n"});
    EXPECT_EQ(hidden.hide("u1", "first line\nsecond line\n"), "***");
    EXPECT_EQ(hidden.hide("u1", "> second line"), "> ***");
}

}  // namespace
}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
#include "pods/container_log.hpp"

#include <gtest/gtest.h>

namespace hooklet {
namespace {

TEST(ExitText, IsOneLine) {
    EXPECT_EQ(exit_text("Error", ""), "Error");
    EXPECT_EQ(exit_text("Error", "disk full\n"), "Error: disk full");
    EXPECT_EQ(exit_text("Error", "starting\nno such host\n \n"), "Error: no such host");
    const std::string a_umlaut = "\xc3\xa4";
    EXPECT_EQ(exit_text("Error", std::string(199, 'x') + a_umlaut), "Error: " + std::string(199, 'x'));
    EXPECT_EQ(exit_text("Error", std::string(198, 'x') + a_umlaut + "y"),
              "Error: " + std::string(198, 'x') + a_umlaut);
}

}  // namespace
}  // namespace hooklet

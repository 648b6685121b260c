// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/hook_facts.hpp"

#include <gtest/gtest.h>

namespace hooklet {
namespace {

const HookFacts facts{{"EXIT_CODE", "137"}, {"REASON", "Deleted"}};

TEST(HookFacts, AreEnvironmentForCommands) {
    const std::vector<std::string> expected{
        "env", "HOOKLET_EXIT_CODE=137", "HOOKLET_REASON=Deleted", "sh", "-c", "x"};
    EXPECT_EQ(with_environment(facts, {"sh", "-c", "x"}), expected);
}

TEST(HookFacts, LeaveTheCommandAloneWhenThereAreNone) {
    EXPECT_EQ(with_environment({}, {"sh"}), std::vector<std::string>{"sh"});
}

TEST(HookFacts, AreHeadersForRequests) {
    const std::vector<HttpHeader> expected{{"Hooklet-Exit-Code", "137"}, {"Hooklet-Reason", "Deleted"}};
    EXPECT_EQ(as_headers(facts), expected);
}

}  // namespace
}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
#include "base/cancel.hpp"

#include <optional>
#include <utility>

#include <gtest/gtest.h>

namespace hooklet {
namespace {

TEST(Cancel, ADefaultTokenIsNeverCancelled) {
    const CancelToken token;
    EXPECT_FALSE(token.cancelled());
    const auto registration = token.on_cancel([] { FAIL(); });
}

TEST(Cancel, TheFirstReasonCounts) {
    CancelSource source;
    int calls = 0;
    const auto registration = source.token().on_cancel([&] { ++calls; });
    source.cancel({Code::deadline, "first"});
    source.cancel({Code::cancelled, "second"});
    EXPECT_EQ(calls, 1);
    ASSERT_TRUE(source.token().cancelled());
    EXPECT_EQ(source.token().reason().message, "first");
}

TEST(Cancel, ALateCallbackRunsAtOnce) {
    CancelSource source;
    source.cancel();
    bool called = false;
    const auto registration = source.token().on_cancel([&] { called = true; });
    EXPECT_TRUE(called);
}

TEST(Cancel, AWithdrawnCallbackIsNotCalled) {
    CancelSource source;
    {
        const auto registration = source.token().on_cancel([] { FAIL(); });
    }
    CancelRegistration replaced = source.token().on_cancel([] { FAIL(); });
    replaced = {};
    source.cancel();
}

TEST(Cancel, ACallbackMayWithdrawOthersAndItself) {
    CancelSource source;
    std::optional<CancelRegistration> own;
    std::optional<CancelRegistration> other;
    own = source.token().on_cancel([&] {
        own.reset();
        other.reset();
    });
    other = source.token().on_cancel([] { FAIL(); });
    source.cancel();
    EXPECT_FALSE(own);
}

TEST(Cancel, ACallbackMayDestroyTheSource) {
    std::optional<CancelSource> source(std::in_place);
    const CancelToken token = source->token();
    const auto first = token.on_cancel([&] { source.reset(); });
    bool called = false;
    const auto second = token.on_cancel([&] { called = true; });
    source->cancel();
    EXPECT_TRUE(called);
    EXPECT_TRUE(token.cancelled());
}

TEST(Cancel, ACallbackThatOwnsAnotherRegistrationIsWithdrawnWithIt) {
    CancelSource source;
    auto inner = source.token().on_cancel([] { FAIL(); });
    {
        const auto outer = source.token().on_cancel([inner = std::move(inner)] { FAIL(); });
    }
    source.cancel();
}

TEST(Cancel, AChildFollowsItsParent) {
    CancelSource parent;
    const CancelSource child(parent.token());
    const CancelSource grandchild(child.token());
    parent.cancel({Code::deadline, "timed out"});
    ASSERT_TRUE(grandchild.token().cancelled());
    EXPECT_EQ(grandchild.token().reason().code, Code::deadline);
}

TEST(Cancel, AParentDoesNotFollowItsChild) {
    const CancelSource parent;
    CancelSource child(parent.token());
    child.cancel();
    EXPECT_FALSE(parent.token().cancelled());
}

TEST(Cancel, AChildOfACancelledParentIsCancelled) {
    CancelSource parent;
    parent.cancel();
    EXPECT_TRUE(CancelSource(parent.token()).token().cancelled());
}

TEST(Cancel, AMovedSourceStillFollowsItsParent) {
    CancelSource parent;
    CancelSource child(parent.token());
    const CancelSource moved = std::move(child);
    parent.cancel();
    EXPECT_TRUE(moved.token().cancelled());
}

}  // namespace
}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
#include "store_fixture.hpp"

namespace hooklet::store {
namespace {

using namespace std::chrono_literals;

TEST_F(StoreTest, AWatchWithoutRevisionShowsWhatIsThereFirst) {
    ASSERT_TRUE(create("a"));
    ASSERT_TRUE(create("b"));
    auto watched = watch(std::nullopt);
    ASSERT_TRUE(change("a", 1));
    EXPECT_EQ(next(*watched), "ADDED default/a@2");
    EXPECT_EQ(next(*watched), "ADDED default/b@3");
    EXPECT_EQ(next(*watched), "MODIFIED default/a@4");
    EXPECT_EQ(next(*watched), "BOOKMARK @4");
}

TEST_F(StoreTest, AWatchFromARevisionShowsWhatCameAfter) {
    ASSERT_TRUE(create("a"));
    ASSERT_TRUE(create("b"));
    ASSERT_TRUE(remove("a"));
    auto watched = watch(2);
    EXPECT_EQ(next(*watched), "ADDED default/b@3");
    const auto gone = loop.run(watched->next(within(1s)));
    ASSERT_TRUE(gone);
    EXPECT_EQ(text(*gone), "DELETED default/a@4");
    EXPECT_EQ(metadata_text(gone->object->node(), "resourceVersion"), "4");
    EXPECT_EQ(*gone->object->node().find("version")->as_int(), 0) << "its last content";
}

TEST_F(StoreTest, AWatchFromTheFutureIsSilentUntilThen) {
    auto watched = watch(3);
    ASSERT_TRUE(create("a"));
    ASSERT_TRUE(create("b"));
    EXPECT_EQ(next(*watched), "BOOKMARK @3");
    ASSERT_TRUE(create("c"));
    EXPECT_EQ(next(*watched), "ADDED default/c@4");
}

TEST_F(StoreTest, EnteringASelectionIsAddedLeavingItIsDeleted) {
    auto watched = watch(1, with_app("x"));
    ASSERT_TRUE(create("a", "y"));
    ASSERT_TRUE(change("a", 1, "x"));
    ASSERT_TRUE(change("a", 2, "x"));
    ASSERT_TRUE(change("a", 3, "y"));
    ASSERT_TRUE(change("a", 4, "y"));
    ASSERT_TRUE(change("a", 5, "x"));
    ASSERT_TRUE(remove("a"));
    EXPECT_EQ(next(*watched), "ADDED default/a@3");
    EXPECT_EQ(next(*watched), "MODIFIED default/a@4");
    const auto left = loop.run(watched->next(within(1s)));
    ASSERT_TRUE(left);
    EXPECT_EQ(text(*left), "DELETED default/a@5");
    EXPECT_EQ(*left->object->node().find("version")->as_int(), 2) << "as it was in the selection";
    EXPECT_EQ(metadata_text(left->object->node(), "resourceVersion"), "5");
    EXPECT_EQ(next(*watched), "ADDED default/a@7");
    EXPECT_EQ(next(*watched), "DELETED default/a@8");
}

TEST_F(StoreTest, AWatchIsOfItsResourceNamespaceAndName) {
    auto named = objects->watch({"pods", "default", "a", nullptr}, 1).value();
    auto spaced = objects->watch({"pods", "other", "", nullptr}, 1).value();
    auto secrets = objects->watch({"secrets", "", "", nullptr}, 1).value();
    ASSERT_TRUE(create("b"));
    ASSERT_TRUE(create("a", "a", "other"));
    ASSERT_TRUE(create("a"));
    EXPECT_EQ(next(*named), "ADDED default/a@4");
    EXPECT_EQ(next(*spaced), "ADDED other/a@3");
    EXPECT_EQ(next(*spaced), "BOOKMARK @4");
    EXPECT_EQ(next(*secrets), "BOOKMARK @4") << "changes of other resources count";
}

TEST_F(StoreTest, AllWatchersShareOneObject) {
    auto first = watch(1);
    auto second = watch(1);
    const ObjectPtr made = create("a").value();
    EXPECT_EQ(loop.run(first->next(within(1s)))->object, made);
    EXPECT_EQ(loop.run(second->next(within(1s)))->object, made);
    EXPECT_EQ(objects->get(pod_key("a")).value(), made);
    ASSERT_TRUE(remove("a"));
    const ObjectPtr gone = loop.run(first->next(within(1s)))->object;
    EXPECT_EQ(loop.run(second->next(within(1s)))->object, gone);
}

TEST_F(StoreTest, AWatchFromBeforeTheHistoryIsExpired) {
    start({.fields_of = nullptr, .history = {.changes = 2}});
    ASSERT_TRUE(create("a"));
    for (int version = 1; version <= 3; ++version) ASSERT_TRUE(change("a", version));
    const auto old = objects->watch({"pods", "", "", nullptr}, 2);
    ASSERT_FALSE(old);
    EXPECT_EQ(old.error().code, Code::expired);
    EXPECT_EQ(old.error().text(), "too old resource version: 2 (3)");
    EXPECT_EQ(next(*watch(3)), "MODIFIED default/a@4");
    EXPECT_TRUE(objects->watch({"secrets", "", "", nullptr}, 1)) << "each resource has its own history";
}

TEST_F(StoreTest, TheHistoryIsAlsoBoundedByItsBytes) {
    start({.fields_of = nullptr, .history = {.changes = 100, .bytes = 200}});
    ASSERT_TRUE(create("a"));
    for (int version = 1; version <= 9; ++version) ASSERT_TRUE(change("a", version));
    EXPECT_FALSE(objects->watch({"pods", "", "", nullptr}, 2));
    EXPECT_EQ(next(*watch(10)), "MODIFIED default/a@11");
}

TEST_F(StoreTest, ARestartForgetsTheHistory) {
    ASSERT_TRUE(create("a"));
    ASSERT_TRUE(create("b"));
    start({});
    EXPECT_EQ(objects->watch({"pods", "", "", nullptr}, 2).error().text(), "too old resource version: 2 (3)");
    EXPECT_EQ(next(*watch(3)), "BOOKMARK @3");
}

TEST_F(StoreTest, ASlowWatcherIsDropped) {
    start({.fields_of = nullptr, .history = {.changes = 3}});
    auto slow = watch(1);
    ASSERT_TRUE(create("a"));
    EXPECT_EQ(next(*slow), "ADDED default/a@2");
    for (int version = 1; version <= 3; ++version) ASSERT_TRUE(change("a", version));
    EXPECT_EQ(next(*slow), "MODIFIED default/a@3");
    for (int version = 4; version <= 6; ++version) ASSERT_TRUE(change("a", version));
    const auto dropped = loop.run(slow->next(within(1s)));
    ASSERT_FALSE(dropped);
    EXPECT_EQ(dropped.error().code, Code::expired);
}

TEST_F(StoreTest, AWatcherThatWaitsForRareEventsIsNotDropped) {
    start({.fields_of = nullptr, .history = {.changes = 3}});
    ASSERT_TRUE(create("a"));
    auto rare = watch(2, with_app("x"));
    std::string seen;
    Gate gate(loop.executor());
    gate.spawn([](StoreTest* test, Watch* of, std::string* out) -> Task<> {
        const auto event = co_await of->next(test->within(1h));
        *out = event ? text(*event) : event.error().text();
    }(this, rare.get(), &seen));
    for (int version = 1; version <= 9; ++version) ASSERT_TRUE(change("a", version));
    ASSERT_TRUE(change("a", 10, "x"));
    loop.run(gate.close());
    EXPECT_EQ(seen, "ADDED default/a@12");
}

TEST_F(StoreTest, AWatchCanBeCancelledAndGoes) {
    auto watched = watch(1);
    CancelSource source;
    source.cancel({Code::cancelled, "the client has gone"});
    const auto event = loop.run(watched->next(loop.clock().call_within(1h, source.token())));
    ASSERT_FALSE(event);
    EXPECT_EQ(event.error().text(), "the client has gone");
    watched.reset();
    EXPECT_TRUE(create("a"));
}

}  // namespace
}  // namespace hooklet::store

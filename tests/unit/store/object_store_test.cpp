// SPDX-License-Identifier: Apache-2.0
#include "store_fixture.hpp"

#include <numeric>

namespace hooklet::store {
namespace {

using namespace std::chrono_literals;
using sim::Fault;

Task<> create_into(ObjectStore* objects, std::string name, std::vector<Result<ObjectPtr>>* answers) {
    auto answer = co_await objects->create(pod_key(name), pod(name));
    answers->push_back(std::move(answer));
}

TEST_F(StoreTest, WhatIsAcknowledgedIsOnDiskAndIsReadAgain) {
    const auto made = create("a");
    ASSERT_TRUE(made);
    EXPECT_EQ((*made)->revision, 2);
    EXPECT_EQ(storage.last_revision(), 2);
    EXPECT_EQ(*storage.objects().at(pod_key("a")).text, *(*made)->text);
    ASSERT_TRUE(create("b"));
    ASSERT_TRUE(change("a", 1));
    ASSERT_TRUE(remove("b"));
    start({});
    EXPECT_EQ(listed({}), "default/a@4 of 5");
    EXPECT_EQ(objects->get(pod_key("a")).value()->revision, 4);
    EXPECT_EQ(*objects->get(pod_key("a")).value()->label("app"), "a");
    EXPECT_EQ(objects->get(pod_key("b")).error().text(), R"(pods "b" not found)");
}

TEST_F(StoreTest, NothingIsSeenBeforeItIsOnDisk) {
    auto watched = watch(std::nullopt);
    std::vector<Result<ObjectPtr>> answers;
    faults.force("objects.write", Fault::error);
    Gate gate(loop.executor());
    gate.spawn(create_into(objects.get(), "a", &answers));
    EXPECT_EQ(objects->get(pod_key("a")).error().code, Code::not_found);
    loop.run(gate.close());
    ASSERT_EQ(answers.size(), 1U);
    EXPECT_EQ(answers[0].error().text(), "disk I/O error");
    EXPECT_EQ(listed({}), "of 1");
    EXPECT_EQ(next(*watched), "BOOKMARK @1");
    ASSERT_TRUE(create("a"));
    EXPECT_EQ(next(*watched), "ADDED default/a@2") << "no revision is skipped";
}

TEST_F(StoreTest, WritesThatArriveDuringACommitShareTheNext) {
    std::vector<Result<ObjectPtr>> answers;
    Gate gate(loop.executor());
    for (int i = 0; i < 50; ++i) gate.spawn(create_into(objects.get(), std::to_string(i), &answers));
    loop.run(gate.close());
    EXPECT_EQ(answers.size(), 50U);
    EXPECT_LE(storage.batches().size(), 2U);
    EXPECT_EQ(std::accumulate(storage.batches().begin(), storage.batches().end(), std::size_t{0}), 50U);
    EXPECT_EQ(objects->revision(), 51);
}

TEST_F(StoreTest, OneOfTwoWhoCreateTheSameIsTold) {
    std::vector<Result<ObjectPtr>> answers;
    Gate gate(loop.executor());
    for (int i = 0; i < 2; ++i) gate.spawn(create_into(objects.get(), "a", &answers));
    loop.run(gate.close());
    ASSERT_TRUE(answers[0]);
    EXPECT_EQ(answers[1].error().code, Code::already_exists);
}

TEST_F(StoreTest, ALostAnswerOfTheDiskIsNoFailure) {
    faults.force("objects.write", Fault::lost_answer);
    ASSERT_TRUE(create("a"));
    EXPECT_EQ(objects->revision(), 2);
}

TEST_F(StoreTest, AWriteOfUnknownFateIsShownOnceItIsKnownToBeOnDisk) {
    auto watched = watch(1);
    faults.force("objects.write", Fault::lost_answer);
    faults.force("objects.revision", Fault::error);
    EXPECT_EQ(create("a").error().code, Code::internal);
    EXPECT_EQ(objects->revision(), 1);
    EXPECT_EQ(create("a").error().code, Code::already_exists);
    EXPECT_EQ(next(*watched), "ADDED default/a@2");
}

TEST_F(StoreTest, AnUnknownFateIsAskedForBeforeAnythingElseIsWritten) {
    faults.force("objects.write", Fault::error);
    faults.force("objects.revision", Fault::error);
    faults.force("objects.revision", Fault::error);
    EXPECT_FALSE(create("a"));
    EXPECT_FALSE(create("b"));
    EXPECT_EQ(create("c").value()->revision, 2);
    EXPECT_EQ(listed({}), "default/c@2 of 2");
}

TEST_F(StoreTest, RefusesToStartOnWhatItCannotRead) {
    std::vector<ObjectChange> broken{{pod_key("a"), 2, std::make_shared<const std::string>("{")}};
    ASSERT_TRUE(loop.run(storage.write(std::move(broken))));
    ObjectStore other(&storage, &loop.clock(), loop.executor(), {});
    const Status loaded = loop.run(other.load());
    ASSERT_FALSE(loaded);
    EXPECT_TRUE(loaded.error().text().starts_with(R"(object store: pods "a": )")) << loaded.error().text();
}

TEST_F(StoreTest, AStoppedStoreRefusesWritesAndEndsWatches) {
    auto watched = watch(std::nullopt);
    std::vector<Result<ObjectPtr>> answers;
    Gate gate(loop.executor());
    gate.spawn(create_into(objects.get(), "a", &answers));
    gate.spawn(objects->stop());
    loop.run(gate.close());
    EXPECT_TRUE(answers[0]) << "what was asked before is done";
    EXPECT_EQ(next(*watched), "the object store is closed");
    EXPECT_EQ(create("b").error().text(), "the object store is closed");
    objects.reset();
    objects = std::make_unique<ObjectStore>(&storage, &loop.clock(), loop.executor(), StoreOptions{});
}

// Lists.

TEST_F(StoreTest, ListsInTheOrderOfTheKeysBytes) {
    ASSERT_TRUE(create("x", "a", "a"));
    ASSERT_TRUE(create("y", "b", "a-b"));
    ASSERT_TRUE(create("b", "a", "a"));
    EXPECT_EQ(listed({}), "a-b/y@3 a/b@4 a/x@2 of 4");
    EXPECT_EQ(listed({.selection = {"pods", "a", "", nullptr}}), "a/b@4 a/x@2 of 4");
    EXPECT_EQ(listed({.selection = {"pods", "a", "x", nullptr}}), "a/x@2 of 4");
    EXPECT_EQ(listed({.selection = {"pods", "", "x", nullptr}}), "a/x@2 of 4");
    EXPECT_EQ(listed({.selection = {"pods", "", "", with_app("b")}}), "a-b/y@3 of 4");
    EXPECT_EQ(listed({.selection = {"pods", "none", "", nullptr}}), "of 4");
}

TEST_F(StoreTest, PagesShowTheStateOfTheFirst) {
    for (const char* name : {"a", "b", "c", "d", "e"}) ASSERT_TRUE(create(name));
    auto page = list({.limit = 2});
    ASSERT_TRUE(page);
    EXPECT_EQ(page->remaining, 3U);
    ASSERT_TRUE(change("c", 1));
    ASSERT_TRUE(remove("d"));
    ASSERT_TRUE(create("cc"));
    ASSERT_TRUE(remove("a"));
    EXPECT_EQ(listed({.limit = 2, .continue_ = page->continue_}), "default/c@4 default/d@5 of 6");
    page = list({.limit = 2, .continue_ = page->continue_});
    EXPECT_EQ(page->remaining, 1U);
    EXPECT_EQ(listed({.limit = 2, .continue_ = page->continue_}), "default/e@6 of 6");
    EXPECT_EQ(list({.limit = 2, .continue_ = page->continue_})->continue_, "");
    EXPECT_EQ(listed({.continue_ = without_revision(page->continue_)}), "default/e@6 of 10");
    EXPECT_EQ(listed({}), "default/b@3 default/c@7 default/cc@9 default/e@6 of 10");
}

TEST_F(StoreTest, ASelectedPageDoesNotCountTheRest) {
    for (const char* name : {"a", "b", "c"}) ASSERT_TRUE(create(name));
    const auto page = list({.selection = {"", "", "", with_app("a")}, .limit = 2});
    EXPECT_NE(page->continue_, "");
    EXPECT_EQ(page->remaining, std::nullopt);
    EXPECT_EQ(list({.limit = 3})->continue_, "") << "nothing is left";
}

TEST_F(StoreTest, ATokenOlderThanTheHistoryIsExpired) {
    start({.fields_of = nullptr, .history = {.changes = 2}});
    for (const char* name : {"a", "b", "c"}) ASSERT_TRUE(create(name));
    const auto page = list({.limit = 1});
    for (int version = 1; version <= 3; ++version) ASSERT_TRUE(change("a", version));
    const auto expired = list({.limit = 1, .continue_ = page->continue_});
    EXPECT_EQ(expired.error().code, Code::expired);
    EXPECT_EQ(expired.error().text(), "The resourceVersion for the provided list is too old.");
    EXPECT_EQ(listed({.continue_ = without_revision(page->continue_)}), "default/b@3 default/c@4 of 7");
}

TEST_F(StoreTest, BadTokensAreInvalid) {
    for (const std::string& token : {std::string("?"), std::string("bm8"), encode({0, "a"})}) {
        const auto page = list({.continue_ = token});
        ASSERT_FALSE(page);
        EXPECT_EQ(page.error().code, Code::invalid);
        EXPECT_TRUE(page.error().text().starts_with("invalid continue token: continue key is not valid: "));
        EXPECT_EQ(without_revision(token), "");
    }
    EXPECT_EQ(list({.continue_ = encode({99, "a"})}).error().code, Code::expired);
    const auto token = decode(encode({7, "ns/b"}));
    EXPECT_EQ(token->revision, 7);
    EXPECT_EQ(token->after, "ns/b");
}

TEST_F(StoreTest, ListsAtARevision) {
    ASSERT_TRUE(create("a"));
    ASSERT_TRUE(change("a", 1));
    ASSERT_TRUE(remove("a"));
    EXPECT_EQ(listed({.match = Match::exact, .revision = 1}), "of 1");
    EXPECT_EQ(listed({.match = Match::exact, .revision = 2}), "default/a@2 of 2");
    EXPECT_EQ(listed({.match = Match::exact, .revision = 3}), "default/a@3 of 3");
    EXPECT_EQ(listed({.match = Match::exact, .revision = 4}), "of 4");
    EXPECT_EQ(listed({.match = Match::not_older_than, .revision = 2}), "of 4");
    const auto future = list({.match = Match::not_older_than, .revision = 5});
    EXPECT_EQ(future.error().code, Code::deadline);
    EXPECT_EQ(future.error().text(), "Too large resource version: 5, current: 4");
}

TEST_F(StoreTest, AListWaitsForItsRevision) {
    std::vector<Result<ObjectPtr>> answers;
    Gate gate(loop.executor());
    gate.spawn(create_into(objects.get(), "a", &answers));
    EXPECT_EQ(listed({.match = Match::not_older_than, .revision = 2}), "default/a@2 of 2");
    loop.run(gate.close());
}

TEST(Revisions, AreReadAsTheApiWritesThem) {
    EXPECT_EQ(parse_revision("").value(), 0);
    EXPECT_EQ(parse_revision("0").value(), 0);
    EXPECT_EQ(parse_revision("42").value(), 42);
    EXPECT_EQ(
        parse_revision("abc").error().text(),
        R"(invalid resource version: resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing )"
        R"("abc": invalid syntax)");
    EXPECT_FALSE(parse_revision("-1"));
    EXPECT_FALSE(parse_revision("1x"));
    EXPECT_TRUE(parse_revision("99999999999999999999").error().text().ends_with("value out of range"));
}

}  // namespace
}  // namespace hooklet::store

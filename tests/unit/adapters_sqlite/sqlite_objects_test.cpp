// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/sqlite_objects.hpp"

#include "adapters/sqlite/database.hpp"
#include "base/gate.hpp"
#include "support/run_task.hpp"
#include "support/scratch_folder.hpp"

#include <csignal>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace hooklet {
namespace {

using testing::HasSubstr;

ObjectChange put(Revision revision, std::string name, std::string text) {
    return {
        {"pods", "default", std::move(name)}, revision, std::make_shared<const std::string>(std::move(text))};
}

ObjectChange end(Revision revision, std::string name) {
    return {{"pods", "default", std::move(name)}, revision, nullptr};
}

std::unique_ptr<SqliteObjects> open_at(asio::io_context& loop, const std::string& path) {
    auto opened = open_sqlite_objects(loop.get_executor(), path);
    if (!opened) throw std::runtime_error(opened.error().text());
    return *std::move(opened);
}

struct SqliteObjectsTest : testing::Test {
    std::unique_ptr<SqliteObjects> open() { return open_at(loop, path); }
    Status write(SqliteObjects& objects, std::vector<ObjectChange> changes) {
        return run(loop, objects.write(std::move(changes)));
    }
    StoredObjects load(SqliteObjects& objects) { return run(loop, objects.load()).value(); }
    /// Name to revision and text.
    std::map<std::string, std::string> content(SqliteObjects& objects) {
        std::map<std::string, std::string> found;
        for (const StoredObject& object : load(objects).objects) {
            found[object.key.name] = std::to_string(object.revision) + " " + *object.text;
        }
        return found;
    }
    ScratchFolder scratch;
    std::string path = scratch.path("objects.db");
    asio::io_context loop;
};

using Content = std::map<std::string, std::string>;

TEST_F(SqliteObjectsTest, ANewStoreHasTheRevisionOfNothing) {
    auto objects = open();
    EXPECT_EQ(load(*objects).revision, revision_of_nothing);
    EXPECT_TRUE(load(*objects).objects.empty());
}

TEST_F(SqliteObjectsTest, KeepsObjectsAndTheRevisionAcrossProcesses) {
    const std::string bytes("{\"a\":\"\0\xC3\xA4\"}", 11);
    {
        auto objects = open();
        ASSERT_TRUE(write(*objects, {put(2, "a", "one"), put(3, "b", bytes)}));
        ASSERT_TRUE(write(*objects, {put(4, "a", "two"), end(5, "b"), put(6, "c", "x"), end(7, "c")}));
        run(loop, objects->stop());
    }
    auto objects = open();
    EXPECT_EQ(content(*objects), (Content{{"a", "4 two"}}));
    EXPECT_EQ(load(*objects).revision, 7) << "an object's end counts";
    EXPECT_EQ(run(loop, objects->revision()).value(), 7);
    ASSERT_TRUE(write(*objects, {put(8, "b", bytes)}));
    EXPECT_EQ(content(*objects)["b"], "8 " + bytes);
}

TEST_F(SqliteObjectsTest, ObjectsOfTheSameNameElsewhereAreOthers) {
    auto objects = open();
    ObjectChange secret = put(3, "a", "secret");
    secret.key.resource = "secrets";
    ObjectChange elsewhere = put(4, "a", "elsewhere");
    elsewhere.key.namespace_ = "";
    ASSERT_TRUE(write(*objects, {put(2, "a", "pod"), secret, elsewhere, end(5, "a")}));
    EXPECT_EQ(load(*objects).objects.size(), 2U);
}

TEST_F(SqliteObjectsTest, ChangesAreMadeAllOrNone) {
    auto objects = open();
    const Status gap = write(*objects, {put(2, "a", "x"), put(4, "b", "x")});
    ASSERT_FALSE(gap);
    EXPECT_EQ(gap.error().code, Code::conflict);
    EXPECT_THAT(gap.error().text(), HasSubstr("revision 4 does not follow 2"));
    EXPECT_EQ(content(*objects), Content{});
    EXPECT_EQ(run(loop, objects->revision()).value(), 1);
}

Task<> write_into(SqliteObjects* objects, std::vector<ObjectChange> changes, bool* written) {
    *written = (co_await objects->write(std::move(changes))).has_value();
}

TEST_F(SqliteObjectsTest, AWriteThatFailsHarmsNoneThatSharesItsTransaction) {
    auto objects = open();
    Gate gate(loop.get_executor());
    std::array<bool, 3> written{};
    gate.spawn(write_into(objects.get(), {put(2, "a", "x")}, &written[0]));
    gate.spawn(write_into(objects.get(), {put(3, "b", "x"), put(9, "c", "x")}, &written[1]));
    gate.spawn(write_into(objects.get(), {put(3, "d", "x")}, &written[2]));
    run(loop, gate.close());
    EXPECT_EQ(written, (std::array{true, false, true}));
    EXPECT_EQ(content(*objects), (Content{{"a", "2 x"}, {"d", "3 x"}}));
}

TEST_F(SqliteObjectsTest, TheFilesArePrivateAndEachCommitIsSynced) {
    const mode_t before = ::umask(0);
    auto objects = open();
    ASSERT_TRUE(write(*objects, {put(2, "a", "x")}));
    ::umask(before);
    for (const char* suffix : {"", "-wal", "-shm"}) {
        struct stat status{};
        ASSERT_EQ(::stat((path + suffix).c_str(), &status), 0) << suffix;
        EXPECT_EQ(status.st_mode & 0777, 0600U) << suffix;
    }
    auto database = Database::open(path, objects_use);
    ASSERT_TRUE(database);
    EXPECT_EQ(database->number("PRAGMA synchronous").value(), 2);
}

TEST_F(SqliteObjectsTest, CallsAfterStopFail) {
    auto objects = open();
    run(loop, objects->stop());
    const Status late = write(*objects, {put(2, "a", "x")});
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, Code::unavailable);
    EXPECT_EQ(late.error().text(), "the object store is closed");
}

TEST_F(SqliteObjectsTest, NamesAFolderThatIsMissing) {
    const std::string nowhere = scratch.path("missing/objects.db");
    const auto objects = open_sqlite_objects(loop.get_executor(), nowhere);
    ASSERT_FALSE(objects);
    EXPECT_EQ(objects.error().text(), "open object store " + nowhere + ": No such file or directory");
}

/// Writes until it is killed; says each revision after it was acknowledged.
[[noreturn]] void write_forever(const std::string& path, int out) {
    asio::io_context loop;
    const auto objects = open_at(loop, path);
    for (Revision revision = 2;; ++revision) {
        const std::string name = "object-" + std::to_string(revision % 10);
        std::vector<ObjectChange> changes{put(revision, name, std::to_string(revision))};
        if (!run(loop, objects->write(std::move(changes)))) ::_exit(1);
        if (::write(out, &revision, sizeof revision) != sizeof revision) ::_exit(1);
    }
}

TEST_F(SqliteObjectsTest, WhatWasAcknowledgedSurvivesAKill) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe(ends.data()), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) write_forever(path, ends[1]);
    ::close(ends[1]);
    Revision acknowledged = 0;
    for (int i = 0; i < 25; ++i) ASSERT_EQ(::read(ends[0], &acknowledged, sizeof acknowledged), 8);
    ::kill(child, SIGKILL);
    ASSERT_EQ(::waitpid(child, nullptr, 0), child);
    while (::read(ends[0], &acknowledged, sizeof acknowledged) > 0) {
    }
    ::close(ends[0]);

    auto objects = open();
    const StoredObjects found = load(*objects);
    EXPECT_GE(found.revision, acknowledged);
    EXPECT_LE(found.revision, acknowledged + 1);
    EXPECT_EQ(found.objects.size(), 10U);
    for (const StoredObject& object : found.objects) {
        EXPECT_EQ(*object.text, std::to_string(object.revision));
        EXPECT_GT(object.revision, found.revision - 10);
        EXPECT_EQ(object.key.name, "object-" + std::to_string(object.revision % 10));
    }
}

}  // namespace
}  // namespace hooklet

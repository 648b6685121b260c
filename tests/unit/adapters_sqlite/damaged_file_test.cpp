// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/damaged_file.hpp"

#include "adapters/sqlite/sqlite_objects.hpp"
#include "support/run_task.hpp"
#include "support/scratch_folder.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet {
namespace {

struct DamagedFileTest : testing::Test {
    /// A store of many objects.
    void make_store() {
        auto objects = open_sqlite_objects(loop.get_executor(), path).value();
        std::vector<ObjectChange> changes;
        for (Revision revision = 2; revision < 200; ++revision) {
            changes.push_back({{"pods", "default", "pod" + std::to_string(revision)},
                               revision,
                               std::make_shared<const std::string>(500, 'x')});
        }
        ASSERT_TRUE(run(loop, objects->write(std::move(changes))));
        run(loop, objects->stop());
    }
    void overwrite(std::streamoff at, std::size_t length) {
        std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(at);
        file << std::string(length, '\xA5');
    }
    ScratchFolder scratch;
    std::string path = scratch.path("objects.db");
    asio::io_context loop;
};

TEST_F(DamagedFileTest, ASoundFileStays) {
    EXPECT_EQ(set_aside_if_damaged(path).value(), "") << "there is none";
    make_store();
    EXPECT_EQ(set_aside_if_damaged(path).value(), "");
    EXPECT_TRUE(std::filesystem::exists(path));
}

TEST_F(DamagedFileTest, ADamagedFileIsSetAsideAndANewOneTakesItsPlace) {
    for (const std::streamoff at : {0, 20'000}) {
        make_store();
        overwrite(at, 8192);
        const std::string name = set_aside_if_damaged(path).value();
        EXPECT_EQ(name, path + (at == 0 ? ".damaged-1" : ".damaged-2"));
        EXPECT_TRUE(std::filesystem::exists(name));
        EXPECT_FALSE(std::filesystem::exists(path));
    }
}

/// What a crash leaves of a store that has ten changes in its log, each confirmed.
struct MissingChangesTest : testing::Test {
    MissingChangesTest() {
        const ScratchFolder alive;
        const std::string there = alive.path("objects.db");
        auto objects = open_sqlite_objects(loop.get_executor(), there).value();
        for (Revision revision = 2; revision < 12; ++revision) {
            ObjectChange change{{"pods", "default", "pod" + std::to_string(revision)},
                                revision,
                                std::make_shared<const std::string>(500, 'x')};
            EXPECT_TRUE(run(loop, objects->write({std::move(change)})));
        }
        for (const char* beside : {"", "-wal", "-in-use"})
            std::filesystem::copy_file(there + beside, path + beside);
        run(loop, objects->stop());
        EXPECT_FALSE(std::filesystem::exists(there + "-in-use"));
    }
    void overwrite_log(std::uintmax_t at, std::size_t length) const {
        std::fstream file(path + "-wal", std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(static_cast<std::streamoff>(at));
        file << std::string(length, '\xA5');
    }
    [[nodiscard]] std::uintmax_t log_size() const { return std::filesystem::file_size(path + "-wal"); }
    Revision last_revision() {
        auto objects = open_sqlite_objects(loop.get_executor(), path).value();
        return run(loop, objects->revision()).value();
    }
    ScratchFolder scratch;
    std::string path = scratch.path("objects.db");
    asio::io_context loop;
};

TEST_F(MissingChangesTest, ACrashAloneLosesNothing) {
    EXPECT_EQ(keep_if_changes_are_missing(path).value(), "");
    EXPECT_EQ(set_aside_if_damaged(path).value(), "");
    EXPECT_EQ(keep_if_changes_are_missing(path).value(), "") << "who looked has left the log there";
    EXPECT_EQ(last_revision(), 11);
    EXPECT_EQ(keep_if_changes_are_missing(path).value(), "") << "closed";
}

TEST_F(MissingChangesTest, ALogWithoutItsLastTransactionIsThatOfALossOfPower) {
    for (const std::uintmax_t torn : {1U, 4000U, 5000U}) {
        std::filesystem::resize_file(path + "-wal", log_size() - torn);
        EXPECT_EQ(keep_if_changes_are_missing(path).value(), "") << torn;
    }
    overwrite_log(log_size() - 100, 100);
    EXPECT_EQ(keep_if_changes_are_missing(path).value(), "");
    EXPECT_LT(last_revision(), 11);
}

TEST_F(MissingChangesTest, ALogThatIsDamagedBeforeItsEndIsToldAndKept) {
    const std::uintmax_t middle = log_size() / 2;
    overwrite_log(middle, 512);
    const std::uintmax_t damaged = log_size();
    EXPECT_THAT(keep_if_changes_are_missing(path).value(),
                testing::MatchesRegex(".*objects.db-wal is damaged at byte [0-9]+: the changes behind it are "
                                      "lost; what was there is kept as .*objects.db.damaged-1"));
    EXPECT_EQ(std::filesystem::file_size(path + ".damaged-1-wal"), damaged);
    EXPECT_EQ(keep_if_changes_are_missing(path).value(), "") << "it is told once";
    const Revision last = last_revision();
    EXPECT_GT(last, 2);
    EXPECT_LT(last, 11);
}

TEST_F(MissingChangesTest, ALogWithADamagedHeaderIsTold) {
    overwrite_log(0, 16);
    EXPECT_THAT(keep_if_changes_are_missing(path).value(), testing::HasSubstr("is damaged at byte 0:"));
    EXPECT_TRUE(std::filesystem::exists(path + ".damaged-1"));
}

TEST_F(MissingChangesTest, ADatabaseThatIsDamagedTooIsSetAsideWithItsLog) {
    for (const char* beside : {"", "-wal"}) std::ofstream(path + beside) << std::string(8192, 'x');
    EXPECT_EQ(keep_if_changes_are_missing(path).value(), "");
    EXPECT_EQ(set_aside_if_damaged(path).value(), path + ".damaged-1");
    EXPECT_EQ(last_revision(), revision_of_nothing);
}

TEST_F(MissingChangesTest, ALogThatIsGoneIsTold) {
    std::filesystem::remove(path + "-wal");
    EXPECT_THAT(keep_if_changes_are_missing(path).value(), testing::HasSubstr("objects.db-wal is gone: "));
    EXPECT_TRUE(std::filesystem::exists(path + ".damaged-1"));
}

}  // namespace
}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
// Both databases on a disk without space: a small tmpfs of the test's own; and the objects on one that has
// become read-only, as the kernel tells it.
#include "adapters/sqlite/sqlite_journal.hpp"
#include "adapters/sqlite/sqlite_objects.hpp"
#include "support/own_namespace.hpp"
#include "support/run_task.hpp"
#include "support/scratch_folder.hpp"

#include <array>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace hooklet {
namespace {

using ::testing::HasSubstr;

class FullDisk : public ::testing::Test {
  protected:
    void SetUp() override {
        ASSERT_NO_FATAL_FAILURE(enter_own_namespace());
        ASSERT_EQ(::mount("tmpfs", scratch.path().c_str(), "tmpfs", 0, "size=2M"), 0) << std::strerror(errno);
    }
    void TearDown() override { ::umount2(scratch.path().c_str(), MNT_DETACH); }
    void fill() const {
        std::ofstream file(scratch.path("fill"));
        const std::string block(4096, 'x');
        while (file << block << std::flush) {
        }
    }
    void make_space() const { std::filesystem::remove(scratch.path("fill")); }

    ScratchFolder scratch;
    asio::io_context loop;
};

ObjectChange put(Revision revision) {
    // More than what is free in the last page of the log of changes.
    const auto text = std::make_shared<const std::string>(20000, 'a');
    return {{"pods", "default", "a" + std::to_string(revision)}, revision, text};
}

TEST_F(FullDisk, AnObjectIsRefusedWithTheCauseAndTheStoreGoesOnWhenThereIsSpace) {
    auto objects = open_sqlite_objects(loop.get_executor(), scratch.path("objects.db"));
    ASSERT_TRUE(objects) << objects.error().text();
    ASSERT_TRUE(run(loop, (*objects)->write({put(2)})));
    fill();
    for (int i = 0; i < 3; ++i) {
        const Status refused = run(loop, (*objects)->write({put(3), put(4)}));
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, Code::unavailable);
        EXPECT_THAT(refused.error().text(), HasSubstr("No space left on device"));
    }
    EXPECT_EQ(run(loop, (*objects)->revision()).value(), 2);
    EXPECT_EQ(run(loop, (*objects)->load())->objects.size(), 1U) << "reads go on";
    make_space();
    EXPECT_TRUE(run(loop, (*objects)->write({put(3)})));
    run(loop, (*objects)->stop());

    auto again = open_sqlite_objects(loop.get_executor(), scratch.path("objects.db"));
    ASSERT_TRUE(again) << again.error().text();
    EXPECT_EQ(run(loop, (*again)->load())->objects.size(), 2U);
}

TEST_F(FullDisk, AnAttemptIsRecordedWithItsEndWhenThereIsSpace) {
    auto journal = open_sqlite_journal(loop.get_executor(), scratch.path("journal.db"));
    ASSERT_TRUE(journal) << journal.error().text();
    HookAttempt attempt;
    attempt.delivery_id = "d";
    attempt.container_id = "c";
    attempt.command.assign(20000, 'a');
    fill();
    const auto refused = run(loop, (*journal)->add_attempt(attempt));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::unavailable);
    EXPECT_THAT(refused.error().text(), HasSubstr("No space left on device"));
    make_space();
    attempt.outcome = HookOutcome::failed;
    for (int i = 0; i < 2; ++i) ASSERT_TRUE(run(loop, (*journal)->finish_attempt(attempt)));
    const JournalContents contents = run(loop, (*journal)->read({})).value();
    ASSERT_EQ(contents.hooks.size(), 1U) << "an attempt is one record";
    EXPECT_EQ(contents.hooks[0].outcome, HookOutcome::failed);
}

TEST_F(FullDisk, OpeningSaysWhatIsMissing) {
    fill();
    const auto objects = open_sqlite_objects(loop.get_executor(), scratch.path("objects.db"));
    ASSERT_FALSE(objects);
    EXPECT_EQ(objects.error().code, Code::unavailable) << objects.error().text();
    EXPECT_THAT(objects.error().text(), HasSubstr("No space left on device"));
}

/// From now on no thread of this process writes to a file at a place: EROFS, until the process ends.
bool make_files_read_only() {
    const std::array<sock_filter, 4> program = {{
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_pwrite64, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EROFS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    }};
    const sock_fprog filter{program.size(), const_cast<sock_filter*>(program.data())};
    return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &filter) == 0;
}

/// In a process of its own. Says what it found and ends.
[[noreturn]] void write_to_files_that_become_read_only(const std::string& path) {
    asio::io_context loop;
    auto objects = open_sqlite_objects(loop.get_executor(), path).value();
    const bool first = run(loop, objects->write({put(2)})).has_value() && make_files_read_only();
    const Status refused = run(loop, objects->write({put(3)}));
    const auto loaded = run(loop, objects->load());
    if (refused || !loaded) ::_exit(1);
    std::fprintf(stderr, "first %d, then %s, unavailable %d, objects %zu\n", first,
                 refused.error().text().c_str(), refused.error().code == Code::unavailable,
                 loaded->objects.size());
    ::_exit(0);
}

TEST(ReadOnlyDisk, AnObjectIsRefusedWithTheCauseAndReadsGoOn) {
    const ScratchFolder scratch;
    EXPECT_EXIT(
        write_to_files_that_become_read_only(scratch.path("objects.db")), testing::ExitedWithCode(0),
        "first 1, then object store .*: disk I/O error: Read-only file system, unavailable 1, objects 1");
}

}  // namespace
}  // namespace hooklet

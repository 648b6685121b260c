// SPDX-License-Identifier: Apache-2.0
#include "support/memory_files.hpp"

#include "support/sim_world.hpp"

#include <gmock/gmock.h>

namespace hooklet::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(MemoryFiles, KeepsATree) {
    MemoryFiles files;
    EXPECT_EQ(files.write_file("/a/b", "x", 0644).error().code, Code::not_found);
    EXPECT_TRUE(files.make_directories("/a/b/c", 0750));
    EXPECT_TRUE(files.write_file("/a/b/f", "hello", 0666));
    EXPECT_THAT(files.list_directory("/a/b").value(), ElementsAre("c", "f"));
    EXPECT_EQ(files.read_tail("/a/b/f", 3).value(), "llo");
    EXPECT_EQ(files.node("/a/b/c")->mode, 0750U);
    EXPECT_EQ(files.make_directories("/a/b/f/x", 0755).error().code, Code::invalid);
    EXPECT_EQ(files.type_of("/a/b/f").value(), FileType::regular);
    EXPECT_EQ(files.type_of("/nothing/here").value(), std::nullopt);
    EXPECT_TRUE(files.change_owner_mode("/a/b/c", {.gid = 42}, 02775));
    EXPECT_EQ(files.node("/a/b/c")->gid, 42U);
    EXPECT_FALSE(files.remove_file("/a/b/c"));
    EXPECT_TRUE(files.remove_tree("/a"));
    EXPECT_TRUE(files.remove_tree("/a"));
    EXPECT_THAT(files.below("/"), IsEmpty());
}

TEST(MemoryFiles, RenamesWithoutReplacing) {
    MemoryFiles files;
    files.put("/log/0.log", {FileType::regular, 0640, 0, "hello"});
    files.put("/log/1.log", {FileType::regular, 0640, 0, "there"});
    EXPECT_EQ(files.rename("/log/0.log", "/log/1.log").error().code, Code::already_exists);
    EXPECT_EQ(files.rename("/log/2.log", "/log/3.log").error().code, Code::not_found);
    EXPECT_TRUE(files.rename("/log/0.log", "/log/2.log"));
    EXPECT_EQ(files.node("/log/0.log"), nullptr);
    EXPECT_EQ(files.size_of("/log/2.log").value(), 5U);
    EXPECT_EQ(files.size_of("/log/0.log").error().code, Code::not_found);
}

TEST(MemoryFiles, FollowsSymlinksExceptWhenRemoving) {
    MemoryFiles files;
    EXPECT_TRUE(files.make_directories("/real/d", 0755));
    EXPECT_TRUE(files.symlink("/real", "/link"));
    EXPECT_TRUE(files.write_file("/link/d/f", "x", 0644));
    EXPECT_EQ(files.real_path("/link/d/../d/f").value(), "/real/d/f");
    EXPECT_EQ(files.type_of("/link").value(), FileType::directory);
    EXPECT_TRUE(files.symlink("gone", "/dangling"));
    EXPECT_EQ(files.type_of("/dangling").value(), std::nullopt);
    EXPECT_TRUE(files.symlink("/loop", "/loop"));
    EXPECT_FALSE(files.type_of("/loop"));
    EXPECT_TRUE(files.remove_tree("/link"));
    EXPECT_NE(files.node("/real/d/f"), nullptr);
}

TEST(MemoryFiles, MountsAreInTheWay) {
    MemoryFiles files;
    EXPECT_FALSE(files.mount_tmpfs("/m", 0));
    EXPECT_TRUE(files.make_directories("/m/t", 0755));
    EXPECT_TRUE(files.mount_tmpfs("/m/t", 1024));
    EXPECT_TRUE(files.write_file("/m/t/f", "x", 0644));
    EXPECT_EQ(files.remove_tree("/m").error().code, Code::conflict);
    EXPECT_TRUE(files.unmount("/m/t"));
    EXPECT_TRUE(files.unmount("/m/t"));
    EXPECT_EQ(files.node("/m/t/f"), nullptr);
    EXPECT_TRUE(files.remove_tree("/m"));
}

TEST(MemoryFiles, PopulatedCgroupsStay) {
    MemoryFiles files;
    files.join_cgroup("/hooklet/pod1/c1", "c1");
    EXPECT_EQ(files.remove_cgroup("/hooklet/pod1").error().code, Code::conflict);
    files.leave_cgroup("/hooklet/pod1/c1", "c1");
    EXPECT_TRUE(files.remove_cgroup("/hooklet/pod1"));
    EXPECT_TRUE(files.remove_cgroup("/hooklet/pod1"));
    EXPECT_THAT(files.cgroups_below("/hooklet"), IsEmpty());
}

TEST(SimFileSystem, FailsAsToldWithOrWithoutEffect) {
    SimWorld world;
    world.faults.force("fs.make_directories", Fault::error);
    world.faults.force("fs.make_directories", Fault::lost_answer);
    EXPECT_FALSE(world.files.make_directories("/a", 0755));
    EXPECT_EQ(world.host.node("/a"), nullptr);
    EXPECT_FALSE(world.files.make_directories("/a", 0755));
    EXPECT_NE(world.host.node("/a"), nullptr);
}

Task<Result<std::int64_t>> one_attempt(SimWorld* world, std::string container) {
    HookAttempt attempt;
    attempt.container = std::move(container);
    co_return co_await world->journal.add_attempt(std::move(attempt));
}

TEST(MemoryFiles, NoDirectoryIsMadeThroughADanglingLink) {
    MemoryFiles files;
    ASSERT_TRUE(files.symlink("/nowhere", "/link"));
    EXPECT_EQ(files.make_directories("/link/below", 0755).error().code, Code::already_exists);
    EXPECT_EQ(files.make_directories("/link", 0755).error().code, Code::already_exists);
}

TEST(MemoryFiles, TheRootIsNoCgroupToRemove) {
    MemoryFiles files;
    EXPECT_EQ(files.remove_cgroup("").error().code, Code::invalid);
    EXPECT_EQ(files.remove_cgroup("/").error().code, Code::invalid);
}

TEST(SimJournalStore, IsStrictAndKeepsWhatItSaidItKept) {
    SimWorld world;
    const auto id = world.loop.run(one_attempt(&world, "a"));
    ASSERT_TRUE(id);
    EXPECT_GT(world.loop.clock().elapsed(), Duration::zero());
    HookAttempt attempt = world.journal.contents().hooks.at(0);
    EXPECT_EQ(world.loop.run(world.journal.finish_attempt(attempt)).error().code, Code::invalid);
    attempt.outcome = HookOutcome::succeeded;
    EXPECT_TRUE(world.loop.run(world.journal.finish_attempt(attempt)));
    EXPECT_EQ(world.loop.run(world.journal.finish_attempt(attempt)).error().code, Code::conflict);
    attempt.id = 99;
    EXPECT_EQ(world.loop.run(world.journal.finish_attempt(attempt)).error().code, Code::not_found);
    world.crash();
    EXPECT_FALSE(world.loop.run(one_attempt(&world, "b")));
    world.reconnect();
    const auto read = world.loop.run(world.journal.read({}));
    ASSERT_EQ(read->hooks.size(), 1U);
    EXPECT_EQ(read->hooks[0].outcome, HookOutcome::succeeded);
    EXPECT_TRUE(world.loop.run(world.journal.read({.pod_uid = "other", .since = {}}))->hooks.empty());
}

}  // namespace
}  // namespace hooklet::sim

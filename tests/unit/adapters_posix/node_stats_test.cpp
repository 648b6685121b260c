// SPDX-License-Identifier: Apache-2.0
#include "adapters/asio/asio_clock.hpp"
#include "adapters/posix/posix_file_system.hpp"
#include "adapters/posix/posix_node_stats.hpp"
#include "support/run_task.hpp"
#include "support/scratch_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace hooklet {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;
using testing::SizeIs;

/// Plain files stand for /proc and the cgroup hierarchies.
struct NodeStatsTest : testing::Test {
    void SetUp() override {
        write("proc/meminfo",
              "MemTotal:        1000 kB\nMemFree:          400 kB\nInactive(file):   100 kB\n"
              "AnonPages:        70 kB\n");
        write("proc/sys/kernel/pid_max", "32768\n");
        write("proc/sys/kernel/threads-max", "20000\n");
        write("proc/stat",
              "cpu  100 20 30 9999 9999 4 6 999 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\nbtime 1700000000\n");
        write("proc/loadavg", "0.20 0.18 0.12 1/80 11206\n");
        write("state/file", "x");
    }
    void write(const std::string& path, const std::string& text) {
        const std::string whole = scratch.path(path);
        ASSERT_TRUE(files.make_directories(whole.substr(0, whole.rfind('/')), 0755));
        ASSERT_TRUE(files.write_file(whole, text, 0644));
    }
    void version_1() {
        write("mountinfo", "32 31 0:29 / " + scratch.path("memory") +
                               " rw - cgroup cgroup rw,memory\n33 31 0:30 / " + scratch.path("pids") +
                               " rw - cgroup cgroup rw,pids\n34 31 0:31 / " + scratch.path("cpu") +
                               " rw - cgroup cgroup rw,cpu,cpuacct\n");
        write("memory/memory.usage_in_bytes", "700000\n");
        write("memory/memory.stat", "inactive_file 1\ntotal_inactive_file 200000\n");
        write("memory/pod1/memory.usage_in_bytes", "5000\n");
        write("memory/pod1/memory.stat", "inactive_file 1\ntotal_inactive_file 2000\nrss 1\ntotal_rss 40\n");
        write("cpu/pod1/cpuacct.usage", "1500000\n");
        write("pids/pod1/pids.current", "7\n");
    }
    void version_2() {
        write("mountinfo", "32 31 0:29 / " + scratch.path("unified") + " rw - cgroup2 cgroup2 rw\n");
        write("unified/cgroup.controllers", "cpu memory pids\n");
        write("unified/pod1/memory.current", "5000\n");
        write("unified/pod1/memory.stat", "anon 9\ninactive_file 1000\n");
        write("unified/pod1/cpu.stat", "usage_usec 2500\nuser_usec 1\n");
        write("unified/pod1/pids.current", "9\n");
    }
    std::vector<PodUsage> measure(std::vector<PodPlaces> places) {
        auto usages = run(loop, stats().pods(std::move(places), clock.call_within(1min)));
        EXPECT_TRUE(usages) << usages.error().text();
        return usages.value_or(std::vector<PodUsage>{});
    }
    PosixNodeStats& stats() {
        if (!stats_) {
            const PosixNodeStats::Places places{scratch.path("state"), "", scratch.path("proc"),
                                                scratch.path("mountinfo")};
            stats_.emplace(loop.get_executor(), &clock, places);
        }
        return *stats_;
    }
    asio::io_context loop{1};
    AsioClock clock{loop.get_executor()};
    ScratchFolder scratch;
    PosixFileSystem files;
    std::optional<PosixNodeStats> stats_;
};

TEST_F(NodeStatsTest, CountsTheMachinesMemoryAsTheKubeletDoes) {
    version_1();
    const auto usage = stats().node();
    ASSERT_TRUE(usage) << usage.error().text();
    EXPECT_EQ(usage->memory_capacity_bytes, 1'024'000U);
    EXPECT_EQ(usage->memory_available_bytes, 1'024'000U - 500'000U);
    EXPECT_EQ(usage->cpu_time, 1600ms) << "without idleness, waiting and what was stolen";
    EXPECT_EQ(usage->booted_at, WallTime{1'700'000'000s});
    EXPECT_EQ(usage->memory_used_bytes, 700'000U);
    EXPECT_EQ(usage->pids_max, 20'000U);
    EXPECT_EQ(usage->pids_running, 80U);
    EXPECT_GT(usage->nodefs.capacity_bytes, usage->nodefs.available_bytes);
    EXPECT_FALSE(usage->imagefs);
}

TEST_F(NodeStatsTest, UsesTheKernelsAccountWhereTheRootHasNone) {
    version_2();
    const auto usage = stats().node();
    ASSERT_TRUE(usage) << usage.error().text();
    EXPECT_EQ(usage->memory_available_bytes, (1000U - (600U - 100U)) * 1024U);
    EXPECT_EQ(usage->memory_used_bytes, 600U * 1024U);
    EXPECT_EQ(usage->memory_resident_bytes, 70U * 1024U);
}

TEST_F(NodeStatsTest, MeasuresPodsOfBothVersions) {
    version_1();
    auto usages = measure({{"u1", "/pod1", {}}, {"u2", "/gone", {}}});
    ASSERT_THAT(usages, SizeIs(1));
    EXPECT_EQ(usages[0].memory_working_set_bytes, 3000U);
    EXPECT_EQ(usages[0].memory_used_bytes, 5000U);
    EXPECT_EQ(usages[0].memory_resident_bytes, 40U);
    EXPECT_EQ(usages[0].cpu_time, 1500us);
    EXPECT_EQ(usages[0].processes, 7U);
    version_2();
    usages = measure({{"u1", "/pod1", {}}});
    ASSERT_THAT(usages, SizeIs(1));
    EXPECT_EQ(usages[0].memory_working_set_bytes, 4000U);
    EXPECT_EQ(usages[0].memory_resident_bytes, 9U);
    EXPECT_EQ(usages[0].cpu_time, 2500us);
    EXPECT_EQ(usages[0].processes, 9U);
}

TEST_F(NodeStatsTest, WalksDirectories) {
    version_1();
    write("vol/a/file", std::string(10'000, 'x'));
    ASSERT_EQ(::link(scratch.path("vol/a/file").c_str(), scratch.path("vol/again").c_str()), 0);
    ASSERT_EQ(::symlink("/usr", scratch.path("vol/usr").c_str()), 0);
    const auto usages =
        measure({{"u1", "/pod1", {{"volume", scratch.path("vol")}, {"none", scratch.path("none")}}}});
    ASSERT_THAT(usages, SizeIs(1));
    ASSERT_THAT(usages[0].directories, SizeIs(1));
    const DiskUsage used = usages[0].directories.at("volume");
    EXPECT_EQ(used.inodes, 4U) << "two directories, a file with two names, a link";
    EXPECT_GE(used.bytes, 10'000U);
    EXPECT_LT(used.bytes, 60'000U);
}

TEST_F(NodeStatsTest, StopsWhenAsked) {
    version_1();
    CancelSource cancel;
    cancel.cancel({Code::cancelled, "stop"});
    const std::vector<PodPlaces> places{{"u1", "/pod1", {{"volume", "/usr"}}}};
    const auto usages = run(loop, stats().pods(places, clock.call_within(1min, cancel.token())));
    ASSERT_FALSE(usages);
    EXPECT_EQ(usages.error().code, Code::cancelled);
}

TEST(NodeStatsOfThisMachine, AreThere) {
    asio::io_context loop{1};
    AsioClock clock{loop.get_executor()};
    PosixNodeStats stats(loop.get_executor(), &clock, {.state = "/", .images = "/dev/shm"});
    const auto usage = stats.node();
    ASSERT_TRUE(usage) << usage.error().text();
    EXPECT_GT(usage->memory_capacity_bytes, usage->memory_available_bytes);
    EXPECT_GT(usage->memory_available_bytes, 0U);
    EXPECT_GT(usage->pids_max, usage->pids_running);
    EXPECT_TRUE(usage->imagefs) << "/dev/shm is a file system of its own";
}

}  // namespace
}  // namespace hooklet

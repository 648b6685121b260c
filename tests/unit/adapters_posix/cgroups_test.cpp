// SPDX-License-Identifier: Apache-2.0
#include "adapters/posix/cgroup_settings.hpp"
#include "adapters/posix/posix_file_system.hpp"
#include "support/scratch_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

CgroupLimits all_limits() {
    CgroupLimits limits;
    limits.cpu_shares = 1024;
    limits.cpu_quota_us = 50'000;
    limits.memory_limit_bytes = 1 << 20;
    limits.pids_limit = 100;
    return limits;
}

TEST(CgroupSettings, OfBothVersions) {
    EXPECT_THAT(cgroup_settings(all_limits(), false),
                ElementsAre(CgroupSetting{"cpu", "cpu.shares", "1024", false},
                            CgroupSetting{"cpu", "cpu.cfs_period_us", "100000", true},
                            CgroupSetting{"cpu", "cpu.cfs_quota_us", "50000", true},
                            CgroupSetting{"memory", "memory.limit_in_bytes", "1048576", true},
                            CgroupSetting{"pids", "pids.max", "100", true}));
    EXPECT_THAT(cgroup_settings(all_limits(), true),
                ElementsAre(CgroupSetting{"cpu", "cpu.weight", "39", false},
                            CgroupSetting{"cpu", "cpu.max", "50000 100000", true},
                            CgroupSetting{"memory", "memory.max", "1048576", true},
                            CgroupSetting{"pids", "pids.max", "100", true}));
    EXPECT_THAT(cgroup_settings({}, true), IsEmpty());
}

TEST(CgroupSettings, NoLimitNeedsNoController) {
    CgroupLimits limits;
    limits.cpu_quota_us = -1;
    limits.memory_limit_bytes = -1;
    limits.pids_limit = -1;
    EXPECT_THAT(cgroup_settings(limits, false),
                ElementsAre(CgroupSetting{"cpu", "cpu.cfs_period_us", "100000", false},
                            CgroupSetting{"cpu", "cpu.cfs_quota_us", "-1", false},
                            CgroupSetting{"memory", "memory.limit_in_bytes", "-1", false},
                            CgroupSetting{"pids", "pids.max", "max", false}));
    EXPECT_THAT(cgroup_settings(limits, true),
                ElementsAre(CgroupSetting{"cpu", "cpu.max", "max 100000", false},
                            CgroupSetting{"memory", "memory.max", "max", false},
                            CgroupSetting{"pids", "pids.max", "max", false}));
}

TEST(CgroupSettings, WeightsAreLinearInShares) {
    for (const auto& [shares, weight] :
         {std::pair<std::int64_t, const char*>{2, "1"}, {1024, "39"}, {262'144, "10000"}, {1, "1"}}) {
        CgroupLimits limits;
        limits.cpu_shares = shares;
        EXPECT_EQ(cgroup_settings(limits, true).at(0).value, weight) << shares;
    }
}

TEST(CgroupHierarchies, AreReadFromMountinfo) {
    ScratchFolder scratch;
    const std::string unified = scratch.path("unified folder");
    ASSERT_TRUE(PosixFileSystem().make_directories(unified, 0755));
    ASSERT_TRUE(PosixFileSystem().write_file(unified + "/cgroup.controllers", "cpuset cpu memory\n", 0644));
    const std::string mountinfo =
        "20 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
        "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw shared:1 - cgroup cgroup rw,cpu,"
        "cpuacct\n"
        "33 31 0:30 / " +
        scratch.path("unified\\040folder") + " rw - cgroup2 cgroup2 rw\n";
    ASSERT_TRUE(PosixFileSystem().write_file(scratch.path("mountinfo"), mountinfo, 0644));
    const auto found = cgroup_hierarchies(scratch.path("mountinfo"));
    ASSERT_TRUE(found) << found.error().text();
    ASSERT_EQ(found->size(), 2u);
    EXPECT_FALSE(found->at(0).unified);
    EXPECT_THAT(found->at(0).controllers, ElementsAre("cpu", "cpuacct"));
    EXPECT_TRUE(found->at(1).unified);
    EXPECT_EQ(found->at(1).mount_point, unified);
    EXPECT_THAT(found->at(1).controllers, ElementsAre("cpuset", "cpu", "memory"));
}

TEST(MakeCgroup, RefusesWhatIsNoPathOfACgroup) {
    for (const char* path : {"", "/", "hooklet", "/..", "/a/../b"}) {
        EXPECT_EQ(PosixFileSystem().make_cgroup(path, {}).error().code, Code::invalid) << path;
    }
}

TEST(MakeCgroup, AMissingControllerMattersForLimitsOnly) {
    ScratchFolder scratch;
    ASSERT_TRUE(PosixFileSystem().write_file(scratch.path("mountinfo"), "", 0644));
    PosixFileSystem files(scratch.path("mountinfo"));
    CgroupLimits weight;
    weight.cpu_shares = 10;
    weight.hugepage_limits.emplace();
    EXPECT_TRUE(files.make_cgroup("/hooklet/pod1", weight));
    const Status limited = files.make_cgroup("/hooklet/pod1", all_limits());
    ASSERT_FALSE(limited);
    EXPECT_EQ(limited.error().code, Code::unavailable);
    EXPECT_THAT(limited.error().text(), HasSubstr("cpu controller"));
}

}  // namespace
}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
#include "adapters/posix/cgroup_settings.hpp"
#include "adapters/posix/kernel_files.hpp"
#include "adapters/posix/posix_file_system.hpp"

#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hooklet {
namespace {

using testing::HasSubstr;

/// In every hierarchy of the machine in which root may make cgroups.
TEST(RealCgroup, MadeAndRemoved) {
    const std::string name = "/hooklet-test-" + std::to_string(::getpid());
    std::vector<std::string> made;
    for (const char* root : {"/sys/fs/cgroup", "/sys/fs/cgroup/memory", "/sys/fs/cgroup/unified"}) {
        if (::access((std::string(root) + "/cgroup.procs").c_str(), F_OK) != 0) continue;
        const std::string path = root + name;
        if (::mkdir(path.c_str(), 0755) == 0 && ::mkdir((path + "/child").c_str(), 0755) == 0) {
            made.push_back(path);
        }
    }
    ASSERT_FALSE(made.empty()) << "containers take the right to make cgroups";
    const Status removed = PosixFileSystem().remove_cgroup(name);
    EXPECT_TRUE(removed) << removed.error().text();
    for (const std::string& path : made) EXPECT_FALSE(std::filesystem::exists(path)) << path;
}

/// On the machine's own hierarchies, of whichever version.
TEST(RealCgroup, SetsLimitsAndTakesThemBack) {
    PosixFileSystem files;
    const std::string name = "/hooklet-limits-" + std::to_string(::getpid());
    CgroupLimits limits;
    limits.cpu_shares = 1024;
    limits.memory_limit_bytes = 1 << 20;
    limits.pids_limit = 100;
    const Status made = files.make_cgroup(name + "/burstable/pod1", limits);
    EXPECT_TRUE(made) << made.error().text();
    std::string found;
    const auto hierarchies = cgroup_hierarchies("/proc/self/mountinfo");
    ASSERT_TRUE(hierarchies);
    for (const CgroupHierarchy& hierarchy : *hierarchies) {
        for (const CgroupSetting& setting : cgroup_settings(limits, hierarchy.unified)) {
            const std::string file = hierarchy.mount_point + name + "/burstable/pod1/" + setting.file;
            const std::string text = read_available(file);
            if (!text.empty()) found += setting.file + "=" + text;
        }
    }
    EXPECT_THAT(found, testing::AnyOf(HasSubstr("cpu.shares=1024\n"), HasSubstr("cpu.weight=39\n")));
    EXPECT_THAT(found, testing::AnyOf(HasSubstr("memory.limit_in_bytes=1048576\n"),
                                      HasSubstr("memory.max=1048576\n")));
    EXPECT_THAT(found, HasSubstr("pids.max=100\n"));
    EXPECT_TRUE(files.make_cgroup(name + "/burstable/pod1", limits)) << "it is idempotent";
    const Status removed = files.remove_cgroup(name);
    EXPECT_TRUE(removed) << removed.error().text();
}

}  // namespace
}  // namespace hooklet

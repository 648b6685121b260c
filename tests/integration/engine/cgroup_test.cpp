// SPDX-License-Identifier: Apache-2.0
#include "adapters/posix/posix_file_system.hpp"

#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hooklet {
namespace {

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

}  // namespace
}  // namespace hooklet

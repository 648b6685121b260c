// SPDX-License-Identifier: Apache-2.0
#include "adapters/posix/posix_file_system.hpp"
#include "support/own_namespace.hpp"
#include "support/scratch_folder.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace hooklet {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

struct MountTest : testing::Test {
    void SetUp() override {
        ASSERT_NO_FATAL_FAILURE(enter_own_namespace());
        fs::create_directories(volume);
    }
    void TearDown() override { ::umount2(volume.c_str(), MNT_DETACH); }
    ScratchFolder scratch;
    std::string volume = scratch.path("tree/volume");
    PosixFileSystem files;
};

TEST_F(MountTest, MountsAndUnmountsOnce) {
    const Status mounted = files.mount_tmpfs(volume, 1 << 20);
    ASSERT_TRUE(mounted) << mounted.error().text();
    struct statvfs usage{};
    struct stat root{};
    ASSERT_EQ(::statvfs(volume.c_str(), &usage), 0);
    ASSERT_EQ(::stat(volume.c_str(), &root), 0);
    EXPECT_EQ(usage.f_blocks * usage.f_frsize, 1U << 20);
    EXPECT_EQ(root.st_mode & 07777, 01777U);
    ASSERT_TRUE(files.write_file(volume + "/file", "x", 0644));
    ASSERT_TRUE(files.mount_tmpfs(volume, 1 << 20));
    ASSERT_TRUE(files.unmount(volume));
    EXPECT_FALSE(fs::exists(volume + "/file"));
    EXPECT_TRUE(files.unmount(volume));
    EXPECT_TRUE(files.unmount(scratch.path("missing")));
}

TEST_F(MountTest, DetachesWhatIsInUse) {
    ASSERT_TRUE(files.mount_tmpfs(volume, 0));
    const int user = ::open((volume + "/file").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    ASSERT_GE(user, 0);
    EXPECT_TRUE(files.unmount(volume));
    EXPECT_FALSE(fs::exists(volume + "/file"));
    ::close(user);
}

TEST_F(MountTest, RemoveTreeStopsAtAMount) {
    ASSERT_TRUE(files.mount_tmpfs(volume, 0));
    ASSERT_TRUE(files.write_file(volume + "/file", "x", 0644));
    for (const std::string& path : {volume, scratch.path("tree"), scratch.path()}) {
        const Status removed = files.remove_tree(path);
        ASSERT_FALSE(removed) << path;
        EXPECT_EQ(removed.error().code, Code::conflict);
        EXPECT_THAT(removed.error().text(), HasSubstr("mount point"));
        EXPECT_TRUE(fs::exists(volume + "/file"));
    }
}

TEST_F(MountTest, RemoveTreeStopsAtABindMountOfTheSameFileSystem) {
    fs::create_directory(scratch.path("kept"));
    ASSERT_TRUE(files.write_file(scratch.path("kept/file"), "x", 0644));
    ASSERT_EQ(::mount(scratch.path("kept").c_str(), volume.c_str(), nullptr, MS_BIND, nullptr), 0);
    EXPECT_EQ(files.remove_tree(scratch.path("tree")).error().code, Code::conflict);
    EXPECT_TRUE(fs::exists(scratch.path("kept/file")));
}

/// Plain folders stand for cgroup hierarchies.
struct CgroupTest : testing::Test {
    void SetUp() override {
        std::string mountinfo;
        for (const char* hierarchy : {"memory", "with space", "unified"}) {
            fs::create_directories(scratch.path(hierarchy));
        }
        mountinfo += "20 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n";
        mountinfo += "32 31 0:29 / " + scratch.path("memory") + " rw - cgroup cgroup rw,memory\n";
        mountinfo += "33 31 0:30 / " + scratch.path("with\\040space") +
                     " rw shared:2 master:1 - cgroup cgroup rw,cpu\n";
        mountinfo += "41 31 0:38 / " + scratch.path("unified") + " rw - cgroup2 cgroup2 rw\n";
        mountinfo += "42 31 0:39 / " + scratch.path("elsewhere") + " rw - tmpfs tmpfs rw\n";
        ASSERT_TRUE(PosixFileSystem().write_file(scratch.path("mountinfo"), mountinfo, 0644));
    }
    ScratchFolder scratch;
    PosixFileSystem files{scratch.path("mountinfo")};
};

TEST_F(CgroupTest, RemovesFromEveryHierarchyWithItsChildren) {
    for (const char* hierarchy : {"memory", "with space", "elsewhere"}) {
        fs::create_directories(scratch.path(hierarchy) + "/hooklet/pod1/a/b");
        fs::create_directories(scratch.path(hierarchy) + "/hooklet/pod2");
    }
    const Status removed = files.remove_cgroup("/hooklet/pod1");
    ASSERT_TRUE(removed) << removed.error().text();
    EXPECT_FALSE(fs::exists(scratch.path("memory/hooklet/pod1")));
    EXPECT_FALSE(fs::exists(scratch.path("with space/hooklet/pod1")));
    EXPECT_TRUE(fs::exists(scratch.path("memory/hooklet/pod2")));
    EXPECT_TRUE(fs::exists(scratch.path("elsewhere/hooklet/pod1")));
    EXPECT_TRUE(files.remove_cgroup("/hooklet/pod1"));
}

TEST_F(CgroupTest, AnOccupiedOneIsAConflictAndTheOthersAreStillRemoved) {
    fs::create_directories(scratch.path("memory/pod"));
    fs::create_directories(scratch.path("unified/pod"));
    ASSERT_TRUE(files.write_file(scratch.path("memory/pod/occupied"), "", 0644));
    const Status removed = files.remove_cgroup("/pod");
    ASSERT_FALSE(removed);
    EXPECT_EQ(removed.error().code, Code::conflict);
    EXPECT_EQ(removed.error().text(), "cgroup " + scratch.path("memory/pod") + " still has processes");
    EXPECT_FALSE(fs::exists(scratch.path("unified/pod")));
}

TEST_F(CgroupTest, RefusesPathsThatAreNotBelowTheRoot) {
    for (const char* path : {"", "/", "//", "pod", "/../x", "/pod/..", "/./pod"}) {
        const Status removed = files.remove_cgroup(path);
        ASSERT_FALSE(removed) << path;
        EXPECT_EQ(removed.error().code, Code::invalid) << path;
    }
}

}  // namespace
}  // namespace hooklet

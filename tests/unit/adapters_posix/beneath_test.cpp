// SPDX-License-Identifier: Apache-2.0
#include "adapters/posix/posix_file_system.hpp"
#include "support/own_namespace.hpp"
#include "support/scratch_folder.hpp"

#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hooklet {
namespace {

namespace fs = std::filesystem;

class BeneathTest : public testing::Test {
  protected:
    void SetUp() override {
        ASSERT_NO_FATAL_FAILURE(enter_own_namespace());
        fs::create_directories(scratch_.path("vol/inside"));
        fs::create_directories(scratch_.path("outside"));
        std::ofstream(scratch_.path("vol/file")) << "file";
        std::ofstream(scratch_.path("vol/inside/leaf")) << "leaf";
        std::ofstream(scratch_.path("outside/leaf")) << "outside";
        fs::create_symlink("inside", scratch_.path("vol/to_inside"));
        fs::create_symlink("../vol/inside", scratch_.path("vol/around"));
        fs::create_symlink("../outside", scratch_.path("vol/to_outside"));
        fs::create_symlink(scratch_.path("outside"), scratch_.path("vol/absolute"));
        fs::create_symlink("nothing", scratch_.path("vol/dangling"));
    }
    void TearDown() override { EXPECT_TRUE(files_.unmount(target_)); }

    Status bind(const std::string& path) {
        return files_.bind_beneath({scratch_.path("vol"), path, 02750}, target_);
    }
    static std::string text_of(const std::string& path) {
        std::ostringstream text;
        text << std::ifstream(path).rdbuf();
        return text.str();
    }

    ScratchFolder scratch_;
    std::string target_ = scratch_.path("shown/volume/0");
    PosixFileSystem files_;
};

TEST_F(BeneathTest, ShowsFilesAndDirectories) {
    for (const char* path : {"inside", "./inside/", "to_inside", ""}) {
        const Status bound = bind(path);
        ASSERT_TRUE(bound) << path << ": " << bound.error().text();
        EXPECT_TRUE(fs::exists(target_ + "/leaf") || fs::exists(target_ + "/inside/leaf")) << path;
    }
    for (const char* path : {"inside/leaf", "to_inside/leaf"}) {
        ASSERT_TRUE(bind(path)) << path;
        EXPECT_EQ(text_of(target_), "leaf") << path;
    }
    ASSERT_TRUE(bind("file"));
    EXPECT_EQ(text_of(target_), "file");
}

TEST_F(BeneathTest, MakesDirectoriesThatAreMissing) {
    ASSERT_TRUE(bind("to_inside/new/deep"));
    struct stat status{};
    ASSERT_EQ(::stat(scratch_.path("vol/inside/new/deep").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, 02750U);
    ASSERT_EQ(::stat(scratch_.path("vol/inside/new").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, 02750U);
}

TEST_F(BeneathTest, NothingIsBelowAFile) {
    const Status bound = bind("file/x");
    ASSERT_FALSE(bound);
    EXPECT_EQ(bound.error().code, Code::invalid);
    EXPECT_EQ(bound.error().message, "`file/x` leads through what is not a directory");
}

TEST_F(BeneathTest, NeverLeavesTheVolume) {
    for (const char* path : {"to_outside", "to_outside/leaf", "to_outside/new", "absolute", "absolute/leaf",
                             "around", "..", "inside/../../outside"}) {
        const Status bound = bind(path);
        ASSERT_FALSE(bound) << path;
        EXPECT_EQ(bound.error().code, Code::invalid) << path << ": " << bound.error().text();
    }
    for (const char* path : {"dangling", "dangling/x", "file/x"}) EXPECT_FALSE(bind(path)) << path;
    EXPECT_FALSE(fs::exists(scratch_.path("outside/new")));
    EXPECT_FALSE(fs::exists(target_));
}

TEST_F(BeneathTest, OpensAndListsOnlyWhatIsInside) {
    const std::string root = scratch_.path("vol");
    for (const char* path : {"inside/leaf", "to_inside/leaf"}) {
        const auto file = files_.open_beneath(root, path);
        ASSERT_TRUE(file) << path << ": " << file.error().text();
        EXPECT_EQ((*file)->read_at(0, 100), "leaf");
    }
    EXPECT_EQ(files_.list_beneath(root, "to_inside"), std::vector<std::string>{"leaf"});
    EXPECT_EQ(files_.list_beneath(root, "")->size(), 7U);
    for (const char* path : {"to_outside/leaf", "absolute/leaf", "../outside/leaf"})
        EXPECT_EQ(files_.open_beneath(root, path).error().code, Code::invalid) << path;
    for (const char* path : {"to_outside", "absolute", "around", ".."})
        EXPECT_EQ(files_.list_beneath(root, path).error().code, Code::invalid) << path;
    EXPECT_EQ(files_.open_beneath(root, "none").error().code, Code::not_found);
    EXPECT_FALSE(files_.open_beneath(root, "inside")) << "a directory is no file";
    EXPECT_FALSE(files_.list_beneath(root, "file"));
}

TEST_F(BeneathTest, WhatItShowsStaysWhateverHappensToTheVolume) {
    ASSERT_TRUE(bind("inside"));
    fs::rename(scratch_.path("vol/inside"), scratch_.path("vol/moved"));
    fs::create_symlink("../outside", scratch_.path("vol/inside"));
    EXPECT_EQ(text_of(target_ + "/leaf"), "leaf");
    EXPECT_EQ(files_.remove_tree(scratch_.path("shown")).error().code, Code::conflict);
    ASSERT_TRUE(files_.unmount(target_));
    EXPECT_TRUE(files_.remove_tree(scratch_.path("shown")));
    EXPECT_EQ(text_of(scratch_.path("vol/moved/leaf")), "leaf");
}

}  // namespace
}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
#include "adapters/posix/posix_file_system.hpp"
#include "support/scratch_folder.hpp"

#include <fstream>
#include <vector>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hooklet {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

struct FileSystemTest : testing::Test {
    std::uint32_t mode_of(const std::string& path) {
        struct stat status{};
        EXPECT_EQ(::lstat(path.c_str(), &status), 0) << path;
        return status.st_mode & 07777;
    }
    std::string read(const std::string& path) { return files.read_tail(path, 1 << 20).value(); }
    void write(const std::string& path, std::string_view content = "x") {
        ASSERT_TRUE(files.write_file(path, content, 0644));
    }
    ScratchFolder scratch;
    PosixFileSystem files;
};

TEST_F(FileSystemTest, TellsTypesThroughSymlinks) {
    write(scratch.path("file"));
    ::mkfifo(scratch.path("fifo").c_str(), 0600);
    fs::create_symlink(scratch.path(), scratch.path("link"));
    fs::create_symlink("nowhere", scratch.path("dangling"));
    EXPECT_EQ(files.type_of(scratch.path("file")).value(), FileType::regular);
    EXPECT_EQ(files.type_of(scratch.path("fifo")).value(), FileType::fifo);
    EXPECT_EQ(files.type_of(scratch.path("link")).value(), FileType::directory);
    EXPECT_EQ(files.type_of("/dev/null").value(), FileType::char_device);
    EXPECT_EQ(files.type_of(scratch.path("dangling")).value(), std::nullopt);
    EXPECT_EQ(files.type_of(scratch.path("file/below")).value(), std::nullopt);
}

TEST_F(FileSystemTest, ResolvesSymlinks) {
    fs::create_directory_symlink(scratch.path(), scratch.path("link"));
    EXPECT_EQ(
        files.real_path(scratch.path("link/../") + fs::path(scratch.path()).filename().string()).value(),
        fs::canonical(scratch.path()));
    EXPECT_EQ(files.real_path(scratch.path("missing")).error().code, Code::not_found);
}

TEST_F(FileSystemTest, MakesDirectoriesWhateverTheUmask) {
    const mode_t before = ::umask(0077);
    const Status made = files.make_directories(scratch.path("a/b"), 02775);
    ::umask(before);
    ASSERT_TRUE(made) << made.error().text();
    EXPECT_EQ(mode_of(scratch.path("a")), 02775U);
    EXPECT_EQ(mode_of(scratch.path("a/b")), 02775U);
}

TEST_F(FileSystemTest, LeavesExistingDirectoriesAlone) {
    ASSERT_TRUE(files.make_directories(scratch.path("a"), 0700));
    fs::create_directory_symlink(scratch.path("a"), scratch.path("link"));
    ASSERT_TRUE(files.make_directories(scratch.path("link/b/"), 0755));
    EXPECT_EQ(mode_of(scratch.path("a")), 0700U);
    EXPECT_EQ(mode_of(scratch.path("a/b")), 0755U);
}

TEST_F(FileSystemTest, RefusesADirectoryBelowAFile) {
    write(scratch.path("file"));
    EXPECT_EQ(files.make_directories(scratch.path("file"), 0755).error().code, Code::invalid);
    EXPECT_THAT(files.make_directories(scratch.path("file/a"), 0755).error().text(),
                HasSubstr(scratch.path("file")));
}

TEST_F(FileSystemTest, WritesWholeFilesWithTheirMode) {
    const mode_t before = ::umask(0077);
    write(scratch.path("file"), "one");
    ::umask(before);
    EXPECT_EQ(mode_of(scratch.path("file")), 0644U);
    ASSERT_TRUE(files.write_file(scratch.path("file"), "three", 0600));
    EXPECT_EQ(read(scratch.path("file")), "three");
    EXPECT_EQ(mode_of(scratch.path("file")), 0600U);
    EXPECT_THAT(files.list_directory(scratch.path()).value(), ElementsAre("file"));
}

TEST_F(FileSystemTest, AFailedWriteLeavesNothing) {
    fs::create_directory(scratch.path("directory"));
    EXPECT_FALSE(files.write_file(scratch.path("directory"), "x", 0644));
    EXPECT_EQ(files.write_file(scratch.path("missing/file"), "x", 0644).error().code, Code::not_found);
    EXPECT_THAT(files.list_directory(scratch.path()).value(), ElementsAre("directory"));
}

TEST_F(FileSystemTest, ReadsTheTail) {
    write(scratch.path("file"), std::string(100'000, 'a') + "end");
    EXPECT_EQ(files.read_tail(scratch.path("file"), 4).value(), "aend");
    EXPECT_EQ(files.read_tail(scratch.path("file"), 1 << 20)->size(), 100'003U);
    EXPECT_EQ(files.read_tail(scratch.path("file"), 0).value(), "");
    EXPECT_EQ(files.read_tail(scratch.path("missing"), 4).error().code, Code::not_found);
}

TEST_F(FileSystemTest, DoesNotWaitForAFifo) {
    ::mkfifo(scratch.path("fifo").c_str(), 0600);
    EXPECT_EQ(files.read_tail(scratch.path("fifo"), 4).error().code, Code::invalid);
}

TEST_F(FileSystemTest, ListsInOrder) {
    for (const char* name : {"b", "a", ".c"}) write(scratch.path(name));
    EXPECT_THAT(files.list_directory(scratch.path()).value(), ElementsAre(".c", "a", "b"));
    EXPECT_EQ(files.list_directory(scratch.path("missing")).error().code, Code::not_found);
}

TEST_F(FileSystemTest, PointsASymlinkAnew) {
    ASSERT_TRUE(files.symlink("one", scratch.path("link")));
    ASSERT_TRUE(files.symlink("two", scratch.path("link")));
    EXPECT_EQ(fs::read_symlink(scratch.path("link")), "two");
    EXPECT_THAT(files.list_directory(scratch.path()).value(), ElementsAre("link"));
}

TEST_F(FileSystemTest, RemovesAFile) {
    write(scratch.path("file"));
    EXPECT_TRUE(files.remove_file(scratch.path("file")));
    EXPECT_EQ(files.remove_file(scratch.path("file")).error().code, Code::not_found);
}

TEST_F(FileSystemTest, RemovesATreeButNotWhatItPointsTo) {
    write(scratch.path("kept"));
    fs::create_directories(scratch.path("tree/a/b/c"));
    fs::create_directories(scratch.path("tree/.removing-0/d"));
    write(scratch.path("tree/.removing-1"));
    write(scratch.path("tree/a/b/file"));
    fs::create_directory_symlink(scratch.path(), scratch.path("tree/a/out"));
    fs::create_symlink(scratch.path("kept"), scratch.path("tree/a/b/link"));
    ::mkfifo(scratch.path("tree/fifo").c_str(), 0600);
    const Status removed = files.remove_tree(scratch.path("tree/"));
    ASSERT_TRUE(removed) << removed.error().text();
    EXPECT_THAT(files.list_directory(scratch.path()).value(), ElementsAre("kept"));
}

TEST_F(FileSystemTest, RemovesASymlinkItself) {
    fs::create_directory(scratch.path("kept"));
    write(scratch.path("kept/file"));
    fs::create_directory_symlink(scratch.path("kept"), scratch.path("link"));
    ASSERT_TRUE(files.remove_tree(scratch.path("link")));
    EXPECT_THAT(files.list_directory(scratch.path()).value(), ElementsAre("kept"));
    EXPECT_EQ(read(scratch.path("kept/file")), "x");
}

TEST_F(FileSystemTest, RemovingWhatIsMissingSucceeds) {
    EXPECT_TRUE(files.remove_tree(scratch.path("missing")));
}

/// Allows the process only a few more descriptors than it has.
class FewDescriptors {
  public:
    explicit FewDescriptors(rlim_t more) {
        const int next = ::dup(0);
        ::close(next);
        ::getrlimit(RLIMIT_NOFILE, &before_);
        const rlimit few{static_cast<rlim_t>(next) + more, before_.rlim_max};
        ::setrlimit(RLIMIT_NOFILE, &few);
    }
    FewDescriptors(const FewDescriptors&) = delete;
    FewDescriptors& operator=(const FewDescriptors&) = delete;
    ~FewDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

  private:
    rlimit before_{};
};

TEST_F(FileSystemTest, RemovesATreeDeeperThanAnyPathWithFewDescriptors) {
    const std::string name(250, 'd');
    ASSERT_TRUE(files.make_directories(scratch.path("tree"), 0755));
    int at = ::open(scratch.path("tree").c_str(), O_PATH | O_DIRECTORY);
    for (int depth = 0; depth < 50; ++depth) {
        ASSERT_EQ(::mkdirat(at, name.c_str(), 0755), 0);
        const int next = ::openat(at, name.c_str(), O_PATH | O_DIRECTORY);
        ::close(at);
        at = next;
    }
    ::close(at);
    const FewDescriptors few(5);
    const Status removed = files.remove_tree(scratch.path("tree"));
    ASSERT_TRUE(removed) << removed.error().text();
    EXPECT_FALSE(fs::exists(scratch.path("tree")));
}

TEST_F(FileSystemTest, RemovesADirectoryOfManyFiles) {
    fs::create_directories(scratch.path("tree/many"));
    for (int i = 0; i < 1100; ++i) {
        ::close(::open(scratch.path("tree/many/" + std::to_string(i)).c_str(), O_CREAT | O_WRONLY, 0644));
    }
    EXPECT_TRUE(files.remove_tree(scratch.path("tree")));
    EXPECT_FALSE(fs::exists(scratch.path("tree")));
}

TEST_F(FileSystemTest, ChangesModeButNeverThroughASymlink) {
    write(scratch.path("file"));
    ASSERT_TRUE(files.symlink("file", scratch.path("link")));
    ASSERT_TRUE(files.change_owner_mode(scratch.path("link"), {.gid = ::getgid()}, 0777));
    EXPECT_EQ(mode_of(scratch.path("file")), 0644U);
    ASSERT_TRUE(files.change_owner_mode(scratch.path("file"), {}, 02770));
    EXPECT_EQ(mode_of(scratch.path("file")), 02770U);
    EXPECT_EQ(files.change_owner_mode(scratch.path("missing"), {}, 0).error().code, Code::not_found);
}

TEST_F(FileSystemTest, ChangesTheOwner) {
    fs::create_directory(scratch.path("volume"));
    fs::create_directory(scratch.path("probe"));
    // Only root may give a folder to somebody else.
    constexpr uid_t foreign_user = 4321;
    constexpr gid_t foreign_group = 1234;
    const bool any = ::chown(scratch.path("probe").c_str(), foreign_user, foreign_group) == 0;
    const uid_t user = any ? foreign_user : ::geteuid();
    const gid_t group = any ? foreign_group : ::getegid();
    ASSERT_TRUE(files.change_owner_mode(scratch.path("volume"), {.uid = user, .gid = group}, 02775));
    struct stat status{};
    ASSERT_EQ(::stat(scratch.path("volume").c_str(), &status), 0);
    EXPECT_EQ(status.st_uid, user);
    EXPECT_EQ(status.st_gid, group);
    EXPECT_EQ(status.st_mode & 07777, 02775U);
}

}  // namespace
}  // namespace hooklet

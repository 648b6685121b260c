// SPDX-License-Identifier: Apache-2.0
#include "adapters/posix/lock_file.hpp"

#include "support/scratch_folder.hpp"

#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace hooklet {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

TEST(LockFile, ASecondHolderIsToldWhoHasIt) {
    const ScratchFolder scratch;
    const std::string path = scratch.path("hooklet.lock");
    const auto first = LockFile::acquire(path);
    ASSERT_TRUE(first) << first.error().text();
    const auto second = LockFile::acquire(path);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Code::conflict);
    const std::string holder = path + " is held by process " + std::to_string(::getpid()) + " (";
    EXPECT_THAT(second.error().text(), StartsWith(holder));
    EXPECT_THAT(second.error().text(), HasSubstr("test_unit_adapters_posix"));
    EXPECT_THAT(second.error().text(), EndsWith("): stop it, or use another --root"));
}

TEST(LockFile, IsFreeAgainWhenItsOwnerIsGone) {
    const ScratchFolder scratch;
    const std::string path = scratch.path("hooklet.lock");
    std::ofstream(path) << "999999999 and something longer\n";
    {
        ASSERT_TRUE(LockFile::acquire(path));
    }
    auto again = LockFile::acquire(path);
    ASSERT_TRUE(again);
    std::ifstream in(path);
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), std::to_string(::getpid()) + "\n");
    const LockFile moved = *std::move(again);
    EXPECT_FALSE(LockFile::acquire(path));
}

TEST(LockFile, NamesAPathThatCannotBeUsed) {
    const auto lock = LockFile::acquire("/nonexistent/folder/lock");
    ASSERT_FALSE(lock);
    EXPECT_EQ(lock.error().code, Code::not_found);
    EXPECT_EQ(lock.error().text(), "lock /nonexistent/folder/lock: No such file or directory");
}

}  // namespace
}  // namespace hooklet

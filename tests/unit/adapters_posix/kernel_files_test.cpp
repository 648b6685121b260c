// SPDX-License-Identifier: Apache-2.0
#include "adapters/posix/kernel_files.hpp"

#include <csignal>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace hooklet {
namespace {

TEST(KernelFiles, ReadWhatIsThere) {
    EXPECT_THAT(read_available("/proc/self/stat"), testing::StartsWith(std::to_string(::getpid()) + " ("));
    EXPECT_THAT(list_available("/proc/self"), testing::Contains("stat"));
}

TEST(KernelFiles, AMissingFileIsEmpty) {
    EXPECT_EQ(read_available("/proc/self/no-such-file"), "");
    EXPECT_THAT(list_available("/proc/self/no-such-folder"), testing::IsEmpty());
}

// A zombie's folder is there, but much in it can't be read any more.
TEST(KernelFiles, AnEndedProcessDoesNoHarm) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(0);
    siginfo_t info{};
    ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT), 0);
    const std::string folder = "/proc/" + std::to_string(child);
    EXPECT_EQ(read_available(folder + "/cmdline"), "");
    EXPECT_THAT(list_available(folder + "/fd"), testing::IsEmpty());
    ASSERT_EQ(::waitpid(child, nullptr, 0), child);
    EXPECT_EQ(read_available(folder + "/stat"), "");
}

}  // namespace
}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

namespace hooklet {

/// A mount namespace of the test process's own, and, when it is not root, a user namespace in which it is.
inline void enter_own_namespace() {
    const std::string uid = std::to_string(::geteuid());
    const std::string gid = std::to_string(::getegid());
    const bool root = ::geteuid() == 0;
    ASSERT_EQ(::unshare(root ? CLONE_NEWNS : CLONE_NEWUSER | CLONE_NEWNS), 0) << std::strerror(errno);
    if (!root) {
        std::ofstream("/proc/self/setgroups") << "deny";
        std::ofstream("/proc/self/uid_map") << "0 " + uid + " 1";
        std::ofstream("/proc/self/gid_map") << "0 " + gid + " 1";
    }
    ASSERT_EQ(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0) << std::strerror(errno);
}

}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"

#include <cerrno>

#include <gtest/gtest.h>

namespace hooklet {
namespace {

TEST(Error, TextJoinsTheCauses) {
    const auto outer = wrap("start", wrap("read /x", {Code::not_found, "no such file"}).error());
    EXPECT_EQ(outer.error().text(), "start: read /x: no such file");
    EXPECT_EQ(outer.error().code, Code::not_found);
}

TEST(Error, TextSkipsEmptyMessages) {
    EXPECT_EQ(wrap("", {Code::internal, "a"}).error().text(), "a");
    EXPECT_EQ(wrap("a", {Code::internal, ""}).error().text(), "a");
}

TEST(Error, ErrnoGivesCodeAndWords) {
    const Error missing = errno_error("open /x", ENOENT);
    EXPECT_EQ(missing.code, Code::not_found);
    EXPECT_EQ(missing.text(), "open /x: No such file or directory");
    EXPECT_EQ(errno_error("x", EBUSY).code, Code::conflict);
    EXPECT_EQ(errno_error("x", EACCES).code, Code::internal);
    for (const int lacking : {ENOSPC, EDQUOT, EROFS, EMFILE, ENFILE, ENOMEM, EAGAIN})
        EXPECT_EQ(errno_error("x", lacking).code, Code::unavailable) << lacking;
}

TEST(Error, EveryCodeHasItsName) {
    EXPECT_EQ(name(Code::not_found), "not_found");
    EXPECT_EQ(name(Code::already_exists), "already_exists");
    EXPECT_EQ(name(Code::conflict), "conflict");
    EXPECT_EQ(name(Code::invalid), "invalid");
    EXPECT_EQ(name(Code::expired), "expired");
    EXPECT_EQ(name(Code::unavailable), "unavailable");
    EXPECT_EQ(name(Code::deadline), "deadline");
    EXPECT_EQ(name(Code::cancelled), "cancelled");
    EXPECT_EQ(name(Code::internal), "internal");
}

}  // namespace
}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
#include "app/host_environment.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace hooklet::app {
namespace {

TEST(HostEnvironment, reads_no_more_than_a_parser_takes) {
    asio::io_context loop;
    HostEnvironment environment(loop.get_executor());
    const auto endless = environment.read_input("/dev/zero");
    ASSERT_FALSE(endless);
    EXPECT_EQ(endless.error().text(), "longer than 3145728 bytes");
    EXPECT_EQ(environment.read_input("/dev/null"), "");
}

}  // namespace
}  // namespace hooklet::app

// SPDX-License-Identifier: Apache-2.0
#include "adapters/http2/grpc_health.hpp"

#include <string>

#include <gtest/gtest.h>

namespace hooklet::http2 {
namespace {

TEST(GrpcHealthMessages, Request) {
    EXPECT_EQ(health_request(""), "");
    EXPECT_EQ(health_request("liveness"), "\x0a\x08liveness");
    const std::string longer(300, 's');
    EXPECT_EQ(health_request(longer), "\x0a\xac\x02" + longer);
}

TEST(GrpcHealthMessages, Response) {
    EXPECT_EQ(serving_status_in(""), 0) << "a field that is not sent has its default";
    EXPECT_EQ(serving_status_in("\x08\x01"), 1);
    EXPECT_EQ(serving_status_in("\x08\xac\x02"), 300);
}

TEST(GrpcHealthMessages, FieldsThatNobodyKnowsAreLeftOut) {
    EXPECT_EQ(serving_status_in("\x12\x02xy\x08\x02\x18\x07"), 2);
    EXPECT_EQ(serving_status_in("\x15"
                                "abcd\x19"
                                "abcdefgh\x08\x02"),
              2);
}

TEST(GrpcHealthMessages, WhatIsNoResponse) {
    for (const char* bytes : {"\x08", "\x08\xff", "\x12\x05xy", "\x0b\x01",
                              "\x15"
                              "ab"}) {
        EXPECT_EQ(serving_status_in(bytes), std::nullopt) << bytes;
    }
    EXPECT_EQ(serving_status_in(std::string(11, '\xff')), std::nullopt);
}

}  // namespace
}  // namespace hooklet::http2

// SPDX-License-Identifier: Apache-2.0
#include "adapters/http2/grpc_message.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet::http2 {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

TEST(GrpcMessage, Frame) {
    EXPECT_EQ(frame_message(""), std::string(5, '\0'));
    EXPECT_EQ(frame_message(std::string(258, 'x')).substr(0, 6), (std::string{"\0\0\0\x01\x02x", 6}));
}

TEST(GrpcMessage, ReaderTakesMessagesFromAnyPieces) {
    const std::string bytes = frame_message("first") + frame_message("") + frame_message("third");
    for (std::size_t step = 1; step <= bytes.size(); ++step) {
        std::vector<std::string> got;
        MessageReader reader(100);
        for (std::size_t at = 0; at < bytes.size(); at += step) {
            ASSERT_TRUE(reader.feed(bytes.substr(at, step), [&](std::string m) { got.push_back(m); }));
        }
        EXPECT_THAT(got, ElementsAre("first", "", "third")) << step;
    }
}

TEST(GrpcMessage, ReaderRefusesWhatItCannotRead) {
    const auto ignore = [](const std::string&) {};
    EXPECT_EQ(MessageReader(3).feed(frame_message("four"), ignore).error().message,
              "the server sent a message of 4 bytes");
    EXPECT_EQ(MessageReader(9).feed("\x01" + frame_message("x").substr(1), ignore).error().code,
              Code::internal);
}

TEST(GrpcMessage, PercentDecoding) {
    EXPECT_EQ(percent_decoded("a%20b"), "a b");
    EXPECT_EQ(percent_decoded("%C3%A4"), "\xC3\xA4");
    EXPECT_EQ(percent_decoded("100%"), "100%");
    EXPECT_EQ(percent_decoded("%zz%4"), "%zz%4");
    EXPECT_EQ(percent_decoded(""), "");
}

TEST(GrpcMessage, Outcomes) {
    EXPECT_TRUE(outcome_of(0, ""));
    const std::vector<std::pair<int, Code>> codes{
        {1, Code::unavailable}, {2, Code::internal},       {3, Code::invalid},   {4, Code::deadline},
        {5, Code::not_found},   {6, Code::already_exists}, {7, Code::internal},  {8, Code::internal},
        {9, Code::conflict},    {10, Code::conflict},      {11, Code::invalid},  {12, Code::invalid},
        {13, Code::internal},   {14, Code::unavailable},   {16, Code::internal}, {99, Code::internal}};
    for (const auto& [status, code] : codes)
        EXPECT_EQ(outcome_of(status, "why").error().code, code) << status;
    EXPECT_EQ(outcome_of(5, "no such thing").error().message, "no such thing");
}

TEST(GrpcMessage, Timeouts) {
    EXPECT_EQ(timeout_text(1500ms), "1500m");
    EXPECT_EQ(timeout_text(1us), "1m");
    EXPECT_EQ(timeout_text(-5s), "0m");
    EXPECT_EQ(timeout_text(48h), "172800S");
    EXPECT_EQ(timeout_text(24h * 365 * 100), std::nullopt);
}

}  // namespace
}  // namespace hooklet::http2

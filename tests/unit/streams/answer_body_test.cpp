// SPDX-License-Identifier: Apache-2.0
#include "streams/answer_body.hpp"

#include <gtest/gtest.h>

namespace hooklet {
namespace {

AnswerHead head_of(const std::string& headers, int status = 200) {
    return **parse_answer_head("HTTP/1.1 " + std::to_string(status) + " X\r\n" + headers + "\r\n");
}

/// What comes out when the bytes come one by one: the body, `|` and how it stands, or `broken`.
std::string read(const AnswerHead& head, std::string_view bytes, std::string_view method = "GET") {
    AnswerBody body(head, method);
    std::string out;
    for (const char& byte : bytes) {
        const auto piece = body.feed({&byte, 1});
        if (!piece) return "broken";
        out += *piece;
    }
    return out + (body.done() ? "|done" : body.may_end() ? "|may end" : "|unfinished");
}

TEST(AnswerBody, EndsWhereItsHeadSays) {
    const AnswerHead length = head_of("Content-Length: 5\r\n");
    EXPECT_EQ(read(length, "hello, world"), "hello|done");
    EXPECT_EQ(read(length, "hell"), "hell|unfinished");
    EXPECT_EQ(read(length, "", "HEAD"), "|done");
    EXPECT_EQ(read(head_of("Content-Length: 0\r\n"), ""), "|done");
    EXPECT_EQ(read(head_of("Content-Length: 9\r\n", 304), ""), "|done");
    EXPECT_EQ(read(head_of("", 204), ""), "|done");
    EXPECT_EQ(read(head_of("Server: x\r\n"), "all of it"), "all of it|may end");
}

TEST(AnswerBody, IsPutTogetherFromChunks) {
    const AnswerHead chunked = head_of("transfer-encoding: Chunked\r\nContent-Length: 3\r\n");
    EXPECT_EQ(read(chunked, "5\r\nhello\r\nA;name=value\r\n, 89 world\r\n0\r\n\r\nrest"),
              "hello, 89 world|done");
    EXPECT_EQ(read(chunked, "0\r\nTrailer: x\r\n\r\n"), "|done");
    EXPECT_EQ(read(chunked, "5\r\nhel"), "hel|unfinished");
    EXPECT_EQ(read(chunked, "5\r\nhello\r\n"), "hello|unfinished");
    EXPECT_EQ(read(chunked, "0\r\nTrailer: x\r\n"), "|unfinished");
    for (const char* bytes : {"5\nhello", "x\r\n", "\r\n", "-1\r\n", "2\r\nabc\r\n", "11111111111111111\r\n"})
        EXPECT_EQ(read(chunked, bytes), "broken") << bytes;
    EXPECT_EQ(read(chunked, std::string(20'000, '0')), "broken");
    AnswerBody whole(chunked, "GET");
    EXPECT_EQ(whole.feed("2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"), "abc");
    EXPECT_TRUE(whole.done());
}

}  // namespace
}  // namespace hooklet

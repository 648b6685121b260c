// SPDX-License-Identifier: Apache-2.0
#include "adapters/beast/http_message.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet {
namespace {

using testing::ElementsAre;

HttpRequest request_to(std::string host, std::string target = "/", std::vector<HttpHeader> headers = {}) {
    HttpRequest request;
    request.host = std::move(host);
    request.target = std::move(target);
    request.headers = std::move(headers);
    return request;
}

TEST(HttpRequestBytes, AreAsGiven) {
    EXPECT_EQ(http_request_bytes(request_to("10.0.0.1", "/a?b=c", {{"X-B", "1"}, {"x-a", ""}, {"X-B", "2"}})),
              "GET /a?b=c HTTP/1.1\r\nHost: 10.0.0.1:80\r\nX-B: 1\r\nx-a: \r\nX-B: 2\r\n\r\n");
}

TEST(HttpRequestBytes, PutAddressesInBrackets) {
    EXPECT_EQ(http_request_bytes(request_to("fe80::1%eth0")), "GET / HTTP/1.1\r\nHost: [fe80::1]:80\r\n\r\n");
}

TEST(HttpRequestBytes, TakeTheFirstHostOfTheHeaders) {
    EXPECT_EQ(http_request_bytes(
                  request_to("10.0.0.1", "/", {{"A", "1"}, {"host", ""}, {"HOST", "web"}, {"Host", "x"}})),
              "GET / HTTP/1.1\r\nHost: web\r\nA: 1\r\n\r\n");
}

TEST(HttpRequestBytes, RefuseWhatWouldBeAnotherRequest) {
    const HttpRequest bad[] = {
        request_to("h", "/", {{"A", "1\r\nB: 2"}}),
        request_to("h", "/", {{"A b", "1"}}),
        request_to("h", "/", {{"", "1"}}),
        request_to("h", "/ HTTP/1.1\r\nA: b"),
        request_to("h", "relative"),
        request_to("h\r\nA: b"),
        request_to("h", "/", {{"Host", "a b"}}),
    };
    for (const HttpRequest& request : bad) {
        const auto bytes = http_request_bytes(request);
        ASSERT_FALSE(bytes) << *bytes;
        EXPECT_EQ(bytes.error().code, Code::invalid);
    }
}

/// Feeds `bytes` in pieces of `step`, then the end of the stream.
Result<HttpResponse> read_answer(std::string_view bytes, std::size_t limit = 100,
                                 std::size_t step = 1 << 20) {
    HttpAnswerReader reader(limit);
    while (!reader.done()) {
        const Status fed = bytes.empty() ? reader.end() : reader.feed(bytes.substr(0, step));
        if (!fed) return std::unexpected(fed.error());
        bytes.remove_prefix(std::min(step, bytes.size()));
    }
    return reader.take();
}

struct Answer {
    const char* name;
    std::string_view bytes;
    int status;
    std::string_view body;
    bool truncated = false;
};

struct AnswerTest : testing::TestWithParam<Answer> {};

TEST_P(AnswerTest, IsReadHoweverItArrives) {
    for (const std::size_t step : {std::size_t{1}, std::size_t{7}, std::size_t{1} << 20}) {
        const auto answer = read_answer(GetParam().bytes, 10, step);
        ASSERT_TRUE(answer) << answer.error().text();
        EXPECT_EQ(answer->status, GetParam().status);
        EXPECT_EQ(answer->body, GetParam().body);
        EXPECT_EQ(answer->body_truncated, GetParam().truncated);
    }
}

const Answer answers[] = {
    {"with_length", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", 200, "hi"},
    {"up_to_the_end", "HTTP/1.0 404 Not Found\r\n\r\nhi", 404, "hi"},
    {"empty", "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", 500, ""},
    {"no_content", "HTTP/1.1 204 No Content\r\n\r\n", 204, ""},
    {"chunked",
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nT: 1\r\n\r\n", 200,
     "abcde"},
    {"bare_line_feeds", "HTTP/1.1 200 OK\nContent-Length: 2\n\nhi", 200, "hi"},
    {"no_reason", "HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nhi", 200, "hi"},
    {"interim",
     "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 201 "
     "C\r\nContent-Length: 0\r\n\r\n",
     201, ""},
    {"exactly_the_limit", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789", 200, "0123456789"},
    {"beyond_the_limit", "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n0123456789x", 200, "0123456789", true},
    {"chunks_beyond_the_limit", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n0123456789x\r\n",
     200, "0123456789", true},
    {"cut_short", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi", 200, "hi", true},
    {"chunk_cut_short", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhi", 200, "hi", true},
    {"an_enormous_length", "HTTP/1.1 200 OK\r\nContent-Length: 9999999999999999\r\n\r\n0123456789x", 200,
     "0123456789", true},
};
INSTANTIATE_TEST_SUITE_P(Forms, AnswerTest, testing::ValuesIn(answers),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(HttpAnswerReader, KeepsHeadersAsTheyCame) {
    const auto answer = read_answer(
        "HTTP/1.1 302 Found\r\nLocation:  /x \r\nset-Cookie: a\r\nset-Cookie: b\r\nContent-Length: "
        "0\r\n\r\n");
    ASSERT_TRUE(answer);
    EXPECT_THAT(answer->headers,
                ElementsAre(HttpHeader{"Location", "/x"}, HttpHeader{"set-Cookie", "a"},
                            HttpHeader{"set-Cookie", "b"}, HttpHeader{"Content-Length", "0"}));
}

TEST(HttpAnswerReader, DoesNotTakeTrailersForHeaders) {
    const auto answer =
        read_answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nLocation: /x\r\n\r\n");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->headers.size(), 1U);
}

struct Failure {
    const char* name;
    std::string bytes;
    const char* message;
};

struct FailureTest : testing::TestWithParam<Failure> {};

TEST_P(FailureTest, IsNamed) {
    for (const std::size_t step : {std::size_t{100}, std::size_t{1} << 20}) {
        const auto answer = read_answer(GetParam().bytes, 10, step);
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().code, Code::unavailable);
        EXPECT_EQ(answer.error().text(), GetParam().message);
    }
}

const Failure failures[] = {
    {"nothing", "", "EOF"},
    {"half_a_head", "HTTP/1.1 200 OK\r\nA: b\r\n", "unexpected EOF"},
    {"another_protocol", "SSH-2.0-OpenSSH_9.2\r\n", "malformed HTTP response"},
    {"http2", "HTTP/2.0 200 OK\r\n\r\n", "malformed HTTP response"},
    {"bad_status", "HTTP/1.1 2x0 OK\r\n\r\n", "malformed HTTP response"},
    {"bad_header", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "malformed HTTP response"},
    {"two_lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
     "malformed HTTP response"},
    {"bad_chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "malformed HTTP response"},
    {"endless_header", "HTTP/1.1 200 OK\r\nA: " + std::string(70'000, 'b'),
     "response headers exceeded 65536 bytes"},
    {"endless_headers", "HTTP/1.1 200 OK\r\n" + std::string(70'000, '\t'),
     "response headers exceeded 65536 bytes"},
    {"large_headers", "HTTP/1.1 200 OK\r\nA: " + std::string(66'000, 'b') + "\r\n\r\n",
     "response headers exceeded 65536 bytes"},
};
INSTANTIATE_TEST_SUITE_P(Kinds, FailureTest, testing::ValuesIn(failures),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(HttpAnswerReader, ReadsHeadersUpToTheLimit) {
    const auto answer = read_answer("HTTP/1.1 200 OK\r\nA: " + std::string(65'000, 'b') + "\r\n\r\n");
    ASSERT_TRUE(answer) << answer.error().text();
    EXPECT_EQ(answer->headers.front().value.size(), 65'000U);
}

TEST(HttpAnswerReader, KnowsAnotherProtocolAtItsFirstByte) {
    HttpAnswerReader reader(10);
    EXPECT_FALSE(reader.feed("S"));
}

TEST(HttpAnswerReader, GivesUpOnEndlessChunkExtensions) {
    const auto answer =
        read_answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;" + std::string(200'000, 'x'));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Code::unavailable);
}

}  // namespace
}  // namespace hooklet

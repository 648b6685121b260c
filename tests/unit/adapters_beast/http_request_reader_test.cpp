// SPDX-License-Identifier: Apache-2.0
#include "adapters/beast/http_request_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet {
namespace {

const std::string host_line = "Host: h\r\n";

std::string get_with(const std::string& headers) {
    return "GET / HTTP/1.1\r\n" + host_line + headers + "\r\n";
}

/// The status of the refusal; 0: a whole request; -1: more is needed.
int status_of(const std::string& bytes, HttpRequestLimits limits = {}) {
    HttpRequestReader reader(limits);
    const auto read = reader.feed(bytes);
    if (!read) return read.error().status;
    return reader.done() ? 0 : -1;
}

TEST(HttpRequestReader, ReadsARequestByteByByte) {
    const std::string bytes =
        "POST /api/v1/pods?x=%20y HTTP/1.1\r\nHost: h:1\r\nX-A:  b c \r\nContent-Length: 5\r\n\r\nhelloNEXT";
    HttpRequestReader reader({});
    EXPECT_FALSE(reader.begun());
    std::size_t sent = 0;
    for (; !reader.done(); ++sent) ASSERT_TRUE(reader.feed(bytes.substr(sent, 1)));
    EXPECT_EQ(bytes.substr(sent), "NEXT");
    ASSERT_TRUE(reader.keep_alive());
    const HttpServerRequest request = reader.take();
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.target, "/api/v1/pods?x=%20y");
    EXPECT_EQ(request.header("x-a"), "b c");
    EXPECT_EQ(request.body, "hello");
    EXPECT_FALSE(reader.begun());
}

TEST(HttpRequestReader, ReadsOneAfterTheOther) {
    HttpRequestReader reader({});
    ASSERT_TRUE(reader.feed(
        "PUT /1 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n3;x=\"y\"\r\nabc\r\n0\r\n"
        "X-T: 9\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\nConnection: x, Close\r\n\r\n\x81rest"));
    ASSERT_TRUE(reader.done());
    const HttpServerRequest first = reader.take();
    EXPECT_EQ(first.body, "abc");
    EXPECT_EQ(first.header("X-T"), "") << "trailers are no headers";
    ASSERT_TRUE(reader.feed(""));
    ASSERT_TRUE(reader.done());
    EXPECT_FALSE(reader.keep_alive());
    EXPECT_EQ(reader.take().target, "/2");
    EXPECT_EQ(reader.take_rest(), "\x81rest");
}

TEST(HttpRequestReader, RefusesWhatCouldBeReadInTwoWays) {
    EXPECT_EQ(status_of(get_with("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n")), 400);
    EXPECT_EQ(status_of(get_with("Transfer-Encoding: chunked\r\nContent-Length: 1\r\n")), 400);
    EXPECT_EQ(status_of(get_with("Content-Length: 1\r\ncontent-length: 1\r\n")), 400);
    EXPECT_EQ(status_of(get_with("Content-Length: 1, 1\r\n")), 400);
    EXPECT_EQ(status_of(get_with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")), 400);
    EXPECT_EQ(status_of(get_with("Transfer-Encoding: gzip, chunked\r\n")), 501);
    EXPECT_EQ(status_of(get_with("Transfer-Encoding: \x0b"
                                 "chunked\r\n")),
              400);
    EXPECT_EQ(status_of(get_with("Transfer-Encoding:\r\n")), 501);
    for (const char* length : {"", "+1", "-1", "1 1", "0x1", "1e1", "99999999999999999999"}) {
        EXPECT_EQ(status_of(get_with("Content-Length: " + std::string(length) + "\r\n")), 400) << length;
    }
    EXPECT_EQ(status_of(get_with(host_line)), 400);
    EXPECT_EQ(status_of("GET / HTTP/1.1\r\n\r\n"), 400);
    EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost:\r\n\r\n"), 400);
}

TEST(HttpRequestReader, RefusesBadLines) {
    EXPECT_EQ(status_of(get_with("A: b\r\n c\r\n")), 400) << "a continued line";
    EXPECT_EQ(status_of(get_with("A: b\r\n\tc: d\r\n")), 400);
    EXPECT_EQ(status_of(get_with("Content-Length : 0\r\n")), 400);
    EXPECT_EQ(status_of(get_with(": x\r\n")), 400);
    EXPECT_EQ(status_of(get_with("A\r\n")), 400);
    EXPECT_EQ(status_of(get_with("A(b): x\r\n")), 400);
    EXPECT_EQ(status_of(get_with(std::string("A: x\0y\r\n", 8))), 400);
    EXPECT_EQ(status_of(get_with("A: x\ny: z\r\n")), 400) << "LF alone";
    EXPECT_EQ(status_of(get_with("A: x\ry: z\r\n")), 400) << "CR alone";
    EXPECT_EQ(status_of("\r\n\r\n"), 400);
}

TEST(HttpRequestReader, RefusesBadRequestLines) {
    const auto with_line = [](const std::string& line) {
        return status_of(line + "\r\n" + host_line + "\r\n");
    };
    EXPECT_EQ(with_line("GET / HTTP/1.1"), 0);
    for (const char* target :
         {"http://h/", "*", "h:443", "", "/ x", "//h/x", "/a#b", "/\x7f", "/\xc3\xa4", "?x"}) {
        EXPECT_EQ(with_line("GET " + std::string(target) + " HTTP/1.1"), 400) << target;
    }
    EXPECT_EQ(with_line("GET\t/ HTTP/1.1"), 400);
    EXPECT_EQ(with_line("GET  / HTTP/1.1"), 400);
    EXPECT_EQ(with_line("GET / HTTP/1.1 "), 400);
    EXPECT_EQ(with_line("G@T / HTTP/1.1"), 400);
    EXPECT_EQ(with_line("GET /"), 400);
    EXPECT_EQ(with_line("GET / HTTP/1.0"), 0);
    EXPECT_EQ(with_line("GET / HTTP/1.2"), 505);
    EXPECT_EQ(with_line("GET / HTTP/0.9"), 505);
    EXPECT_EQ(with_line("GET / HTTP/2.0"), 505);
    EXPECT_EQ(with_line("PRI * HTTP/2.0"), 400);
    EXPECT_EQ(with_line("GET / http/1.1"), 400);
}

TEST(HttpRequestReader, ReadsOneRequestOfHttp10) {
    HttpRequestReader reader({});
    ASSERT_TRUE(
        reader.feed("POST /x HTTP/1.0\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nExpect: "
                    "100-continue\r\n"
                    "Content-Length: 2\r\n\r\nabGET / HTTP/1.0\r\n\r\n"));
    ASSERT_TRUE(reader.done());
    EXPECT_FALSE(reader.keep_alive());
    EXPECT_FALSE(reader.knows_chunks());
    EXPECT_FALSE(reader.expects_continue());
    const HttpServerRequest request = reader.take();
    EXPECT_EQ(request.body, "ab");
    EXPECT_EQ(request.header("Upgrade"), "");

    const std::string line = "GET / HTTP/1.0\r\n";
    EXPECT_EQ(status_of(line + "\r\n"), 0) << "a Host is not asked for";
    EXPECT_EQ(status_of(line + host_line + host_line + "\r\n"), 400);
    EXPECT_EQ(status_of(line + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400);
    EXPECT_EQ(status_of(line + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n"), 400);
    EXPECT_EQ(status_of(line + "Content-Length: +1\r\n\r\n"), 400);
}

TEST(HttpRequestReader, ReadsChunksByteByByte) {
    const std::string bytes =
        get_with("Transfer-Encoding: chunked\r\n") + "1\r\na\r\n3;x=y\r\nbcd\r\n0\r\nT: x\r\n\r\n";
    HttpRequestReader reader({});
    for (const char byte : bytes) ASSERT_TRUE(reader.feed({&byte, 1}));
    ASSERT_TRUE(reader.done());
    EXPECT_EQ(reader.take().body, "abcd");
    for (const char byte : get_with("Transfer-Encoding: chunked\r\n") + "0\r\n\r\n")
        ASSERT_TRUE(reader.feed({&byte, 1}));
    EXPECT_TRUE(reader.done()) << "an empty body";
}

TEST(HttpRequestReader, HasLimits) {
    const HttpRequestLimits limits{.head = 100, .body = 10};
    EXPECT_EQ(status_of(get_with("A: " + std::string(100, 'x') + "\r\n"), limits), 431);
    EXPECT_EQ(status_of("GET /" + std::string(100, 'x'), limits), 431) << "before its end is seen";
    EXPECT_EQ(status_of(get_with("Content-Length: 10\r\n") + "0123456789", limits), 0);
    EXPECT_EQ(status_of(get_with("Content-Length: 11\r\n"), limits), 413) << "before it is sent";
    const std::string chunked = get_with("Transfer-Encoding: chunked\r\n");
    EXPECT_EQ(status_of(chunked + "6\r\n012345\r\n4\r\n6789\r\n0\r\n\r\n", limits), 0);
    EXPECT_EQ(status_of(chunked + "6\r\n012345\r\n5\r\n6789x\r\n0\r\n\r\n", limits), 413);
    EXPECT_EQ(status_of(chunked + "1;" + std::string(200, 'x'), limits), 400) << "a chunk's head without end";
    HttpRequestReader reader(limits);
    EXPECT_EQ(reader.feed(get_with("Content-Length: 11\r\n")).error().message,
              "Request entity too large: limit is 10");
}

TEST(HttpRequestReader, RefusesBadChunks) {
    const std::string chunked = get_with("Transfer-Encoding: chunked\r\n");
    for (const char* body : {"x\r\n", "-1\r\nx", "1\r\nxy\r\n0\r\n\r\n", "1\nx\n0\r\n\r\n",
                             "fffffffffffffffff\r\n", "0\r\nContent-Length: 9\r\n\r\n"}) {
        EXPECT_GE(status_of(chunked + body), 400) << body;
    }
}

TEST(HttpRequestReader, KnowsWhoWaitsToContinue) {
    HttpRequestReader reader({});
    ASSERT_TRUE(reader.feed(get_with("Expect: 100-Continue\r\nContent-Length: 1\r\n")));
    EXPECT_TRUE(reader.head_done());
    EXPECT_FALSE(reader.done());
    EXPECT_TRUE(reader.expects_continue());
    EXPECT_EQ(status_of(get_with("Expect: something\r\n")), 417);
}

}  // namespace
}  // namespace hooklet

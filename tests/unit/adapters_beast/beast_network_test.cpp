// SPDX-License-Identifier: Apache-2.0
#include "adapters/beast/beast_network.hpp"

#include "http_servers.hpp"
#include "manual_clock.hpp"
#include "support/run_task.hpp"

#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet {
namespace {

using namespace std::chrono_literals;

const std::string ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

struct NetworkTest : testing::Test {
    static HttpRequest request_to(const OneShotServer& server, bool tls = false) {
        HttpRequest request;
        request.tls = tls;
        request.host = "127.0.0.1";
        request.port = server.port();
        return request;
    }
    Result<HttpResponse> get(HttpRequest request, Duration limit = 1h, CancelToken cancel = {}) {
        return run(loop, network.http_get(std::move(request), clock.call_within(limit, std::move(cancel))));
    }
    Error error_of(HttpRequest request, Duration limit = 1h) {
        const auto answer = get(std::move(request), limit);
        return answer ? Error{Code::internal, "no error"} : answer.error();
    }
    /// A port on which nobody listens.
    std::uint16_t free_port() {
        asio::ip::tcp::acceptor acceptor(loop, {asio::ip::make_address("127.0.0.1"), 0});
        return acceptor.local_endpoint().port();
    }
    void expect_error(const Error& error, Code code, std::string_view text) {
        EXPECT_EQ(error.code, code);
        EXPECT_EQ(error.text(), text);
    }
    asio::io_context loop;
    ManualClock clock{loop.get_executor()};
    BeastNetwork network{loop.get_executor(), &clock};
};

TEST_F(NetworkTest, GetsAnAnswer) {
    const auto seen = std::make_shared<std::string>();
    const OneShotServer server(loop, answer_with(ok, seen));
    HttpRequest request = request_to(server);
    request.target = "/path?q=1";
    request.headers = {{"x-First", "1"}, {"User-Agent", "kube-lifecycle/1.34"}, {"X-First", "2"}};
    const auto answer = get(request);
    ASSERT_TRUE(answer) << answer.error().text();
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->body, "hi");
    EXPECT_FALSE(answer->body_truncated);
    EXPECT_EQ(*seen, "GET /path?q=1 HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.port()) +
                         "\r\nx-First: 1\r\nUser-Agent: kube-lifecycle/1.34\r\nX-First: 2\r\n\r\n");
}

TEST_F(NetworkTest, FollowsNoRedirect) {
    const OneShotServer server(loop,
                               answer_with("HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"));
    const auto answer = get(request_to(server));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 302);
    EXPECT_EQ(answer->headers.front(), (HttpHeader{"Location", "/"}));
}

TEST_F(NetworkTest, LooksUpNames) {
    const auto seen = std::make_shared<std::string>();
    const OneShotServer server(loop, answer_with(ok, seen));
    HttpRequest request = request_to(server);
    request.host = "localhost";
    const auto answer = get(request);
    ASSERT_TRUE(answer) << answer.error().text();
    EXPECT_THAT(*seen, testing::HasSubstr("Host: localhost:"));
}

TEST_F(NetworkTest, ConnectsOverIpV6OrSaysThatItCannot) {
    std::optional<OneShotServer> server;
    try {
        server.emplace(loop, answer_with(ok), "::1");
    } catch (const boost::system::system_error&) {
        server.reset();  // a machine without IPv6
    }
    HttpRequest request = server ? request_to(*server) : HttpRequest{};
    request.host = "::1";
    const auto answer = get(request);
    ASSERT_EQ(answer.has_value(), server.has_value());
    if (answer) {
        EXPECT_EQ(answer->body, "hi");
    } else {
        EXPECT_THAT(answer.error().text(), testing::HasSubstr("::1"));
    }
}

TEST_F(NetworkTest, StopsAtTheBodyLimit) {
    const OneShotServer server(loop, repeat("HTTP/1.1 200 OK\r\n\r\n", std::string(10'000, 'x')));
    HttpRequest request = request_to(server);
    request.body_limit = 15'000;
    const auto answer = get(request);
    ASSERT_TRUE(answer) << answer.error().text();
    EXPECT_EQ(answer->body, std::string(15'000, 'x'));
    EXPECT_TRUE(answer->body_truncated);
}

TEST_F(NetworkTest, AnAnswerThatIsCutShortStillHasItsStatus) {
    const OneShotServer server(loop, answer_with("HTTP/1.1 503 Oops\r\nContent-Length: 10\r\n\r\nhi"));
    const auto answer = get(request_to(server));
    ASSERT_TRUE(answer) << answer.error().text();
    EXPECT_EQ(answer->status, 503);
    EXPECT_TRUE(answer->body_truncated);
}

TEST_F(NetworkTest, NamesWhatIsNotHttp) {
    const OneShotServer server(loop, repeat("SSH-2.0-OpenSSH\r\n", "x"));
    expect_error(error_of(request_to(server)), Code::unavailable, "malformed HTTP response");
}

TEST_F(NetworkTest, NamesAConnectionThatEndsWithoutAnAnswer) {
    for (const bool tls : {false, true}) {
        const OneShotServer server(loop, hang_up());
        expect_error(error_of(request_to(server, tls)), Code::unavailable, "EOF");
    }
}

TEST_F(NetworkTest, GivesUpOnEndlessHeaders) {
    const OneShotServer server(loop, repeat("HTTP/1.1 200 OK\r\n", "A: b\r\n"));
    expect_error(error_of(request_to(server)), Code::unavailable, "response headers exceeded 65536 bytes");
}

TEST_F(NetworkTest, NamesARefusedConnection) {
    HttpRequest request;
    request.host = "127.0.0.1";
    request.port = free_port();
    expect_error(error_of(request), Code::unavailable, "connection refused");
}

TEST_F(NetworkTest, NamesAHostThatDoesNotExist) {
    HttpRequest request;
    request.host = "no such host";
    expect_error(error_of(request), Code::invalid, "invalid host");
    request.host = "name.invalid";
    // Without any name server the look-up itself fails, which is another matter.
    EXPECT_THAT(error_of(request).text(),
                testing::AnyOf("no such host", testing::HasSubstr("lookup failed")));
}

TEST_F(NetworkTest, EndsAtTheDeadlineWhenNobodyAnswers) {
    for (const bool tls : {false, true}) {
        const OneShotServer server(loop, never_answer());
        expect_error(error_of(request_to(server, tls), 1ms), Code::deadline, "timed out");
    }
}

TEST_F(NetworkTest, EndsAtTheDeadlineInTheMiddleOfABody) {
    const OneShotServer server(loop, repeat("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"));
    expect_error(error_of(request_to(server), 1ms), Code::deadline, "timed out");
}

TEST_F(NetworkTest, EndsAtOnceWhenTheDeadlineIsPast) {
    expect_error(error_of(HttpRequest{}, 0s), Code::invalid, "invalid host");
    HttpRequest request;
    request.host = "127.0.0.1";
    expect_error(error_of(request, 0s), Code::deadline, "timed out");
}

TEST_F(NetworkTest, EndsWithTheReasonWhenCancelled) {
    const OneShotServer server(loop, never_answer());
    CancelSource source;
    const Timer timer = clock.at(MonotonicTime{}, [&] { source.cancel({Code::conflict, "container died"}); });
    const auto answer = get(request_to(server), 1h, source.token());
    ASSERT_FALSE(answer);
    expect_error(answer.error(), Code::conflict, "container died");
    const auto late = get(request_to(server), 1h, source.token());
    ASSERT_FALSE(late);
    expect_error(late.error(), Code::conflict, "container died");
}

TEST_F(NetworkTest, SpeaksTlsWithoutCheckingCertificates) {
    const auto server_name = std::make_shared<std::string>();
    const OneShotServer server(loop, answer_over_tls(ok, server_name));
    const auto answer = get(request_to(server, true));
    ASSERT_TRUE(answer) << answer.error().text();
    EXPECT_EQ(answer->body, "hi");
    EXPECT_EQ(*server_name, "none");
}

TEST_F(NetworkTest, NamesTheServerInTheHandshake) {
    const auto server_name = std::make_shared<std::string>();
    const OneShotServer server(loop, answer_over_tls("HTTP/1.1 200 OK\r\n\r\nup to the end", server_name));
    HttpRequest request = request_to(server, true);
    request.host = "localhost";
    const auto answer = get(request);
    ASSERT_TRUE(answer) << answer.error().text();
    EXPECT_EQ(answer->body, "up to the end");
    EXPECT_FALSE(answer->body_truncated);
    EXPECT_EQ(*server_name, "localhost");
}

TEST_F(NetworkTest, TellsAPlainHttpServerFromATlsOne) {
    const OneShotServer server(loop, repeat("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"));
    expect_error(error_of(request_to(server, true)), Code::conflict,
                 "server gave HTTP response to HTTPS client");
}

TEST_F(NetworkTest, NamesATlsServerThatIsNone) {
    const OneShotServer garbage(loop, repeat("SSH-2.0-OpenSSH_9.2p1 Debian\r\n"));
    expect_error(error_of(request_to(garbage, true)), Code::unavailable, "tls: wrong version number");
}

TEST_F(NetworkTest, ConnectsAndRefuses) {
    const OneShotServer server(loop, never_answer());
    EXPECT_TRUE(run(loop, network.tcp_connect("127.0.0.1", server.port(), clock.call_within(1h))));
    const Status refused = run(loop, network.tcp_connect("127.0.0.1", free_port(), clock.call_within(1h)));
    ASSERT_FALSE(refused);
    expect_error(refused.error(), Code::unavailable, "connection refused");
}

TEST_F(NetworkTest, AConnectThatNobodyAnswersEndsAtTheDeadline) {
    // A full backlog: the kernel ignores further connections.
    asio::ip::tcp::acceptor acceptor(loop, asio::ip::tcp::v4());
    acceptor.bind({asio::ip::make_address("127.0.0.1"), 0});
    acceptor.listen(0);
    std::vector<asio::ip::tcp::socket> waiting;
    for (int i = 0; i < 3; ++i) {
        waiting.emplace_back(loop).async_connect(acceptor.local_endpoint(), [](const auto&) {});
    }
    loop.restart();
    loop.poll();
    const Status status =
        run(loop, network.tcp_connect("127.0.0.1", acceptor.local_endpoint().port(), clock.call_within(1ms)));
    ASSERT_FALSE(status);
    expect_error(status.error(), Code::deadline, "timed out");
}

}  // namespace
}  // namespace hooklet

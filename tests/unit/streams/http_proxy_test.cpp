// SPDX-License-Identifier: Apache-2.0
#include "streams/http_proxy.hpp"

#include "api/json.hpp"
#include "base/gate.hpp"
#include "support/memory_stream.hpp"
#include "support/sim_loop.hpp"
#include "unit/streams/fake_exchange.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Takes every connection, reads one request and sends `answer`; then it echoes, or closes.
class FakeServer final : public Dialer {
  public:
    explicit FakeServer(sim::SimLoop* loop) : loop_(loop), gate_(loop->executor()) {}

    Task<Result<std::unique_ptr<ByteStream>>> connect(std::string host, std::uint16_t port,
                                                      Call /*call*/) override {
        if (answer.empty()) co_return fail(Code::unavailable, "connection refused");
        dialed = host + ":" + std::to_string(port);
        auto [ours, theirs] = sim::MemoryStream::pair(&loop_->clock());
        gate_.spawn(serve(std::move(theirs)));
        std::unique_ptr<ByteStream> stream = std::move(ours);
        co_return stream;
    }
    Task<void> stop() { return gate_.close(); }

    std::vector<std::string> answer;  ///< Written piece by piece; nothing: connections are refused.
    bool echoes = false;
    std::string body;  ///< That the request is to have.
    std::string dialed;
    std::string request;

  private:
    Task<void> serve(std::unique_ptr<sim::MemoryStream> connection) {
        const Call unlimited{MonotonicTime::max(), {}};
        while (!request.ends_with("\r\n\r\n" + body)) {
            const auto bytes = co_await connection->read(1, unlimited);
            if (!bytes || bytes->empty()) co_return;
            request += *bytes;
        }
        for (const std::string& piece : answer) {
            (void)co_await connection->write(piece, unlimited);
            const Call pause = loop_->clock().call_within(std::chrono::seconds{1});
            (void)co_await sleep_until(&loop_->clock(), pause);
        }
        while (echoes) {
            const auto bytes = co_await connection->read(1024, unlimited);
            if (!bytes || bytes->empty()) break;
            (void)co_await connection->write("<" + *bytes + ">", unlimited);
        }
        connection->close();
    }

    sim::SimLoop* loop_;
    Gate gate_;
};

struct HttpProxyTest : testing::Test {
    ~HttpProxyTest() override { loop.run(server.stop()); }

    static HttpServerRequest request(std::string method, std::string target,
                                     std::vector<HttpHeader> headers = {}, std::string body = "") {
        HttpServerRequest made{std::move(method), std::move(target), std::move(headers), std::move(body), {}};
        made.peer.address = "192.0.2.7:40112";
        return made;
    }
    FakeExchange& forward(HttpServerRequest what) {
        server.body = what.body;
        exchange.emplace(&loop.clock(), std::move(what));
        loop.run(proxy.forward(&*exchange, target));
        return *exchange;
    }

    sim::SimLoop loop;
    FakeServer server{&loop};
    HttpProxy proxy{{loop.executor(), &loop.clock(), &server}};
    ProxyTarget target{"10.0.0.1", 8080, "/x?y=1", "/api/v1/namespaces/n/pods/p/proxy"};
    std::optional<FakeExchange> exchange;
};

TEST_F(HttpProxyTest, HandsTheRequestOnAndTheAnswerBack) {
    server.answer = {"HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 404 Not Found\r\nContent-Type: text/x\r\n",
                     "Connection: close\r\nContent-Length: 11\r\n\r\nhello", " world"};
    const auto& answered = forward(request("POST", target.prefix + "/x?y=1",
                                           {{"Host", "127.0.0.1:6443"},
                                            {"Accept", "*/*"},
                                            {"Authorization", "Bearer secret"},
                                            {"Impersonate-User", "jane"},
                                            {"Connection", "keep-alive, X-Hop"},
                                            {"X-Hop", "1"},
                                            {"Content-Length", "4"},
                                            {"Expect", "100-continue"}},
                                           "body"));
    EXPECT_EQ(server.dialed, "10.0.0.1:8080");
    EXPECT_EQ(server.request,
              "POST /x?y=1 HTTP/1.1\r\nHost: 127.0.0.1:6443\r\nAccept: */*\r\nX-Forwarded-For: 192.0.2.7\r\n"
              "X-Forwarded-Uri: /api/v1/namespaces/n/pods/p/proxy/x?y=1\r\nContent-Length: 4\r\n"
              "Connection: close\r\n\r\nbody");
    EXPECT_EQ(answered.reply->status, 404);
    EXPECT_THAT(answered.reply->headers, ElementsAre(HttpHeader{"Content-Type", "text/x"}));
    EXPECT_EQ(answered.reply->body, "hello world");
    EXPECT_TRUE(answered.finished);
}

TEST_F(HttpProxyTest, TakesBodiesOfEveryForm) {
    server.answer = {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", "0\r\n\r\n"};
    EXPECT_EQ(forward(request("GET", "/")).reply->body, "abc");
    EXPECT_TRUE(exchange->finished);
    server.request.clear();
    server.answer = {"HTTP/1.0 200 OK\r\n\r\nuntil", " the end"};
    EXPECT_EQ(forward(request("GET", "/")).reply->body, "until the end");
    EXPECT_TRUE(exchange->finished);
    server.request.clear();
    server.answer = {"HTTP/1.1 204 No Content\r\nETag: x\r\n\r\n"};
    EXPECT_EQ(forward(request("DELETE", "/")).reply->status, 204);
    EXPECT_FALSE(exchange->finished) << "it was answered as a whole";
}

TEST_F(HttpProxyTest, AnAnswerThatBreaksOffIsNotFinished) {
    server.answer = {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"};
    EXPECT_EQ(forward(request("GET", "/")).reply->body, "half");
    EXPECT_FALSE(exchange->finished);
}

TEST_F(HttpProxyTest, RedirectsLeadThroughTheProxy) {
    const std::vector<std::pair<std::string, std::string>> table{
        {"/login?a=b", "/api/v1/namespaces/n/pods/p/proxy/login?a=b"},
        {"http://10.0.0.1:8080/login", "/api/v1/namespaces/n/pods/p/proxy/login"},
        {"http://elsewhere/login", "http://elsewhere/login"},
        {"//elsewhere/login", "//elsewhere/login"},
        {"login", "login"},
    };
    for (const auto& [location, expected] : table) {
        const AnswerHead head{302, {{"Location", location}}, 0};
        EXPECT_EQ(proxied_headers(head, target).front().value, expected);
    }
}

TEST_F(HttpProxyTest, WhoCannotBeReachedIsSaidSo) {
    const auto& answered = forward(request("GET", "/"));
    EXPECT_EQ(answered.reply->status, 503);
    EXPECT_THAT(
        answered.reply->body,
        HasSubstr("error trying to reach service: dial tcp 10.0.0.1:8080: connect: connection refused"));
    server.answer = {"SSH-2.0-x\r\n\r\n"};
    EXPECT_EQ(forward(request("GET", "/")).reply->status, 503);
}

Task<void> chat(FakeExchange* exchange, std::string* heard) {
    const Call unlimited{MonotonicTime::max(), {}};
    while (heard->size() < std::string("first<ping>").size()) {
        const auto bytes = co_await exchange->client->read(64, unlimited);
        if (!bytes || bytes->empty()) break;
        *heard += *bytes;
        if (*heard == "first") (void)co_await exchange->client->write("ping", unlimited);
    }
    exchange->client->close();
}

TEST_F(HttpProxyTest, UpgradesJoinTheConnections) {
    server.answer = {
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nfirst"};
    server.echoes = true;
    exchange.emplace(&loop.clock(),
                     request("GET", "/", {{"Connection", "Upgrade"}, {"Upgrade", "websocket"}}));
    std::string heard;
    Gate gate(loop.executor());
    gate.spawn(proxy.forward(&*exchange, target));
    gate.spawn(chat(&*exchange, &heard));
    loop.run(gate.close());
    EXPECT_THAT(server.request, HasSubstr("\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"));
    EXPECT_THAT(exchange->reply->headers, ElementsAre(HttpHeader{"Upgrade", "websocket"}));
    EXPECT_EQ(heard, "first<ping>");
}

}  // namespace
}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
#include "adapters/beast/beast_http_server.hpp"

#include "base/promise.hpp"
#include "server_bench.hpp"
#include "support/run_task.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hooklet {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::string host = "Host: h\r\n";

std::string get(const std::string& target, const std::string& headers = "") {
    return "GET " + target + " HTTP/1.1\r\n" + host + headers + "\r\n";
}

Task<void> wait_for(CancelToken token) {
    Promise<std::monostate> fired;
    const auto registration = token.on_cancel([fired] { fired.set({}); });
    co_await fired.get();
}

/// Sends a piece and then waits until the client, or the server, is gone; the reason is what it says last.
Task<void> watch(HttpExchange* exchange) {
    HttpReply head;
    co_await exchange->begin(std::move(head));
    co_await exchange->write("first");
    co_await wait_for(exchange->gone());
    co_await exchange->write(exchange->gone().reason().message);
    co_await exchange->finish();
}

TEST(BeastHttpServer, AnswersOneRequestAfterTheOther) {
    ServerBench bench;
    RawClient client = bench.client();
    EXPECT_EQ(client.get("/1"), "GET /1 ");
    EXPECT_EQ(client.get("/2"), "GET /2 ");
    client.send("PUT /3 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc" +
                get("/4", "Connection: close\r\n"));
    const std::string rest = client.read_all();
    EXPECT_THAT(rest, HasSubstr("\r\n\r\nPUT /3 abc"));
    EXPECT_THAT(rest, EndsWith("Connection: close\r\n\r\nGET /4 "));
    EXPECT_EQ(bench.handler.calls, 4);
}

TEST(BeastHttpServer, TellsWhoIsAtTheSocket) {
    ServerBench bench([](HttpExchange* exchange) -> Task<void> {
        const HttpPeer& peer = exchange->request().peer;
        HttpReply reply{200, {}, std::to_string(peer.user_id.value_or(77777)) + peer.address};
        co_await exchange->respond(std::move(reply));
    });
    EXPECT_EQ(bench.client().get("/"), std::to_string(::getuid()));
}

TEST(BeastHttpServer, OnlyTheOwnUserReachesTheSocket) {
    ServerBench bench;
    struct stat found{};
    ASSERT_EQ(::stat(bench.folder.path("api.sock").c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777U, 0600U);
    bench.stop();
    EXPECT_NE(::stat(bench.folder.path("api.sock").c_str(), &found), 0) << "gone with the server";
}

TEST(BeastHttpServer, ReplacesAnOldSocketAndNothingElse) {
    ServerBench bench;
    const std::string path = bench.folder.path("api.sock");
    ASSERT_TRUE(bench.server.listen_unix(path)) << "the one of a server that is no more";
    EXPECT_EQ(bench.client().get("/"), "GET / ");
    std::ofstream(bench.folder.path("file")) << "x";
    EXPECT_EQ(bench.server.listen_unix(bench.folder.path("file")).error().code, Code::conflict);
    EXPECT_EQ(bench.server.listen_unix("/" + std::string(200, 'x')).error().code, Code::invalid);
}

TEST(BeastHttpServer, HeadGetsNoBody) {
    ServerBench bench;
    EXPECT_THAT(bench.answer_to("HEAD / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"),
                EndsWith("Content-Length: 7\r\nConnection: close\r\n\r\n"));
    ServerBench streaming([](HttpExchange* exchange) -> Task<void> {
        HttpReply head;
        co_await exchange->begin(std::move(head));
        co_await exchange->write("piece");
        co_await exchange->finish();
    });
    EXPECT_THAT(streaming.answer_to("HEAD / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"),
                EndsWith("Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"));
}

TEST(BeastHttpServer, Http10GetsOneAnswerWithoutChunks) {
    ServerBench bench;
    const std::string answer =
        bench.answer_to("GET /1 HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n" + get("/2"));
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(answer, EndsWith("Content-Length: 7\r\nConnection: close\r\n\r\nGET /1 "));
    EXPECT_EQ(bench.handler.calls, 1) << "what comes behind is not read";
    ServerBench streaming([](HttpExchange* exchange) -> Task<void> {
        HttpReply head;
        co_await exchange->begin(std::move(head));
        co_await exchange->write("one ");
        co_await exchange->write("two");
        co_await exchange->finish();
    });
    const std::string pieces = streaming.answer_to("GET / HTTP/1.0\r\n\r\n");
    EXPECT_THAT(pieces, EndsWith("\r\nConnection: close\r\n\r\none two"));
    EXPECT_THAT(pieces, Not(HasSubstr("Transfer-Encoding")));
}

TEST(BeastHttpServer, RefusesAndCloses) {
    ServerBench bench;
    EXPECT_THAT(
        bench.answer_to(get("/", "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n") + get("/smuggled")),
        testing::AllOf(StartsWith("HTTP/1.1 400 Bad Request\r\n"), HasSubstr("Connection: close\r\n"),
                       EndsWith("Content-Length with Transfer-Encoding")));
    EXPECT_THAT(bench.answer_to(get("/", "A: " + std::string(70'000, 'x') + "\r\n")),
                StartsWith("HTTP/1.1 431 Request Header Fields Too Large\r\n"));
    EXPECT_EQ(bench.handler.calls, 0);
}

TEST(BeastHttpServer, ABodyThatIsTooLargeIsToldSoWhileItIsSent) {
    ServerBench bench;
    RawClient client = bench.client();
    client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4000000\r\n\r\n" +
                std::string(1'000'000, 'x'));
    const std::string answer = client.read_until("}\n");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 413 Payload Too Large\r\n"));
    EXPECT_THAT(answer, HasSubstr(R"("message":"Request entity too large: limit is 3145728")"));
    EXPECT_EQ(bench.handler.calls, 0);
}

TEST(BeastHttpServer, ABodyThatNobodyWantsIsNotReadOrAskedFor) {
    ServerBench bench;
    bench.handler.refusal.emplace().status = 403;
    bench.handler.refusal->body = "no";
    for (const std::string headers : {"Content-Length: 3000000\r\n", "Transfer-Encoding: chunked\r\n",
                                      "Expect: 100-continue\r\nContent-Length: 3000000\r\n"}) {
        RawClient client = bench.client();
        client.send("POST / HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n");
        const std::string answer = client.read_until("no");
        EXPECT_THAT(answer, testing::AllOf(StartsWith("HTTP/1.1 403 Forbidden\r\n"),
                                           HasSubstr("Connection: close\r\n")));
    }
    EXPECT_EQ(bench.handler.calls, 0);
}

TEST(BeastHttpServer, TellsWhoWaitsToContinue) {
    ServerBench bench;
    RawClient client = bench.client();
    client.send(
        "PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: "
        "close\r\n\r\n");
    EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("hi");
    EXPECT_THAT(client.read_all(), EndsWith("PUT / hi"));
}

TEST(BeastHttpServer, DropsWhoIsTooSlow) {
    HttpServerOptions idle = ServerBench::patient();
    idle.idle = 1ms;
    EXPECT_EQ(ServerBench(echo, idle).answer_to(""), "");
    HttpServerOptions head = ServerBench::patient();
    head.head = 1ms;
    EXPECT_EQ(ServerBench(echo, head).answer_to("GET / HTTP/1.1\r\nHost"), "");
    HttpServerOptions body = ServerBench::patient();
    body.body = 1ms;
    const std::string half = "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nx";
    EXPECT_EQ(ServerBench(echo, body).answer_to(half), "");
    EXPECT_EQ(
        ServerBench(echo, body).answer_to("PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1"),
        "");
}

/// What write() said at the end of an endless answer.
Status endless_end;

Task<void> answer_endlessly(HttpExchange* exchange) {
    HttpReply head;
    Status sent = co_await exchange->begin(std::move(head));
    while (sent) sent = co_await exchange->write(std::string(1 << 20, 'x'));
    endless_end = sent;
}

TEST(BeastHttpServer, DropsWhoDoesNotRead) {
    HttpServerOptions options = ServerBench::patient();
    options.write = 1ms;
    endless_end = {};
    ServerBench bench(answer_endlessly, options);
    RawClient client = bench.client();
    client.send(get("/"));
    while (endless_end) bench.loop.run_one_for(1s);
    EXPECT_EQ(endless_end.error().code, Code::deadline);
}

TEST(BeastHttpServer, WritesFailWhenTheClientHasGone) {
    endless_end = {};
    ServerBench bench(answer_endlessly);
    RawClient client = bench.client();
    client.send(get("/"));
    client.read_until("\r\n\r\n");
    client.close();
    while (endless_end) bench.loop.run_one_for(1s);
    EXPECT_EQ(endless_end.error().code, Code::unavailable);
}

TEST(BeastHttpServer, SendsEachPieceAtOnceAndNoticesTheClientLeaving) {
    ServerBench bench(watch);
    RawClient client = bench.client();
    client.send(get("/", "Connection: close\r\n"));
    EXPECT_THAT(client.read_until("first\r\n"),
                EndsWith("Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\nfirst\r\n"));
    client.end();
    EXPECT_EQ(client.read_all(), "13\r\nthe client has gone\r\n0\r\n\r\n");
}

TEST(BeastHttpServer, AnAnswerThatIsMissingIsAnError) {
    ServerBench bench([](HttpExchange*) -> Task<void> { co_return; });
    EXPECT_THAT(bench.answer_to(get("/")), StartsWith("HTTP/1.1 500 Internal Server Error\r\n"));
}

TEST(BeastHttpServer, AnAnswerWithoutAnEndCutsTheConnection) {
    ServerBench bench([](HttpExchange* exchange) -> Task<void> {
        HttpReply head;
        co_await exchange->begin(std::move(head));
        co_await exchange->write("x");
    });
    EXPECT_THAT(bench.answer_to(get("/")), EndsWith("1\r\nx\r\n"));
}

TEST(BeastHttpServer, ARequestIsAnsweredOnce) {
    ServerBench bench([](HttpExchange* exchange) -> Task<void> {
        const bool early = (co_await exchange->write("x")).has_value();
        co_await echo(exchange);
        HttpReply again{200, {}, "again"};
        const bool late = (co_await exchange->respond(again)).has_value();
        const bool later = (co_await exchange->begin(again)).has_value();
        const bool latest = (co_await exchange->upgrade(again)).has_value();
        EXPECT_FALSE(early || late || later || latest);
    });
    RawClient client = bench.client();
    EXPECT_EQ(client.get("/1"), "GET /1 ");
    EXPECT_EQ(client.get("/2"), "GET /2 ");
}

/// Gives back what it gets until the client has ended its direction, and says so.
Task<void> echo_stream(HttpExchange* exchange) {
    HttpReply head{101, {{"Upgrade", "test"}}};
    const auto stream = co_await exchange->upgrade(std::move(head));
    if (!stream) co_return;
    const Call call(MonotonicTime::max(), {});
    while (true) {
        const auto bytes = co_await (*stream)->read(3, call);
        if (!bytes) co_return;
        std::string answer = bytes->empty() ? "end" : "<" + *bytes + ">";
        co_await (*stream)->write(std::move(answer), call);
        if (bytes->empty()) break;
    }
    EXPECT_FALSE(exchange->gone().cancelled()) << "one direction has ended, not the connection";
    co_await (*stream)->end(call);
}

TEST(BeastHttpServer, AnUpgradeGivesTheConnectionOver) {
    ServerBench bench(echo_stream);
    RawClient client = bench.client();
    client.send(get("/", "Connection: Upgrade\r\nUpgrade: test\r\n") + "early");
    EXPECT_THAT(client.read_until("\r\n\r\n"),
                testing::AllOf(StartsWith("HTTP/1.1 101 Switching Protocols\r\n"),
                               EndsWith("Upgrade: test\r\nConnection: Upgrade\r\n\r\n")));
    EXPECT_EQ(client.read_until("<ly>"), "<ear><ly>") << "nothing that came early is lost";
    client.send("x");
    EXPECT_EQ(client.read_until(">"), "<x>");
    client.end();
    EXPECT_EQ(client.read_all(), "end");
}

/// Reads nothing of the stream.
Task<void> wait_for_end(HttpExchange* exchange, bool* over) {
    HttpReply head{101, {{"Upgrade", "test"}}};
    const auto stream = co_await exchange->upgrade(std::move(head));
    EXPECT_TRUE(stream);
    co_await wait_for(exchange->gone());
    *over = true;
}

TEST(BeastHttpServer, AClientThatGoesIsNoticedBehindWhatNobodyReads) {
    HttpServerOptions options = ServerBench::patient();
    options.unread = 1ms;
    for (const std::size_t unread : {1UL, 100'000UL}) {
        bool over = false;
        ServerBench bench([&over](HttpExchange* exchange) { return wait_for_end(exchange, &over); }, options);
        RawClient client = bench.client();
        client.send(get("/", "Connection: Upgrade\r\nUpgrade: test\r\n"));
        client.read_until("\r\n\r\n");
        client.send(std::string(unread, 'x'));
        EXPECT_FALSE(over);
        client.close();
        while (!over) bench.loop.run_one_for(1s);
    }
}

TEST(BeastHttpServer, AReadOfAStreamEndsWithItsCall) {
    ServerBench bench([](HttpExchange* exchange) -> Task<void> {
        HttpReply head;
        const auto stream = co_await exchange->upgrade(std::move(head));
        const Call soon(MonotonicTime{} + 1ms, {});
        const Call never(MonotonicTime::max(), {});
        EXPECT_EQ((co_await (*stream)->read(9, soon)).error().code, Code::deadline);
        co_await (*stream)->write("late", never);
        (*stream)->close();
        EXPECT_EQ((co_await (*stream)->read(9, never)).error().code, Code::unavailable);
        EXPECT_TRUE(exchange->gone().cancelled());
    });
    EXPECT_THAT(bench.answer_to(get("/")), EndsWith("\r\n\r\nlate"));
}

TEST(BeastHttpServer, StopsGracefully) {
    ServerBench bench(watch);
    RawClient idle = bench.client();
    RawClient busy = bench.client();
    busy.send(get("/"));
    busy.read_until("first\r\n");
    // The busy one ends by itself, so that no time is needed.
    busy.end();
    bench.stop(1h);
    EXPECT_EQ(idle.read_all(), "");
    EXPECT_THAT(busy.read_all(), EndsWith("\r\n0\r\n\r\n"));
    EXPECT_THROW(bench.client(), boost::system::system_error);
}

TEST(BeastHttpServer, TellsLongAnswersThatItStops) {
    HttpServerOptions options = ServerBench::patient();
    options.linger = 1ms;
    ServerBench bench(watch, options);
    RawClient client = bench.client();
    client.send(get("/"));
    client.read_until("first\r\n");
    bench.stop(1h);
    EXPECT_EQ(client.read_all(), "1b\r\nthe server is shutting down\r\n0\r\n\r\n");
}

TEST(BeastHttpServer, CutsOffWhatDoesNotEndInTime) {
    ServerBench bench;
    RawClient half = bench.client();
    half.send("GET / HT");
    bench.loop.restart();
    bench.loop.poll();
    bench.stop(1ms);
    EXPECT_EQ(half.read_all(), "");
}

TEST(BeastHttpServer, HasALimitOfConnections) {
    HttpServerOptions options = ServerBench::patient();
    options.connections = 2;
    ServerBench bench(echo, options);
    std::optional<RawClient> first;
    first.emplace(bench.loop, bench.folder.path("api.sock"));
    RawClient second = bench.client();
    EXPECT_EQ(first->get("/1"), "GET /1 ");
    EXPECT_EQ(second.get("/2"), "GET /2 ");
    EXPECT_EQ(bench.client().read_all(), "");
    first->close();
    bench.loop.restart();
    while (bench.loop.poll() > 0) {
    }
    EXPECT_EQ(bench.client().get("/3"), "GET /3 ");
}

}  // namespace
}  // namespace hooklet
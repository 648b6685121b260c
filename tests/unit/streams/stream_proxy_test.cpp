// SPDX-License-Identifier: Apache-2.0
#include "streams/stream_proxy.hpp"

#include "support/sim_loop.hpp"
#include "unit/streams/conversation.hpp"
#include "unit/streams/fake_engine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using websocket::Message;
using websocket::Opcode;

class StreamProxyTest : public testing::Test {
  protected:
    ~StreamProxyTest() override { loop.run(engine.stop()); }

    static CommandOptions options(bool input, bool output, bool errors, bool tty = false) {
        return {"app", {"/bin/sh", "-c", "x"}, {input, output, errors, tty}};
    }
    /// The exec as a whole, beside a client that does what `client` says.
    void exec(FakeExchange& exchange, CommandOptions wanted, Task<void> client) {
        const CommandTarget target{"app", "c1", true, false};
        both(proxy.exec(&exchange, target, std::move(wanted)), std::move(client));
    }
    void both(Task<void> first, Task<void> second) {
        Gate gate(loop.executor());
        gate.spawn(std::move(first));
        gate.spawn(std::move(second));
        loop.run(gate.close());
    }

    sim::SimLoop loop;
    FakeEngine engine{&loop};
    StreamProxy proxy{{loop.executor(), &loop.clock(), &engine, &engine}};
};

Task<void> nothing() {
    co_return;
}

Task<void> cat(FakeEngine* engine) {
    const std::string input = co_await engine->read("stdin");
    co_await engine->write("stdout", "got " + input);
    co_await engine->write("stderr", "done");
    co_await engine->finish(success);
}

TEST_F(StreamProxyTest, Version5ClosesStdinAndGetsTheStatus) {
    FakeExchange exchange(&loop.clock(), FakeExchange::websocket_request("v5.channel.k8s.io"));
    engine.stream_count = 4;
    engine.script = cat;
    std::vector<Message> heard;
    exec(exchange, options(true, true, true),
         converse(&exchange,
                  {{Opcode::binary, "\0hello "s},
                   {Opcode::ping, "x"},
                   {Opcode::binary, "\0world"s},
                   {Opcode::binary, "\xff\0"s}},
                  &heard));
    EXPECT_EQ(exchange.reply->status, 101);
    EXPECT_EQ(heard.front().payload, "\1") << "the client may write";
    EXPECT_EQ(all_of(heard, 1), "got hello world");
    EXPECT_EQ(all_of(heard, 2), "done");
    EXPECT_EQ(all_of(heard, 3), success);
    EXPECT_THAT(heard, testing::Contains(Message{Opcode::pong, "x"}));
    EXPECT_EQ(heard.back(), (Message{Opcode::close, "\x03\xe8"s}));
    ASSERT_EQ(engine.exec_requests.size(), 1U);
    EXPECT_EQ(engine.exec_requests[0].container_id, "c1");
    EXPECT_THAT(engine.exec_requests[0].command, ElementsAre("/bin/sh", "-c", "x"));
    EXPECT_EQ(engine.dialed, "127.0.0.1:10010");
    EXPECT_THAT(engine.head, testing::StartsWith("POST /exec/token HTTP/1.1\r\nHost: 127.0.0.1:10010\r\n"));
}

Task<void> fail_with_3(FakeEngine* engine) {
    co_await engine->finish(
        R"({"status":"Failure","message":"command terminated with non-zero exit code: error executing command )"
        R"([sh], exit code 3","reason":"NonZeroExitCode","details":{"causes":[{"reason":"ExitCode","message":"3"}]}})");
}

TEST_F(StreamProxyTest, TheOldProtocolHasTextAndSilenceForSuccess) {
    for (const bool fails : {false, true}) {
        FakeEngine other{&loop};
        StreamProxy old{{loop.executor(), &loop.clock(), &other, &other}};
        FakeExchange exchange(&loop.clock(), FakeExchange::websocket_request(""));
        other.stream_count = 3;
        other.script = fails ? fail_with_3 : FakeEngine::Script([](FakeEngine* e) -> Task<void> {
            co_await e->write("stdout", "fine");
            co_await e->finish(success);
        });
        std::vector<Message> heard;
        both(old.exec(&exchange, {"app", "c1"}, options(false, true, true)), converse(&exchange, {}, &heard));
        EXPECT_EQ(all_of(heard, 1), fails ? "" : "fine");
        EXPECT_EQ(all_of(heard, 3), fails ? "command terminated with non-zero exit code: exit status 3" : "");
        loop.run(other.stop());
    }
}

TEST_F(StreamProxyTest, Base64ProtocolsAreText) {
    FakeExchange exchange(&loop.clock(), FakeExchange::websocket_request("v4.base64.channel.k8s.io"));
    engine.stream_count = 3;
    engine.script = [](FakeEngine* e) -> Task<void> {
        std::string line;
        const Call unlimited{MonotonicTime::max(), {}};
        while (line.size() < 2) line += (co_await e->streams.at("stdin")->read(10, unlimited)).value();
        co_await e->write("stdout", line);
        co_await e->finish(success);
    };
    std::vector<Message> heard;
    exec(exchange, options(true, true, false), converse(&exchange, {{Opcode::text, "0aGk="}}, &heard));
    EXPECT_THAT(heard, testing::Contains(Message{Opcode::text, "1aGk="}));
}

TEST_F(StreamProxyTest, ATerminalIsResizedAndHasNoStderr) {
    FakeExchange exchange(&loop.clock(), FakeExchange::websocket_request("v5.channel.k8s.io"));
    engine.stream_count = 4;
    std::string sizes;
    engine.script = [&sizes](FakeEngine* e) -> Task<void> {
        return [](FakeEngine* self, std::string* out) -> Task<void> {
            const Call unlimited{MonotonicTime::max(), {}};
            while (out->size() < 24) {
                const auto piece = co_await self->streams.at("resize")->read(100, unlimited);
                *out += *piece;
            }
            co_await self->finish(success);
        }(e, &sizes);
    };
    std::vector<Message> heard;
    exec(exchange, options(true, true, false, true),
         converse(&exchange, {{Opcode::binary, "\4{\"Width\":80,\"Height\":24}"s}}, &heard));
    EXPECT_EQ(sizes, R"({"Width":80,"Height":24})");
    EXPECT_TRUE(engine.exec_requests[0].tty);
    EXPECT_FALSE(engine.streams.contains("stderr"));
}

TEST_F(StreamProxyTest, AClientThatLeavesEndsTheEnginesConnection) {
    FakeExchange exchange(&loop.clock(), FakeExchange::websocket_request("v5.channel.k8s.io"));
    engine.stream_count = 3;
    bool ended = false;
    engine.script = [&ended](FakeEngine* e) -> Task<void> {
        return [](FakeEngine* self, bool* over) -> Task<void> {
            co_await self->write("stdout", "up");
            (void)co_await self->read("stdin");
            *over = true;
        }(e, &ended);
    };
    exec(exchange, options(true, true, false), leave(&exchange));
    EXPECT_TRUE(ended);
}

/// Writes until nobody takes it any more.
Task<void> flood(sim::SimLoop* world, FakeExchange* exchange, std::string piece) {
    const Call unlimited{MonotonicTime::max(), {}};
    while (co_await exchange->client->write(piece, unlimited))
        (void)co_await sleep_until(&world->clock(), world->clock().call_within(1ms));
}

TEST_F(StreamProxyTest, AServerThatStopsLeavesACommandThatReadsNothing) {
    FakeExchange exchange(&loop.clock(), FakeExchange::websocket_request("v5.channel.k8s.io"));
    engine.stream_count = 3;
    engine.script = [this](FakeEngine*) -> Task<void> {
        return [](sim::SimLoop* world) -> Task<void> {
            (void)co_await sleep_until(&world->clock(), world->clock().call_within(15s));
        }(&loop);
    };
    const Timer stop = loop.clock().at(loop.clock().now() + 5s, [&] { exchange.draining.cancel(); });
    exec(exchange, options(true, true, false),
         flood(&loop, &exchange, websocket::masked(Opcode::binary, "\0"s + std::string(4000, 'x'))));
    EXPECT_LT(loop.clock().elapsed(), 20s);
}

/// A command that runs until its connection ends.
Task<void> run_on(FakeEngine* engine) {
    co_await engine->write("stdout", "begin");
    (void)co_await engine->read("stdin");
}

TEST_F(StreamProxyTest, AServerThatStopsTellsThatTheCommandHasNotEnded) {
    FakeExchange exchange(&loop.clock(), FakeExchange::websocket_request("v5.channel.k8s.io"));
    engine.stream_count = 3;
    engine.script = run_on;
    const Timer stop = loop.clock().at(loop.clock().now() + 5s, [&] { exchange.draining.cancel(); });
    std::vector<Message> heard;
    exec(exchange, options(true, true, false), converse(&exchange, {}, &heard));
    EXPECT_EQ(all_of(heard, 1), "begin");
    EXPECT_THAT(all_of(heard, 3), HasSubstr(R"("status":"Failure")"));
    EXPECT_THAT(all_of(heard, 3), HasSubstr("the agent is shutting down before the command has ended"));
    EXPECT_EQ(heard.back(), (Message{Opcode::close, "\x03\xe8"s}))
        << "clients read no status before another code";
    EXPECT_LT(loop.clock().elapsed(), 7s);
}

TEST_F(StreamProxyTest, AServerThatStopsDoesNotWaitForAClientsStreams) {
    FakeExchange exchange(&loop.clock(), FakeExchange::spdy_request("v4.channel.k8s.io"));
    engine.stream_count = 2;
    engine.script = run_on;
    const Timer stop = loop.clock().at(loop.clock().now() + 5s, [&] { exchange.draining.cancel(); });
    exec(exchange, options(false, true, false), nothing());
    EXPECT_LT(loop.clock().elapsed(), 7s);
}

TEST_F(StreamProxyTest, AServerThatStopsLeavesAPortThatReadsNothing) {
    FakeExchange exchange(&loop.clock(), FakeExchange::spdy_request("portforward.k8s.io"));
    engine.deaf = true;
    const Timer stop = loop.clock().at(loop.clock().now() + 5s, [&] { exchange.draining.cancel(); });
    both(proxy.port_forward(&exchange, "sandbox", {}), flood(&loop, &exchange, std::string(4000, 'x')));
    EXPECT_LT(loop.clock().elapsed(), 20s);
}

TEST_F(StreamProxyTest, AnEngineThatGoesWithoutAWordIsAFailure) {
    FakeExchange exchange(&loop.clock(), FakeExchange::websocket_request("v5.channel.k8s.io"));
    engine.stream_count = 2;
    engine.script = [](FakeEngine* e) -> Task<void> {
        e->connection->close();
        co_return;
    };
    std::vector<Message> heard;
    exec(exchange, options(false, true, false), converse(&exchange, {}, &heard));
    EXPECT_THAT(all_of(heard, 3), HasSubstr(R"("status":"Failure")"));
}

TEST_F(StreamProxyTest, WhatCannotBeUpgradedIsAnsweredInPlainHttp) {
    HttpServerRequest plain;
    plain.method = "POST";
    FakeExchange no_upgrade(&loop.clock(), plain);
    exec(no_upgrade, options(false, true, false), nothing());
    EXPECT_EQ(no_upgrade.reply->status, 400);
    EXPECT_THAT(no_upgrade.reply->body, HasSubstr(R"("message":"Upgrade request required")"));

    FakeExchange unknown(&loop.clock(), FakeExchange::spdy_request("v9.channel.k8s.io"));
    exec(unknown, options(false, true, false), nothing());
    EXPECT_EQ(unknown.reply->status, 403);
    EXPECT_THAT(unknown.reply->headers,
                testing::Contains(HttpHeader{"X-Accepted-Stream-Protocol-Versions", "v4.channel.k8s.io"}));

    engine.answer = fail(Code::not_found, "no such container");
    FakeExchange missing(&loop.clock(), FakeExchange::websocket_request("v5.channel.k8s.io"));
    exec(missing, options(false, true, false), nothing());
    EXPECT_EQ(missing.reply->status, 404);
    EXPECT_EQ(missing.reply->body, "container not found (\"app\")");
}

TEST_F(StreamProxyTest, AnEngineThatRefusesTheUpgradeIsQuoted) {
    engine.refusal = "HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\nno token\n";
    engine.script = [](FakeEngine* /*e*/) -> Task<void> { co_return; };
    FakeExchange exchange(&loop.clock(), FakeExchange::websocket_request("v5.channel.k8s.io"));
    exec(exchange, options(false, true, false), nothing());
    EXPECT_EQ(exchange.reply->status, 500);
    EXPECT_EQ(exchange.reply->body, "unable to upgrade connection: no token");
}

/// What kubectl does over SPDY.
Task<void> spdy_client(FakeExchange* exchange, sim::SimLoop* loop, std::string* out, std::string* status) {
    spdy::Session session(loop->executor(), &loop->clock(), exchange->client.get(), spdy::Role::client);
    session.start();
    const Call unlimited{MonotonicTime::max(), {}};
    std::map<std::string, spdy::StreamPtr> streams;
    for (const char* type : {"error", "stdin", "stdout", "stderr"}) {
        const spdy::Headers headers{{"streamType", type}};
        auto stream = co_await session.open(headers, unlimited);
        if (!stream) co_return;
        streams[type] = *stream;
    }
    (void)co_await streams["stdin"]->write("over spdy", unlimited);
    (void)co_await streams["stdin"]->end(unlimited);
    for (const auto& [type, into] : {std::pair{"stdout", out}, std::pair{"error", status}}) {
        while (true) {
            const auto piece = co_await streams[type]->read(100, unlimited);
            if (!piece || piece->empty()) break;
            *into += *piece;
        }
    }
    streams.clear();
    co_await session.stop();
}

TEST_F(StreamProxyTest, SpdyClientsAreServedToo) {
    FakeExchange exchange(&loop.clock(), FakeExchange::spdy_request("v4.channel.k8s.io"));
    engine.stream_count = 4;
    engine.script = cat;
    std::string out;
    std::string status;
    exec(exchange, options(true, true, true), spdy_client(&exchange, &loop, &out, &status));
    EXPECT_EQ(out, "got over spdy");
    EXPECT_EQ(status, success);
}

TEST_F(StreamProxyTest, ASpdyClientDoesNotTakeAServerThatStopsForSuccess) {
    FakeExchange exchange(&loop.clock(), FakeExchange::spdy_request("v4.channel.k8s.io"));
    engine.stream_count = 4;
    engine.script = [](FakeEngine* e) -> Task<void> {
        co_await run_on(e);
        // stdin has ended already: the command runs on until the connection goes.
        const Call unlimited{MonotonicTime::max(), {}};
        (void)co_await e->streams.at("error")->read(1, unlimited);
    };
    const Timer stop = loop.clock().at(loop.clock().now() + 5s, [&] { exchange.draining.cancel(); });
    std::string out;
    std::string status;
    exec(exchange, options(true, true, true), spdy_client(&exchange, &loop, &out, &status));
    EXPECT_EQ(out, "begin");
    EXPECT_THAT(status, HasSubstr("the agent is shutting down before the command has ended"));
}

Task<void> tunnel(FakeExchange* exchange, std::string* heard) {
    co_await exchange->send(Opcode::binary, "abc");
    auto message = co_await exchange->receive();
    *heard = message->payload;
    co_await exchange->send(Opcode::close, "\x03\xe8");
    while (message) message = co_await exchange->receive();
}

TEST_F(StreamProxyTest, PortForwardPassesBytesThroughTheTunnel) {
    FakeExchange exchange(&loop.clock(), FakeExchange::websocket_request("SPDY/3.1+portforward.k8s.io"));
    std::string heard;
    both(proxy.port_forward(&exchange, "sandbox", {}), tunnel(&exchange, &heard));
    EXPECT_EQ(heard, "<abc>");
    EXPECT_EQ(engine.raw, "abc");
    EXPECT_EQ(engine.forward_requests[0].pod_sandbox_id, "sandbox");
    EXPECT_THAT(engine.head, HasSubstr("X-Stream-Protocol-Version: portforward.k8s.io\r\n"));
}

TEST_F(StreamProxyTest, AServerThatStopsSaysGoodByeInTheTunnel) {
    FakeExchange exchange(&loop.clock(), FakeExchange::websocket_request("SPDY/3.1+portforward.k8s.io"));
    const Timer stop = loop.clock().at(loop.clock().now() + 5s, [&] { exchange.draining.cancel(); });
    std::vector<Message> heard;
    both(proxy.port_forward(&exchange, "sandbox", {}),
         converse(&exchange, {{Opcode::binary, "abc"}}, &heard));
    EXPECT_THAT(heard, ElementsAre(Message{Opcode::binary, "<abc>"}, Message{Opcode::close, "\x03\xe9"}));
}

Task<void> plain(FakeExchange* exchange, std::string* heard) {
    const Call unlimited{MonotonicTime::max(), {}};
    (void)co_await exchange->client->write("abc", unlimited);
    *heard = (co_await exchange->client->read(100, unlimited)).value();
    exchange->client->close();
}

TEST_F(StreamProxyTest, PortForwardWorksWithoutATunnel) {
    FakeExchange exchange(&loop.clock(), FakeExchange::spdy_request("portforward.k8s.io"));
    std::string heard;
    both(proxy.port_forward(&exchange, "sandbox", {}), plain(&exchange, &heard));
    EXPECT_EQ(heard, "<abc>");
}

/// Clients of before the tunnel: `ports` in the query, and WebSocket messages that the engine understands.
TEST_F(StreamProxyTest, PortForwardHandsChannelsOfAWebSocketToTheEngine) {
    FakeExchange exchange(&loop.clock(), FakeExchange::websocket_request("v4.channel.k8s.io"));
    std::string heard;
    both(proxy.port_forward(&exchange, "sandbox", {80, 81}), plain(&exchange, &heard));
    EXPECT_EQ(heard, "<abc>");
    EXPECT_THAT(engine.forward_requests.at(0).ports, ElementsAre(80, 81));
    EXPECT_THAT(engine.head, testing::StartsWith("GET /exec/token HTTP/1.1\r\n"));
    EXPECT_THAT(engine.head, HasSubstr("\r\nUpgrade: websocket\r\n"));
    EXPECT_THAT(engine.head, HasSubstr("\r\nSec-WebSocket-Protocol: v4.channel.k8s.io\r\n"));
    EXPECT_THAT(engine.head, testing::Not(HasSubstr("Content-Length")));
}

TEST_F(StreamProxyTest, PortForwardOverChannelsNeedsPorts) {
    FakeExchange exchange(&loop.clock(), FakeExchange::websocket_request("v4.channel.k8s.io"));
    loop.run(proxy.port_forward(&exchange, "sandbox", {}));
    EXPECT_EQ(exchange.reply->status, 400);
    EXPECT_TRUE(engine.forward_requests.empty());
}

}  // namespace
}  // namespace hooklet

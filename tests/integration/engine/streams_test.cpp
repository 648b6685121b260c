// SPDX-License-Identifier: Apache-2.0
// Exec, attach and port-forward against containerd's own streaming server.
#include "adapters/asio/asio_dialer.hpp"
#include "base/gate.hpp"
#include "integration/engine/engine_fixture.hpp"
#include "streams/spdy_session.hpp"
#include "streams/stream_proxy.hpp"
#include "unit/streams/fake_exchange.hpp"

#include <iostream>

namespace hooklet::testing {
namespace {

using namespace std::string_literals;
using namespace std::chrono_literals;
using websocket::Message;
using websocket::Opcode;

/// Says all, then hears all.
Task<void> converse(FakeExchange* exchange, std::vector<std::string> say,
                    std::map<char, std::string>* heard) {
    for (std::string& message : say) co_await exchange->send(Opcode::binary, std::move(message));
    while (true) {
        const auto message = co_await exchange->receive();
        if (!message) co_return;
        if (message->opcode == Opcode::close) co_await exchange->send(Opcode::close, message->payload);
        if (message->opcode == Opcode::binary) (*heard)[message->payload[0]] += message->payload.substr(1);
    }
}

class EngineStreams : public EngineTest {
  protected:
    Task<void> both(Task<void> first, Task<void> second) {
        Gate gate(loop.get_executor());
        gate.spawn(std::move(first));
        gate.spawn(std::move(second));
        co_await gate.close();
    }
    std::map<char, std::string> exec(std::vector<std::string> command, std::vector<std::string> say,
                                     CommandStreams streams) {
        FakeExchange exchange(&clock, FakeExchange::websocket_request("v5.channel.k8s.io"));
        std::map<char, std::string> heard;
        CommandOptions options{"app", std::move(command), streams};
        run(both(proxy().exec(&exchange, {"app", id}, std::move(options)),
                 converse(&exchange, std::move(say), &heard)));
        return heard;
    }
    /// A container that answers once on port 8080 of the Pod, and listens when this returns.
    void serve_pong() {
        id = start_container({"/bin/sh", "-c",
                              "/bin/busybox nc -l -p 8080 -e /bin/sh -c 'read x; echo pong $x'; "
                              "/bin/sleep 1000"});
        (void)exec({"/bin/sh", "-c",
                    "until /bin/busybox netstat -lnt | /bin/busybox grep -q 8080; do /bin/sleep 0.1; done"},
                   {}, {false, true, false, false});
    }
    StreamProxy& proxy() {
        if (!proxy_) proxy_.emplace(StreamProxy::Ports{loop.get_executor(), &clock, runtime.get(), &dialer});
        return *proxy_;
    }

    AsioDialer dialer{loop.get_executor(), &clock};
    std::optional<StreamProxy> proxy_;
    std::string id;
};

constexpr const char* success = R"({"metadata":{},"status":"Success"})";

TEST_F(EngineStreams, ExecEndsItsInputAndTellsTheExitCode) {
    id = start_container({"/bin/sleep", "1000"});
    const auto begin = clock.now();
    auto heard = exec({"/bin/sh", "-c", "while read x; do echo got $x; done; echo end >&2; exit 3"},
                      {"\0a\nb\n"s, "\xff\0"s}, {true, true, true, false});
    std::cout << "exec with stdin " << (clock.now() - begin) / 1ms << " ms\n";
    EXPECT_EQ(heard[1], "got a\ngot b\n");
    EXPECT_EQ(heard[2], "end\n");
    EXPECT_EQ(heard[3], CommandEnd::exit_code(3).status);

    std::vector<std::string> much;
    for (int i = 0; i < 100; ++i) much.push_back("\0"s + std::string(30'000, 'x'));
    much.push_back("\xff\0"s);
    heard = exec({"/bin/busybox", "wc", "-c"}, much, {true, true, false, false});
    EXPECT_EQ(heard[1], "3000000\n");
    EXPECT_EQ(heard[3], success);

    heard = exec({"/bin/busybox", "head", "-c", "3000000", "/dev/zero"}, {}, {false, true, false, false});
    EXPECT_EQ(heard[1].size(), 3'000'000U);

    heard = exec({"/bin/nothing"}, {}, {false, true, true, false});
    EXPECT_NE(heard[3].find(R"("reason":"InternalError")"), std::string::npos) << heard[3];

    // The engine resizes beside the start of the command. Until then stty says nothing, and returns 0.
    heard = exec({"/bin/sh", "-c",
                  "until [ \"$size\" ]; do size=$(/bin/busybox stty size 2>/dev/null); done; echo $size"},
                 {"\4{\"Width\":77,\"Height\":33}"s}, {true, true, false, true});
    EXPECT_EQ(heard[1], "33 77\r\n");
    EXPECT_EQ(heard[3], success);
}

TEST_F(EngineStreams, AttachHearsTheContainerUntilItEnds) {
    id = start_container({"/bin/sh", "-c", "while [ ! -e /go ]; do /bin/sleep 1; done; echo hello; exit 4"});
    FakeExchange exchange(&clock, FakeExchange::websocket_request("v5.channel.k8s.io"));
    std::map<char, std::string> heard;
    CommandOptions options{"app", {}, {false, true, true, false}};
    Gate gate(loop.get_executor());
    gate.spawn(proxy().attach(&exchange, {"app", id}, options));
    gate.spawn(converse(&exchange, {}, &heard));
    (void)exec({"/bin/busybox", "touch", "/go"}, {}, {false, true, false, false});
    run(gate.close());
    EXPECT_EQ(heard[1], "hello\n");
    EXPECT_EQ(heard[3], success);
}

/// What kubectl does for one local connection.
Task<void> forward(FakeExchange* exchange, AsioClock* clock, Executor executor, std::string* answer,
                   std::string* error) {
    spdy::Session session(std::move(executor), clock, exchange->client.get(), spdy::Role::client);
    session.start();
    const Call call = clock->call_within(20s);
    spdy::Headers headers{{"streamtype", "error"}, {"port", "8080"}, {"requestid", "0"}};
    auto errors = co_await session.open(headers, call);
    headers[0].value = "data";
    auto data = co_await session.open(headers, call);
    if (!errors || !data) co_return;
    (void)co_await (*errors)->end(call);
    (void)co_await (*data)->write("ping\n", call);
    for (const auto& [stream, text] : {std::pair{*data, answer}, std::pair{*errors, error}}) {
        while (true) {
            const auto piece = co_await stream->read(1000, call);
            if (!piece || piece->empty()) break;
            *text += *piece;
        }
    }
    data->reset();
    errors->reset();
    co_await session.stop();
}

/// What a client of a WebSocket with channels does: the first message of each channel is its port.
Task<void> forward_channels(FakeExchange* exchange, std::map<char, std::string>* heard) {
    co_await exchange->send(Opcode::binary, "\0ping\n"s);
    while (!(*heard)[0].ends_with('\n')) {
        const auto message = co_await exchange->receive();
        if (!message || message->opcode != Opcode::binary) break;
        (*heard)[message->payload[0]] += message->payload.substr(1);
    }
    exchange->client->close();
}

TEST_F(EngineStreams, PortForwardOverAWebSocketWithChannels) {
    serve_pong();
    FakeExchange exchange(&clock, FakeExchange::websocket_request("v4.channel.k8s.io"));
    std::map<char, std::string> heard;
    run(both(proxy().port_forward(&exchange, sandbox, {8080}), forward_channels(&exchange, &heard)));
    EXPECT_EQ(heard[0], "\x90\x1fpong ping\n");
    EXPECT_EQ(heard[1], "\x90\x1f");
}

TEST_F(EngineStreams, PortForwardReachesThePodsPorts) {
    serve_pong();
    for (const bool listening : {true, false}) {
        FakeExchange exchange(&clock, FakeExchange::spdy_request("portforward.k8s.io"));
        std::string answer;
        std::string error;
        run(both(proxy().port_forward(&exchange, sandbox, {}),
                 forward(&exchange, &clock, loop.get_executor(), &answer, &error)));
        EXPECT_EQ(answer, listening ? "pong ping\n" : "");
        EXPECT_EQ(error.find("connection refused") == std::string::npos, listening) << error;
    }
}

}  // namespace
}  // namespace hooklet::testing

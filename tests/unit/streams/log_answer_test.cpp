// SPDX-License-Identifier: Apache-2.0
#include "streams/log_answer.hpp"

#include "base/gate.hpp"
#include "support/memory_files.hpp"
#include "support/sim_directory_watch.hpp"
#include "support/sim_loop.hpp"
#include "unit/streams/fake_exchange.hpp"

#include <gtest/gtest.h>

namespace hooklet {
namespace {

using websocket::Message;
using websocket::Opcode;

class LogAnswerTest : public testing::Test {
  protected:
    LogAnswerTest() {
        files.put("/pods/p/app/0.log",
                  {FileType::regular, 0640, 0, "2026-01-01T00:00:00Z stdout F container is alive\n"});
    }
    Task<void> answer(FakeExchange& exchange, bool follow = false) {
        const LogReader::Ports ports{&loop.clock(), &files, &watch};
        LogRequest request;
        request.path = "/pods/p/app/0.log";
        request.follow = follow;
        return answer_log(&exchange, loop.executor(), ports, std::move(request));
    }
    std::vector<Message> over_websocket(const std::string& protocol);

    sim::SimLoop loop;
    sim::MemoryFiles files;
    sim::SimDirectoryWatch watch{&files};
};

Task<void> hear(FakeExchange* exchange, std::vector<Message>* heard) {
    while (true) {
        const auto message = co_await exchange->receive();
        if (!message) co_return;
        if (message->opcode == Opcode::close) co_await exchange->send(Opcode::close, message->payload);
        heard->push_back(*message);
    }
}

std::vector<Message> LogAnswerTest::over_websocket(const std::string& protocol) {
    FakeExchange exchange(&loop.clock(), FakeExchange::websocket_request(protocol));
    std::vector<Message> heard;
    Gate gate(loop.executor());
    gate.spawn(answer(exchange));
    gate.spawn(hear(&exchange, &heard));
    loop.run(gate.close());
    return heard;
}

TEST_F(LogAnswerTest, PlainRequestsGetChunks) {
    FakeExchange exchange(&loop.clock(), {});
    loop.run(answer(exchange));
    EXPECT_EQ(exchange.reply->status, 200);
    EXPECT_EQ(exchange.reply->headers.front(), (HttpHeader{"Content-Type", "text/plain"}));
    EXPECT_EQ(exchange.reply->body, "container is alive\n");
    EXPECT_TRUE(exchange.finished);
}

TEST_F(LogAnswerTest, WebSocketsGetMessagesAndAGoodBye) {
    const Message good_bye{Opcode::close, "\x03\xe8"};
    for (const char* protocol : {"", "binary.k8s.io"}) {
        const std::vector<Message> expected{{Opcode::binary, "container is alive\n"}, good_bye};
        EXPECT_EQ(over_websocket(protocol), expected) << protocol;
    }
    const std::vector<Message> expected{{Opcode::text, "Y29udGFpbmVyIGlzIGFsaXZlCg=="}, good_bye};
    EXPECT_EQ(over_websocket("base64.binary.k8s.io"), expected);
}

Task<void> look_and_leave(FakeExchange* exchange) {
    (void)co_await exchange->receive();
    exchange->client->close();
}

TEST_F(LogAnswerTest, AFollowerThatLeavesEndsTheAnswer) {
    FakeExchange exchange(&loop.clock(), FakeExchange::websocket_request(""));
    Gate gate(loop.executor());
    gate.spawn(answer(exchange, true));
    gate.spawn(look_and_leave(&exchange));
    loop.run(gate.close());
    EXPECT_EQ(exchange.reply->status, 101);
}

TEST_F(LogAnswerTest, AServerThatDrainsLeavesTheAnswerWithoutItsEnd) {
    FakeExchange exchange(&loop.clock(), {});
    const Timer drain = loop.clock().after(std::chrono::seconds{1},
                                           [&] { exchange.draining.cancel({Code::cancelled, "drain"}); });
    loop.run(answer(exchange, true));
    EXPECT_FALSE(exchange.finished) << "a client would take it for the end of the log";
}

TEST_F(LogAnswerTest, AServerThatDrainsSaysSoOverAWebSocket) {
    FakeExchange exchange(&loop.clock(), FakeExchange::websocket_request(""));
    const Timer drain = loop.clock().after(std::chrono::seconds{1},
                                           [&] { exchange.draining.cancel({Code::cancelled, "drain"}); });
    std::vector<Message> heard;
    Gate gate(loop.executor());
    gate.spawn(answer(exchange, true));
    gate.spawn(hear(&exchange, &heard));
    loop.run(gate.close());
    const std::vector<Message> expected{{Opcode::binary, "container is alive\n"},
                                        {Opcode::close, "\x03\xe9"}};
    EXPECT_EQ(heard, expected);
}

TEST_F(LogAnswerTest, UnknownProtocolsAreRefused) {
    FakeExchange exchange(&loop.clock(), FakeExchange::websocket_request("chat"));
    loop.run(answer(exchange));
    EXPECT_EQ(exchange.reply->status, 400);
}

}  // namespace
}  // namespace hooklet

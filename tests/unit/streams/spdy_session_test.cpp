// SPDX-License-Identifier: Apache-2.0
#include "streams/spdy_session.hpp"

#include "support/memory_stream.hpp"
#include "support/sim_loop.hpp"

#include <gtest/gtest.h>

namespace hooklet::spdy {
namespace {

using namespace std::chrono_literals;

class SpdySessionTest : public testing::Test {
  protected:
    SpdySessionTest() {
        client.start();
        server.start();
    }
    ~SpdySessionTest() override {
        // Both at once: each waits for the other's end.
        Gate gate(loop.executor());
        gate.spawn(client.stop());
        gate.spawn(server.stop());
        loop.run(gate.close());
    }
    Call soon() { return loop.clock().call_within(1s); }
    StreamPtr open(std::string type) {
        Headers headers{{"streamType", std::move(type)}};
        return loop.run(client.open(std::move(headers), soon())).value();
    }
    StreamPtr accept() { return loop.run(server.accept(soon())).value(); }
    std::string read(Stream& stream) { return loop.run(stream.read(1000, soon())).value(); }
    void write(Stream& stream, std::string bytes) {
        ASSERT_TRUE(loop.run(stream.write(std::move(bytes), soon())));
    }

    sim::SimLoop loop;
    std::pair<std::unique_ptr<sim::MemoryStream>, std::unique_ptr<sim::MemoryStream>> ends =
        sim::MemoryStream::pair(&loop.clock());
    Session client{loop.executor(), &loop.clock(), ends.first.get(), Role::client};
    Session server{loop.executor(), &loop.clock(), ends.second.get(), Role::server};
};

TEST_F(SpdySessionTest, StreamsCarryBytesBothWays) {
    const StreamPtr out = open("stdout");
    const StreamPtr in = open("stdin");
    const StreamPtr there = accept();
    EXPECT_EQ(header(there->headers(), "streamtype"), "stdout");
    EXPECT_EQ(header(accept()->headers(), "streamtype"), "stdin");
    write(*out, "hello");
    EXPECT_EQ(read(*there), "hello");
    write(*there, "answer");
    EXPECT_EQ(read(*out), "answer");
}

TEST_F(SpdySessionTest, OneDirectionEndsAloneAndTheOtherGoesOn) {
    const StreamPtr here = open("data");
    const StreamPtr there = accept();
    write(*here, "last");
    ASSERT_TRUE(loop.run(here->end(soon())));
    EXPECT_EQ(read(*there), "last");
    EXPECT_EQ(read(*there), "");
    write(*there, "still here");
    EXPECT_EQ(read(*here), "still here");
    EXPECT_EQ(loop.run(here->write("x", soon())).error().code, Code::unavailable);
}

TEST_F(SpdySessionTest, AClosedStreamEndsTheOtherSidesToo) {
    const StreamPtr here = open("data");
    const StreamPtr there = accept();
    here->close();
    EXPECT_EQ(loop.run(there->read(10, soon())).error().code, Code::unavailable);
    EXPECT_EQ(loop.run(here->read(10, soon())).error().code, Code::unavailable);
    // The session goes on.
    const StreamPtr next = open("data");
    write(*next, "x");
    EXPECT_EQ(read(*accept()), "x");
}

TEST_F(SpdySessionTest, MuchDataWaitsForItsReader) {
    const StreamPtr here = open("data");
    const StreamPtr there = accept();
    const std::string much(1'000'000, 'x');
    Gate gate(loop.executor());
    gate.spawn([](StreamPtr stream, std::string bytes) -> Task<void> {
        const Call unlimited{MonotonicTime::max(), {}};
        (void)co_await stream->write(std::move(bytes), unlimited);
        (void)co_await stream->end(unlimited);
    }(here, much));
    ASSERT_TRUE(loop.run_for(1s));
    EXPECT_EQ(gate.running(), 1U) << "the writer waits";
    std::string got;
    while (true) {
        const std::string piece = read(*there);
        if (piece.empty()) break;
        got += piece;
    }
    EXPECT_EQ(got.size(), much.size());
    loop.run(gate.close());
}

TEST_F(SpdySessionTest, NobodyIsWaitedForForever) {
    EXPECT_EQ(loop.run(server.accept(soon())).error().code, Code::deadline);
    const StreamPtr here = open("data");
    EXPECT_EQ(loop.run(here->read(10, soon())).error().code, Code::deadline);
    (void)accept();
    CancelSource cancel;
    cancel.cancel({Code::cancelled, "not needed"});
    EXPECT_EQ(loop.run(server.accept(loop.clock().call_within(1s, cancel.token()))).error().message,
              "not needed");
}

TEST_F(SpdySessionTest, ALostConnectionEndsEverything) {
    const StreamPtr here = open("data");
    const StreamPtr there = accept();
    write(*here, "sent before");
    ASSERT_TRUE(loop.run_for(1ms));
    ends.first->close();
    EXPECT_EQ(read(*there), "sent before");
    EXPECT_EQ(loop.run(there->read(10, soon())).error().code, Code::unavailable);
    EXPECT_TRUE(server.closed().cancelled());
    EXPECT_EQ(loop.run(server.accept(soon())).error().code, Code::unavailable);
    const Headers headers{{"streamtype", "data"}};
    EXPECT_EQ(loop.run(client.open(headers, soon())).error().code, Code::unavailable);
}

/// A server and the bare bytes of its client.
class SpdyServerTest : public testing::Test {
  protected:
    SpdyServerTest() { server.start(); }
    ~SpdyServerTest() override {
        ends.first->close();
        loop.run(server.stop());
    }
    void send(std::string bytes) { ASSERT_TRUE(loop.run(ends.first->write(std::move(bytes), soon()))); }
    std::string answer() { return loop.run(ends.first->read(1000, soon())).value_or("(none)"); }
    Call soon() { return loop.clock().call_within(1s); }

    sim::SimLoop loop;
    std::pair<std::unique_ptr<sim::MemoryStream>, std::unique_ptr<sim::MemoryStream>> ends =
        sim::MemoryStream::pair(&loop.clock());
    Session server{loop.executor(), &loop.clock(), ends.second.get(), Role::server};
    Encoder encoder;
};

TEST_F(SpdyServerTest, TheClientsPingsAreAnswered) {
    send(ping(7));
    EXPECT_EQ(answer(), ping(7));
    send(ping(8));
    EXPECT_EQ(answer(), "(none)") << "an answer to none of ours";
}

TEST_F(SpdyServerTest, StreamNumbersAreTheClientsAndGrow) {
    send(encoder.syn_stream(3, {}));
    EXPECT_EQ(answer().substr(0, 4), std::string("\x80\x03\0\x02", 4));
    for (const std::uint32_t wrong : {2U, 3U, 1U}) {
        send(encoder.syn_stream(wrong, {}));
        EXPECT_EQ(answer(), reset(wrong, ResetStatus::protocol_error));
    }
}

TEST_F(SpdyServerTest, TooManyStreamsAreRefused) {
    std::uint32_t id = 1;
    for (int i = 0; i < 1024; ++i, id += 2) {
        send(encoder.syn_stream(id, {}));
        (void)answer();
    }
    send(encoder.syn_stream(id, {}));
    EXPECT_EQ(answer(), reset(id, ResetStatus::refused));
}

TEST_F(SpdyServerTest, FramesOfUnknownStreamsDoNoHarm) {
    send(data(5, "x", true) + reset(9, ResetStatus::cancel) + go_away(0) + ping(1));
    EXPECT_EQ(answer(), ping(1));
}

TEST_F(SpdyServerTest, WhatIsNoSpdyEndsTheConnection) {
    send("\x80\x02 of the protocol");
    EXPECT_EQ(loop.run(server.accept(soon())).error().code, Code::invalid);
    EXPECT_TRUE(server.closed().cancelled());
}

}  // namespace
}  // namespace hooklet::spdy

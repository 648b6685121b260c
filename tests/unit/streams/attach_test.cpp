// SPDX-License-Identifier: Apache-2.0
// What those see who attach to a container.
#include "streams/stream_proxy.hpp"
#include "support/memory_files.hpp"
#include "support/sim_loop.hpp"
#include "unit/streams/conversation.hpp"
#include "unit/streams/fake_engine.hpp"

#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

std::string numbered(int from, int to) {
    std::string lines;
    for (int number = from; number < to; ++number) lines += "line-" + std::to_string(number) + "\n";
    return lines;
}

class AttachTest : public testing::Test {
  protected:
    AttachTest() {
        files.put(path, {FileType::regular, 0640, 0, ""});
        engine.stream_count = 3;
    }
    ~AttachTest() override { loop.run(engine.stop()); }

    /// One line of the log, without its end.
    void log(const std::string& text, const std::string& tags = "stdout F") {
        files.append(path, "2026-01-01T00:00:00Z " + tags + " " + text + "\n");
    }
    Task<void> write(std::string text) { return engine.write("stdout", std::move(text)); }
    Task<void> pause(Duration length) {
        const Call over = loop.clock().call_within(length);
        (void)co_await sleep_until(&loop.clock(), over);
    }
    void attach(const CommandTarget& target, Task<void> client) {
        const CommandOptions options{"app", {}, {true, true, true, false}};
        Gate gate(loop.executor());
        gate.spawn(proxy.attach(&exchange, target, options));
        gate.spawn(std::move(client));
        loop.run(gate.close());
    }
    /// What a client hears on stdout that stays to the end.
    std::string attach(bool tty = false) {
        attach({"app", "c1", false, tty, path}, converse(&exchange, {}, &heard));
        return all_of(heard, 1);
    }

    const std::string path = "/pods/p/app/0.log";
    sim::SimLoop loop;
    sim::MemoryFiles files;
    FakeEngine engine{&loop};
    StreamProxy proxy{{loop.executor(), &loop.clock(), &engine, &engine, &files}};
    FakeExchange exchange{&loop.clock(), FakeExchange::websocket_request("v5.channel.k8s.io")};
    std::vector<websocket::Message> heard;
    std::string seen;  ///< What the client had heard when a script asked.
};

Task<void> say_now(FakeEngine* engine) {
    co_await engine->write("stdout", "now\n");
    co_await engine->finish(success);
}

TEST_F(AttachTest, FollowsTheContainersOwnSettings) {
    engine.script = [](FakeEngine* e) { return e->finish(success); };
    attach({"app", "c1", false, true}, converse(&exchange, {}, &heard));
    ASSERT_EQ(engine.attach_requests.size(), 1U);
    EXPECT_TRUE(engine.attach_requests[0].tty);
    EXPECT_FALSE(engine.attach_requests[0].stdin_);
    EXPECT_FALSE(engine.attach_requests[0].stderr_);
    EXPECT_EQ(all_of(heard, 3), success);
}

TEST_F(AttachTest, AnOldContainerShowsWhatComes) {
    log("before");
    engine.script = say_now;
    attach({"app", "c1"}, converse(&exchange, {}, &heard));
    EXPECT_EQ(all_of(heard, 1), "now\n");
}

/// A container that writes all the time, pauses, and writes on.
class AttachToNumbers : public AttachTest {
  protected:
    /// How long after its writing a line is in the log, and with the client.
    struct Lags {
        Duration log{};
        Duration client{};
    };
    void expect_each_line_once(Lags lags) {
        for (int number = 0; number < 10; ++number) log("line-" + std::to_string(number));
        engine.script = [this, lags](FakeEngine*) { return count(lags); };
        EXPECT_EQ(attach(), numbered(0, 400));
        EXPECT_EQ(all_of(heard, 3), success);
    }

  private:
    Task<void> log_lines(int from, int to, Duration lag) {
        for (int number = from; number < to; ++number) {
            co_await pause(20ms + std::exchange(lag, 0ms));
            log("line-" + std::to_string(number));
        }
    }
    Task<void> send_lines(int from, int to, Duration lag) {
        for (int number = from; number < to; ++number) {
            co_await pause(20ms + std::exchange(lag, 0ms));
            co_await write("line-" + std::to_string(number) + "\n");
        }
    }
    Task<void> say(int from, int to, Lags lags) {
        Gate gate(loop.executor());
        gate.spawn(log_lines(from, to, lags.log));
        gate.spawn(send_lines(from, to, lags.client));
        co_await gate.close();
    }
    Task<void> count(Lags lags) {
        // While the engine was being connected.
        for (int number = 10; number < 20; ++number) log("line-" + std::to_string(number));
        co_await say(20, 300, lags);
        co_await pause(1s);
        seen = all_of(heard, 1);
        co_await say(300, 400, lags);
        co_await engine.finish(success);
    }
};

TEST_F(AttachToNumbers, EachLineComesOnce) {
    expect_each_line_once({});
    EXPECT_EQ(seen, numbered(0, 300));
}

TEST_F(AttachToNumbers, EachLineComesOnceThoughTheLogLags) {
    expect_each_line_once({.log = 250ms});
}

TEST_F(AttachToNumbers, EachLineComesOnceThoughTheEngineLags) {
    expect_each_line_once({.client = 250ms});
}

TEST_F(AttachTest, WhereThereIsNoLogItShowsWhatComes) {
    engine.script = say_now;
    attach({"app", "c1", false, false, "/pods/p/other/0.log"}, converse(&exchange, {}, &heard));
    EXPECT_EQ(all_of(heard, 1), "now\n");
}

/// Ends when its connection does.
Task<void> say_nothing(FakeEngine* engine) {
    (void)co_await engine->read("stdout");
}

TEST_F(AttachTest, WhatWasWrittenBeforeNeedsNoNewOutput) {
    log("before");
    engine.script = say_nothing;
    attach({"app", "c1", false, false, path}, leave(&exchange));
    EXPECT_LT(loop.clock().elapsed(), 1s) << "the client left when it had seen it";
}

TEST_F(AttachTest, StderrIsToldApart) {
    log("out");
    log("oh", "stderr F");
    engine.script = [](FakeEngine* e) { return e->finish(success); };
    EXPECT_EQ(attach(), "out\n");
    EXPECT_EQ(all_of(heard, 2), "oh\n");
}

/// The container has ended before. kubectl streams the log then.
TEST_F(AttachTest, WhoCouldNotAttachIsShownNothing) {
    log("before");
    engine.script = [](FakeEngine* e) {
        return e->finish(
            R"({"status":"Failure","message":"error attaching to container: no running task found"})");
    };
    EXPECT_EQ(attach(), "");
    EXPECT_THAT(all_of(heard, 3), HasSubstr("no running task found"));
}

Task<void> say_last(FakeEngine* engine) {
    co_await engine->write("stdout", "second\nlast");
    co_await engine->finish(success);
}

TEST_F(AttachTest, TheLastLinesComeBeforeTheEnd) {
    log("first");
    engine.script = say_last;
    const Timer late = loop.clock().at(loop.clock().now() + 100ms, [this] {
        log("second");
        log("last", "stdout P");
    });
    EXPECT_EQ(attach(), "first\nsecond\nlast");
    EXPECT_EQ(all_of(heard, 3), success);
}

/// Lines that have not ended yet are in no log.
class AttachToLines : public AttachTest {
  protected:
    /// Writes that, and some seconds later, when `seen` is known, its end.
    Task<void> write_slowly(std::string begin, std::string end, std::string last_line) {
        co_await write(std::move(begin));
        co_await pause(5s);
        seen = all_of(heard, 1);
        co_await write(std::move(end));
        log(last_line);
        co_await engine.finish(success);
    }
};

TEST_F(AttachToLines, AQuestionIsSeenBeforeItsAnswer) {
    log("begun before");
    engine.script = [this](FakeEngine*) { return write_slowly("before\nname? ", "x\n", "name? x"); };
    EXPECT_EQ(attach(), "begun before\nname? x\n");
    EXPECT_EQ(seen, "begun before\nname? ");
}

TEST_F(AttachToLines, ALineThatBeganBeforeComesWhole) {
    log("one");
    engine.script = [this](FakeEngine*) { return write_slowly("ing...", "done\n", "waiting...done"); };
    EXPECT_EQ(attach(), "one\nwaiting...done\n");
    EXPECT_EQ(seen, "one\n");
}

TEST_F(AttachToLines, APromptOnATerminalIsSeenAtOnce) {
    log("hello");
    engine.script = [this](FakeEngine*) { return write_slowly("$ ", "exit\r\n", "$ exit"); };
    EXPECT_EQ(attach(true), "hello\r\n$ exit\r\n");
    EXPECT_EQ(seen, "hello\r\n$ ");
}

TEST_F(AttachToLines, ALongLineIsLoggedInPieces) {
    const std::string piece(16 * 1024, 'a');
    log("one");
    log(piece, "stdout P");
    engine.script = [&](FakeEngine*) { return write_slowly("ne\n" + piece + "bcd", "e\n", "bcde"); };
    EXPECT_EQ(attach(), "one\n" + piece + "bcde\n");
    EXPECT_EQ(seen, "one\n" + piece + "bcd");
}

class AttachToFlood : public AttachTest {
  protected:
    Task<void> flood() {
        for (written = 0; written < 1000; ++written) {
            log(line);
            co_await write(line + "\n");
            co_await pause(1ms);
        }
        co_await engine.finish(success);
    }
    Task<void> listen_late() {
        co_await pause(10s);
        written_unheard = written;
        std::vector<websocket::Message> no_words;
        co_await converse(&exchange, std::move(no_words), &heard);
    }

    const std::string line = std::string(1000, 'x');
    int written = 0;
    int written_unheard = 0;
};

TEST_F(AttachToFlood, AClientThatDoesNotReadHoldsUpTheContainer) {
    engine.script = [this](FakeEngine*) { return flood(); };
    attach({"app", "c1", false, false, path}, listen_late());
    EXPECT_LT(written_unheard, 500);
    EXPECT_EQ(all_of(heard, 1).size(), 1000 * (line.size() + 1));
}

}  // namespace
}  // namespace hooklet

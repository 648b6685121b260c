// SPDX-License-Identifier: Apache-2.0
#include "streams/log_reader.hpp"

#include "base/gate.hpp"
#include "support/memory_files.hpp"
#include "support/sim_directory_watch.hpp"
#include "support/sim_loop.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

namespace hooklet {
namespace {

using namespace std::chrono_literals;

const std::string directory = "/pods/p/app";
const std::string path = directory + "/0.log";

std::string line(const std::string& text) {
    return "2026-01-01T00:00:00Z stdout F " + text + "\n";
}

std::string gzipped(std::string text) {
    z_stream stream{};
    (void)::deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY);
    std::string out(text.size() + 100, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(text.data());
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    (void)::deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    ::deflateEnd(&stream);
    return out;
}

struct TextSink final : LogSink {
    Task<Status> write(std::string piece) override {
        text += piece;
        co_return refusal;
    }
    std::string text;
    Status refusal;
};

class LogReaderTest : public testing::Test {
  protected:
    void put(const std::string& name, std::string content) {
        files.put(directory + "/" + name, {FileType::regular, 0640, 0, std::move(content)});
    }
    Status read(std::optional<std::int64_t> tail = std::nullopt, LogView view = {}) {
        sink.text.clear();
        LogReader reader(ports, {path, false, tail, view}, &sink);
        return loop.run(reader.run({}));
    }
    void tell() {
        watch.tell(directory);
        ASSERT_TRUE(loop.run_for(1ms));
    }

    sim::SimLoop loop;
    sim::MemoryFiles files;
    sim::SimDirectoryWatch watch{&files};
    LogReader::Ports ports{&loop.clock(), &files, &watch};
    TextSink sink;
};

TEST_F(LogReaderTest, AllFilesAreReadOldestFirst) {
    put("0.log.20260101-100000.gz", gzipped(line("1") + line("2")));
    put("0.log.20260101-110000", line("3"));
    put("0.log.20260101-120000.gz.tmp", "half");
    put("0.log", line("4") + line("5"));
    put("1.log", line("other"));
    ASSERT_TRUE(read());
    EXPECT_EQ(sink.text, "1\n2\n3\n4\n5\n");
}

TEST_F(LogReaderTest, TailCountsAcrossFiles) {
    put("0.log.20260101-100000.gz", gzipped(line("1") + line("2")));
    put("0.log", line("3") + line("4"));
    const struct {
        std::int64_t tail;
        const char* text;
    } cases[]{{0, ""}, {1, "4\n"}, {2, "3\n4\n"}, {3, "2\n3\n4\n"}, {4, "1\n2\n3\n4\n"}, {9, "1\n2\n3\n4\n"}};
    for (const auto& c : cases) {
        ASSERT_TRUE(read(c.tail));
        EXPECT_EQ(sink.text, c.text) << c.tail;
    }
}

TEST_F(LogReaderTest, LargeFilesComeWhole) {
    std::string log;
    std::string text;
    for (int i = 0; i < 20'000; ++i) {
        log += line("line " + std::to_string(i));
        text += "line " + std::to_string(i) + "\n";
    }
    put("0.log.20260101-100000.gz", gzipped(log));
    put("0.log", log);
    ASSERT_TRUE(read());
    EXPECT_EQ(sink.text, text + text);
    ASSERT_TRUE(read(1));
    EXPECT_EQ(sink.text, "line 19999\n");
}

TEST_F(LogReaderTest, ABrokenOlderFileIsLeftOut) {
    put("0.log.20260101-100000.gz", "not compressed at all");
    put("0.log", line("1"));
    ASSERT_TRUE(read());
    EXPECT_EQ(sink.text, "1\n");
}

TEST_F(LogReaderTest, TheLimitEndsTheReading) {
    put("0.log", line("12345") + line("6789"));
    LogView view;
    view.limit_bytes = 8;
    ASSERT_TRUE(read(std::nullopt, view));
    EXPECT_EQ(sink.text, "12345\n67");
}

TEST_F(LogReaderTest, NoLogIsNotFound) {
    EXPECT_EQ(read().error().code, Code::not_found);
    put("1.log", "");
    EXPECT_EQ(read().error().code, Code::not_found);
}

TEST_F(LogReaderTest, WhatTheSinkSaysEndsTheReading) {
    put("0.log", line("1"));
    sink.refusal = fail(Code::unavailable, "gone");
    EXPECT_EQ(read().error().code, Code::unavailable);
}

Task<void> note_end(LogReader* reader, CancelToken gone, std::optional<Status>* end) {
    *end = co_await reader->run(std::move(gone));
}

class FollowTest : public LogReaderTest {
  protected:
    void follow() {
        gate.spawn(note_end(&reader, gone.token(), &end));
        ASSERT_TRUE(loop.run_for(1ms));
    }
    ~FollowTest() override { loop.run(gate.close()); }

    CancelSource ended;
    CancelSource gone;
    LogReader reader{ports, {path, true, std::nullopt, {}, ended.token()}, &sink};
    std::optional<Status> end;
    Gate gate{loop.executor()};
};

TEST_F(FollowTest, NewLinesComeUntilTheContainerHasEnded) {
    put("0.log", line("1"));
    follow();
    EXPECT_EQ(sink.text, "1\n");
    files.append(path, "2026-01-01T00:00:00Z stdout P par");
    tell();
    EXPECT_EQ(sink.text, "1\n");
    files.append(path, "t\n" + line("ial"));
    tell();
    EXPECT_EQ(sink.text, "1\npartial\n");
    ended.cancel();
    files.append(path, line("last words"));
    ASSERT_TRUE(loop.run_for(1s));
    EXPECT_TRUE(end);
    EXPECT_EQ(sink.text, "1\npartial\nlast words\n");
}

TEST_F(FollowTest, ARotationLosesNothing) {
    put("0.log", line("1"));
    follow();
    ASSERT_TRUE(files.rename(path, path + ".20260101-100000"));
    tell();
    files.append(path + ".20260101-100000", line("2"));
    put("0.log", line("3"));
    tell();
    EXPECT_EQ(sink.text, "1\n2\n3\n");
    files.append(path, line("4"));
    tell();
    EXPECT_EQ(sink.text, "1\n2\n3\n4\n");
    ended.cancel();
    ASSERT_TRUE(loop.run_for(1s));
    EXPECT_TRUE(end && *end);
}

TEST_F(FollowTest, AClientThatLeavesEndsIt) {
    put("0.log", line("1"));
    follow();
    gone.cancel();
    ASSERT_TRUE(loop.run_for(1ms));
    ASSERT_TRUE(end);
    EXPECT_EQ(end->error().code, Code::cancelled);
}

TEST_F(FollowTest, ALogOfTheDeadEndsAtOnce) {
    put("0.log", line("1"));
    ended.cancel();
    follow();
    ASSERT_TRUE(loop.run_for(1s));
    EXPECT_TRUE(end && *end);
    EXPECT_EQ(sink.text, "1\n");
}

}  // namespace
}  // namespace hooklet

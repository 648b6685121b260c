// SPDX-License-Identifier: Apache-2.0
#include "adapters/posix/process.hpp"

#include "adapters/asio/asio_clock.hpp"
#include "adapters/posix/process_table.hpp"
#include "support/run_task.hpp"

#include <csignal>

#include <gtest/gtest.h>

namespace hooklet {
namespace {

using namespace std::chrono_literals;

class ProcessTest : public ::testing::Test {
  protected:
    Result<CommandOutput> command(const std::string& script, Duration limit = 20s) {
        return run(loop,
                   run_command(loop.get_executor(), &clock, {"sh", "-c", script}, clock.call_within(limit)));
    }
    asio::io_context loop;
    AsioClock clock{loop.get_executor()};
};

TEST_F(ProcessTest, OutputAndExitCode) {
    const auto done = command("echo out; echo err >&2; exit 3");
    ASSERT_TRUE(done) << done.error().text();
    EXPECT_EQ(done->out, "out\n");
    EXPECT_EQ(done->err, "err\n");
    EXPECT_EQ(done->exit.text(), "exit code 3");
    EXPECT_EQ(command("kill -9 $$")->exit.text(), "signal 9");
}

TEST_F(ProcessTest, OutputBeyondTheLimitIsDroppedAndNothingBlocks) {
    const auto done = command("head -c 3000000 /dev/zero; echo end >&2");
    ASSERT_TRUE(done) << done.error().text();
    EXPECT_EQ(done->out.size(), 1024U * 1024U);
    EXPECT_EQ(done->err, "end\n");
}

TEST_F(ProcessTest, DeadlineKillsTheWholeGroup) {
    const auto done = command("sleep 7531 & sleep 7531", 200ms);
    EXPECT_EQ(done.error().code, Code::deadline);
    for (const auto& process : process_table()) {
        const auto argv = process_arguments(process.pid);
        EXPECT_FALSE(argv.size() == 2 && argv[1] == "7531");
    }
}

TEST_F(ProcessTest, CancelledBeforeAndWhileItRuns) {
    CancelSource source;
    const Timer timer = clock.at(clock.now() + 100ms, [&] { source.cancel({Code::cancelled, "enough"}); });
    const Call call = clock.call_within(20s, source.token());
    const auto done = run(loop, run_command(loop.get_executor(), &clock, {"sleep", "100"}, call));
    EXPECT_EQ(done.error().message, "enough");
    const auto never = run(loop, run_command(loop.get_executor(), &clock, {"sleep", "100"}, call));
    EXPECT_EQ(never.error().message, "enough");
}

TEST_F(ProcessTest, MissingProgram) {
    const auto done =
        run(loop, run_command(loop.get_executor(), &clock, {"no-such-program"}, clock.call_within(5s)));
    EXPECT_EQ(done.error().code, Code::not_found);
    EXPECT_EQ(done.error().message, "no-such-program: No such file or directory");
}

TEST_F(ProcessTest, NothingOfTheLoopIsInherited) {
    EXPECT_EQ(command("ls /proc/self/fd | wc -l")->out, "4\n");
}

TEST(ProcessTable, NamesMayHoldAnything) {
    const auto entry = parse_process_stat(
        "42 (a) b (c) S 7 42 41 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 123456 1000 10 18446744073709551615");
    ASSERT_TRUE(entry);
    EXPECT_EQ(*entry, (ProcessEntry{42, 7, 41, 123456}));
    EXPECT_FALSE(
        parse_process_stat("42 (zombie) Z 7 42 41 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 123456 0 0 0"));
    EXPECT_FALSE(parse_process_stat(""));
    EXPECT_FALSE(parse_process_stat("42 (cut) S 7"));
}

TEST(ProcessTable, SignalsOnlyTheSameProcess) {
    auto self = process_entry(::getpid());
    ASSERT_TRUE(self);
    EXPECT_TRUE(signal_process(*self, 0));
    ++self->start_ticks;
    EXPECT_FALSE(signal_process(*self, SIGKILL));
}

}  // namespace
}  // namespace hooklet

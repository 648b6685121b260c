// SPDX-License-Identifier: Apache-2.0
#include "insight/report.hpp"

#include "insight/timeline.hpp"
#include "unit/insight/sample_journal.hpp"

#include <gtest/gtest.h>

namespace hooklet::insight {
namespace {

PodStory story_of(const JournalContents& contents) {
    return stories(contents).at(0);
}

TEST(Report, a_whole_life_at_80_columns) {
    EXPECT_EQ(report(story_of(killed_after_grace())), R"(Pod web, 18.6s in all
    sandbox    120ms
  nginx
    image      1.20s, nginx:1
    create     50ms
    start      30ms
    postStart  Succeeded in 18ms
               exec: /bin/sh -c "echo hello > /usr/share/message"
    run        5.02s
    preStop    Failed after 3.00s: exit code 3
               exec: /bin/sh -c "nginx -s quit; exit 3"
               stdout:
                 | draining
                 | still 2 connections
               stderr:
                 | gave up
    stop       12.0s of 12s grace, SIGKILL was needed
    exit       code 137
)");
}

TEST(Report, a_container_that_never_started) {
    JournalContents contents;
    contents.steps = {step(1, StepKind::pulling, "c", 0, "nope:1")};
    contents.events = {
        event(2001, "c", true, "Failed",
              "Failed to pull image \"nope:1\": registry.example.com answered: no such repository")};
    EXPECT_EQ(report(story_of(contents)), R"(Pod web, 2.00s in all
  c
    image      2.00s, not over
    problem    Failed to pull image "nope:1": registry.example.com answered: no
               such repository
)");
}

TEST(Report, output_cannot_command_the_terminal_and_fits) {
    JournalContents contents;
    contents.steps = {step(0, StepKind::started, "c")};
    contents.hooks = {
        ended(hook(1, HookType::post_start, "c", "sh -c \"a\nb\""), HookOutcome::succeeded, 18)};
    contents.hooks[0].stdout_ = "\x1b[31mred\xFF\r\nx\ty\n" + std::string(65536, 'z') + "\n";
    const std::string text = report(story_of(contents));
    EXPECT_NE(text.find("               exec: sh -c \"a b\"\n"), std::string::npos) << text;
    EXPECT_NE(text.find("                 | ^[[31mred\xEF\xBF\xBD\n"
                        "                 | x y\n"
                        "                 | " +
                        std::string(58, 'z') + "...\n"),
              std::string::npos)
        << text;
}

TEST(Report, only_the_last_runs_of_a_crash_loop) {
    JournalContents contents;
    for (int i = 0; i < 9; ++i) {
        contents.steps.push_back(step(i * 10, StepKind::started, "c"));
        contents.steps.push_back(exit_step(i * 10 + 5, "c", 1));
    }
    const std::string text = report(story_of(contents));
    EXPECT_EQ(text.find("run 6 of 9"), std::string::npos);
    EXPECT_NE(text.find("run 7 of 9"), std::string::npos);
    EXPECT_NE(text.find("run 9 of 9"), std::string::npos);
}

TEST(Timeline, a_whole_life_at_80_columns) {
    EXPECT_EQ(timeline(story_of(killed_after_grace())),
              R"(web            0s                       9.30s                     18.6s
  sandbox     |=                                                       |   120ms
  nginx
    image     |=====                                                   |   1.20s
    create    |    =                                                   |    50ms
    start     |    =                                                   |    30ms
    run       |    ================                                    |   5.02s
    postStart |    #                                                   |    18ms
    preStop   |                   #########!                           |   3.00s
    TERM-exit |                            ===========================x|   9.02s
)");
}

TEST(Timeline, open_ends_and_narrow_terminals) {
    JournalContents contents;
    contents.steps = {step(0, StepKind::sandbox, ""), step(0, StepKind::started, "c"),
                      step(9000, StepKind::running, "c")};
    EXPECT_EQ(timeline(story_of(contents), 40), R"(web            0s   4.50s 9.00s
  sandbox     |=               |     0ms
  c
    start     |=               |     0ms
    run       |===============>|   9.00s
)");
}

}  // namespace
}  // namespace hooklet::insight

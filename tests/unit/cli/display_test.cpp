// SPDX-License-Identifier: Apache-2.0
#include "cli/image_table.hpp"
#include "cli/line_format.hpp"
#include "cli/pull_progress.hpp"
#include "cli/run_view.hpp"
#include "unit/cli/sim_environment.hpp"
#include "unit/insight/sample_journal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet::cli {
namespace {

using namespace std::chrono_literals;
using insight::at;
using insight::Line;
using insight::step;
using insight::Tone;

LineFormat format() {
    LineFormat format;
    format.start = at(0);
    format.subject_width = 9;
    return format;
}

TEST(LineFormat, columns) {
    EXPECT_EQ(format_line({at(1234), "web/nginx", "Pulled", "nginx:1 in 1.20s"}, format()),
              "   +1.234s web/nginx Pulled    nginx:1 in 1.20s\n");
    EXPECT_EQ(format_line({at(61234), "web", "Gone", ""}, format()), "  +61.234s web       Gone\n");
}

TEST(LineFormat, shortens_the_pod_on_a_terminal_only) {
    LineFormat narrow = format();
    EXPECT_EQ(format_line({at(0), "production-web/nginx", "Gone", ""}, narrow),
              "   +0.000s production-web/nginx Gone\n");
    narrow.width = 80;
    narrow.subject_width = 16;
    EXPECT_EQ(format_line({at(0), "production-web/nginx", "Gone", ""}, narrow),
              "   +0.000s pro...-web/nginx Gone\n");
}

TEST(LineFormat, a_detail_cannot_command_the_terminal) {
    EXPECT_EQ(format_line({at(0), "web", "Failed", "\x1b[2Jnot\tfound\r"}, format()),
              "   +0.000s web       Failed    ^[[2Jnot found^M\n");
}

TEST(LineFormat, one_line_whatever_the_detail) {
    EXPECT_EQ(format_line({at(0), "web", "Failed", "a\nb"}, format()),
              "   +0.000s web       Failed    a b\n");
}

TEST(LineFormat, wraps_below_the_detail) {
    LineFormat narrow = format();
    narrow.width = 60;
    EXPECT_EQ(format_line({at(0), "web/nginx", "preStop", "exec: /bin/sh -c nginx -s quit and wait for it"},
                          narrow),
              "   +0.000s web/nginx preStop   exec: /bin/sh -c nginx -s\n"
              "                               quit and wait for it\n");
    const std::string text = format_line(
        {at(0), "web", "FailedCreatePodSandBox", "Failed to create pod sandbox: no network"}, narrow);
    EXPECT_EQ(text,
              "   +0.000s web       FailedCreatePodSandBox Failed to create pod\n"
              "                               sandbox: no network\n");
}

TEST(LineFormat, colours_do_not_move_columns) {
    LineFormat coloured = format();
    coloured.colours = true;
    EXPECT_EQ(format_line({at(0), "web/nginx", "KILL", "now", Tone::bad}, coloured),
              "   +0.000s web/nginx \x1b[31mKILL     \x1b[0m now\n");
}

TEST(PullProgress, shows_the_oldest_pull_until_it_ends) {
    PullProgress progress;
    progress.follow(step(0, StepKind::pulling, "a", 0, "nginx:1"));
    progress.follow(step(500, StepKind::pulling, "b", 0, "busybox:1"));
    EXPECT_EQ(progress.text(at(2900)), "web/a: pulling nginx:1 ... 2s (and 1 more)");
    progress.follow(step(3000, StepKind::pulled, "a", 3000, "nginx:1"));
    EXPECT_EQ(progress.text(at(3500)), "web/b: pulling busybox:1 ... 3s");
    progress.follow(insight::event(4000, "b", true, "Failed", "Failed to pull image"));
    EXPECT_EQ(progress.text(at(5000)), "");
}

TEST(RunView, LinesHaveTheOrderOfWhatTheyTellOf) {
    sim::SimWorld world;
    SimEnvironment env(&world);
    RunView view(&env, Output::lines, {});
    const auto shown = [&env](const char* event) { return env.output.find(event); };
    view.show(step(500, StepKind::created, "app"));
    ASSERT_TRUE(world.loop.run_for(150ms));
    view.show(step(470, StepKind::exited, "init"));
    EXPECT_EQ(env.output, "");
    ASSERT_TRUE(world.loop.run_for(150ms));
    EXPECT_LT(shown("Exited"), shown("Created"));
    view.show(step(600, StepKind::started, "app"));
    view.note("Interrupted");
    EXPECT_EQ(shown("Started"), std::string::npos);
    view.finish({}, {}, 0);
    EXPECT_THAT(env.output, testing::AllOf(testing::HasSubstr("Started"), testing::HasSubstr("Interrupted")));
}

TEST(RunView, AnEventThatIsRepeatedIsShownOnce) {
    sim::SimWorld world;
    SimEnvironment env(&world);
    RunView view(&env, Output::lines, {});
    const auto count = [&env](std::string_view text) {
        int found = 0;
        for (auto i = env.output.find(text); i != std::string::npos; i = env.output.find(text, i + 1))
            ++found;
        return found;
    };
    for (int i = 0; i < 3; ++i) {
        view.show(insight::event(i * 1000, "app", true, "FailedMount", "no key a"));
        view.show(insight::event(i * 1000 + 1, "app", true, "FailedMount", "no key b"));
    }
    view.show(insight::event(3000, "other", true, "FailedMount", "no key a"));
    view.show(step(4000, StepKind::started, "app"));
    view.show(insight::event(5000, "app", true, "FailedMount", "no key b"));
    view.finish({}, {}, 0);
    EXPECT_EQ(count("no key a"), 2) << env.output;
    EXPECT_EQ(count("no key b"), 2) << env.output;
}

TEST(ImageTable, columns) {
    cri::Image nginx;
    nginx.id = "sha256:0123456789abcdef0123456789abcdef";
    nginx.repo_tags = {"docker.io/library/nginx:1", "docker.io/library/nginx:latest"};
    nginx.size_bytes = 187'654'321;
    cri::Image nameless;
    nameless.id = "feedbeef";
    nameless.size_bytes = 999;
    EXPECT_EQ(image_table({nginx, nameless}),
              "NAME                             ID                 SIZE\n"
              "<none>                           feedbeef           999B\n"
              "docker.io/library/nginx:1        0123456789ab    187.7MB\n"
              "docker.io/library/nginx:latest   0123456789ab    187.7MB\n");
    EXPECT_EQ(image_table({}), "NAME   ID                 SIZE\n");
}

}  // namespace
}  // namespace hooklet::cli

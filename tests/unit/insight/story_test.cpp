// SPDX-License-Identifier: Apache-2.0
#include "insight/story.hpp"

#include "api/json.hpp"
#include "insight/records.hpp"
#include "unit/insight/sample_journal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet::insight {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

JournalContents of_steps(std::vector<LifecycleStep> steps) {
    JournalContents contents;
    contents.steps = std::move(steps);
    return contents;
}

TEST(Story, phases_of_a_whole_life) {
    const std::vector<PodStory> all = stories(killed_after_grace());
    ASSERT_EQ(all.size(), 1u);
    ASSERT_EQ(all[0].containers.size(), 1u);
    ASSERT_EQ(all[0].containers[0].runs.size(), 1u);
    const ContainerRun& run = all[0].containers[0].runs[0];
    EXPECT_THAT(
        phases(run, at(99999)),
        ElementsAre(Phase{PhaseKind::image, at(130), at(1330)}, Phase{PhaseKind::create, at(1330), at(1380)},
                    Phase{PhaseKind::start, at(1380), at(1410)}, Phase{PhaseKind::run, at(1410), at(6430)},
                    Phase{PhaseKind::stop, at(6430), at(18450)}));
    EXPECT_EQ(run.grace(), Duration{std::chrono::seconds{12}});
    EXPECT_TRUE(run.killed());
    EXPECT_EQ(all[0].begin, at(0));
    EXPECT_EQ(all[0].end, at(18600));
}

TEST(Story, a_restart_is_a_new_run) {
    const auto all = stories(
        of_steps({step(1, StepKind::created, "c"), step(2, StepKind::started, "c"), exit_step(3, "c", 1),
                  step(4, StepKind::created, "c"), step(5, StepKind::started, "c")}));
    const ContainerStory& container = all.at(0).containers.at(0);
    ASSERT_EQ(container.runs.size(), 2u);
    EXPECT_EQ(run_title(container, container.runs[1]), "c (run 2 of 2)");
    EXPECT_TRUE(phases(container.runs[1], at(9)).back().open);
}

TEST(Story, records_with_an_id_find_their_run) {
    LifecycleStep first = step(1, StepKind::started, "c");
    first.container_id = "one";
    LifecycleStep late = step(9, StepKind::kill, "c");
    late.container_id = "one";
    const auto all = stories(of_steps({first, exit_step(2, "c", 1), step(3, StepKind::started, "c"), late}));
    const ContainerStory& container = all.at(0).containers.at(0);
    ASSERT_EQ(container.runs.size(), 2u);
    EXPECT_TRUE(container.runs[0].killed());
    EXPECT_FALSE(container.runs[1].killed());
}

TEST(Story, the_grace_period_is_told_to_a_tenth_of_a_second) {
    // The stop was asked for 30 ms before its first record.
    const auto all = stories(of_steps({step(1, StepKind::started, "c"), step(1030, StepKind::pre_stop, "c"),
                                       term_step(2100, "c", std::chrono::milliseconds{8900})}));
    EXPECT_EQ(all.at(0).containers.at(0).runs.at(0).grace(), Duration{std::chrono::seconds{10}});
}

TEST(Story, two_seconds_after_a_pre_stop_that_took_all_are_no_part_of_the_grace_period) {
    LifecycleStep pre_stop = step(1000, StepKind::pre_stop, "c");
    pre_stop.grace = std::chrono::seconds{12};
    const auto all = stories(of_steps(
        {step(1, StepKind::started, "c"), pre_stop, term_step(13000, "c", std::chrono::seconds{2})}));
    EXPECT_EQ(all.at(0).containers.at(0).runs.at(0).grace(), Duration{std::chrono::seconds{12}});
}

TEST(Story, a_grace_period_cut_during_its_pre_stop_is_the_shorter_one) {
    LifecycleStep pre_stop = step(1000, StepKind::pre_stop, "c");
    pre_stop.grace = std::chrono::seconds{60};
    const auto all = stories(
        of_steps({step(1, StepKind::started, "c"), pre_stop, term_step(3000, "c", std::chrono::seconds{5})}));
    EXPECT_EQ(all.at(0).containers.at(0).runs.at(0).grace(), Duration{std::chrono::seconds{7}});
}

TEST(Story, a_stop_after_the_end_is_no_stop) {
    const auto all = stories(of_steps({step(1, StepKind::started, "c"), exit_step(2, "c", 1),
                                       step(3, StepKind::started, "c"), exit_step(4, "c", 0)}));
    EXPECT_EQ(all.at(0).containers.at(0).runs.at(0).stop_begin(), std::nullopt);
}

TEST(Failures, nothing_failed) {
    EXPECT_THAT(failures(stories(of_steps({step(1, StepKind::started, "c"), exit_step(2, "c", 0)}))),
                IsEmpty());
}

TEST(Failures, a_failed_hook_counts_a_kill_does_not) {
    EXPECT_THAT(failures(stories(killed_after_grace())),
                ElementsAre("web/nginx: preStop Failed after 3.00s: exit code 3"));
}

TEST(Failures, a_cancelled_hook_is_none) {
    JournalContents contents;
    contents.hooks = {ended(hook(1, HookType::pre_stop, "c", "x"), HookOutcome::cancelled, 5)};
    EXPECT_THAT(failures(stories(contents)), IsEmpty());
}

TEST(Failures, only_the_last_exit_counts) {
    const LifecycleStep started = step(1, StepKind::started, "c");
    EXPECT_THAT(failures(stories(of_steps(
                    {started, exit_step(2, "c", 3), step(3, StepKind::started, "c"), exit_step(4, "c", 0)}))),
                IsEmpty());
    EXPECT_THAT(failures(stories(of_steps({started, exit_step(2, "c", 3)}))),
                ElementsAre("web/c: ended with exit code 3"));
}

TEST(Failures, an_exit_that_was_asked_for_is_none) {
    EXPECT_THAT(
        failures(stories(of_steps({step(1, StepKind::started, "c"),
                                   term_step(2, "c", std::chrono::seconds{30}), exit_step(3, "c", 143)}))),
        IsEmpty());
}

TEST(Failures, a_container_that_never_started) {
    JournalContents contents = of_steps({step(1, StepKind::pulling, "c", 0, "nope:1")});
    contents.events = {event(2, "c", true, "Failed", "Failed to pull image \"nope:1\": not found")};
    EXPECT_THAT(failures(stories(contents)),
                ElementsAre("web/c: not started: Failed to pull image \"nope:1\": not found"));
}

EventRecord warning(std::int64_t ms, std::string reason, std::string message) {
    return event(ms, "c", true, std::move(reason), std::move(message));
}

JournalContents of_events(std::vector<EventRecord> events) {
    JournalContents contents;
    contents.events = std::move(events);
    return contents;
}

struct Cause {
    const char* name;
    std::vector<EventRecord> events;
    const char* expected;
};

TEST(Failures, name_the_cause_not_what_follows_from_it) {
    const std::string never = "Container image \"a:1\" is not present with pull policy of Never";
    const std::string back_off = "Back-off restarting failed container c in pod web_default(uid)";
    const Cause cases[] = {
        {"a pull",
         {warning(1, "Failed", "Failed to pull image \"a:1\": not found"),
          warning(2, "Failed", "Error: ErrImagePull"), warning(3, "Failed", "Error: ImagePullBackOff")},
         "web/c: not started: Failed to pull image \"a:1\": not found"},
        {"a start",
         {warning(1, "Failed", "Error: exec: \"nosuchcmd\": not found"), warning(2, "BackOff", back_off)},
         "web/c: not started: Error: exec: \"nosuchcmd\": not found"},
        {"a name",
         {warning(1, "InspectFailed", "Failed to apply default image tag \"A B\": invalid"),
          warning(2, "Failed", "Error: InvalidImageName")},
         "web/c: not started: Failed to apply default image tag \"A B\": invalid"},
        {"a policy",
         {warning(1, "ErrImageNeverPull", never), warning(2, "Failed", "Error: ErrImageNeverPull")},
         "web/c: not started: Container image \"a:1\" is not present with pull policy of Never"},
        {"the last cause",
         {warning(1, "Failed", "Failed to pull image \"a:1\": timeout"),
          warning(2, "Failed", "Error: configmap \"x\" not found")},
         "web/c: not started: Error: configmap \"x\" not found"},
        {"only a reason", {warning(1, "Failed", "Error: EOF")}, "web/c: not started: Error: EOF"},
    };
    for (const Cause& c : cases)
        EXPECT_THAT(failures(stories(of_events(c.events))), ElementsAre(c.expected)) << c.name;
}

TEST(Failures, what_keeps_nothing_from_starting_is_none) {
    EXPECT_THAT(failures(stories(of_events({warning(1, "DeprecatedTCPSocketHook", "postStart uses tcpSocket"),
                                            event(2, "", true, "MissingClusterDNS", "no ClusterDNS")}))),
                IsEmpty());
}

TEST(Failures, a_restart_on_its_way_leaves_the_exit_before_it) {
    JournalContents contents = of_steps(
        {step(1, StepKind::started, "c"), exit_step(2, "c", 3), step(9, StepKind::pulling, "c", 0, "a:1")});
    contents.events = {warning(0, "Failed", "Failed to pull image \"a:1\": timeout"),
                       warning(3, "BackOff", "Back-off restarting failed container c")};
    EXPECT_THAT(failures(stories(contents)), ElementsAre("web/c: ended with exit code 3"));
}

TEST(Failures, a_pod_that_came_as_far_as_no_container) {
    JournalContents contents = of_events({event(1, "", true, "FailedMount", "MountVolume.SetUp failed")});
    EXPECT_THAT(failures(stories(contents)), ElementsAre("web: MountVolume.SetUp failed"));
    contents.events.push_back(warning(1, "DeprecatedTCPSocketHook", "postStart uses tcpSocket"));
    EXPECT_THAT(failures(stories(contents)), ElementsAre("web: MountVolume.SetUp failed"));
    contents.steps = {step(2, StepKind::sandbox, "", 1)};
    EXPECT_THAT(failures(stories(contents)), IsEmpty());
    contents.steps = {step(2, StepKind::started, "c"), exit_step(3, "c", 0)};
    EXPECT_THAT(failures(stories(contents)), IsEmpty());
}

TEST(ResultRecord, has_the_problem_of_a_pod_and_of_a_container) {
    const auto pod_of = [](const JournalContents& contents) {
        const auto all = stories(contents);
        return api::write_json(*result_record(all, failures(all), 1).find("pods"));
    };
    EXPECT_THAT(pod_of(of_events({event(1, "", true, "FailedMount", "no volume")})),
                HasSubstr(R"("containers":[],"problem":"no volume")"));
    EXPECT_THAT(pod_of(of_events({warning(1, "Failed", "Error: no executable")})),
                HasSubstr(R"("name":"c","runs":[],"problem":"Error: no executable")"));
}

}  // namespace
}  // namespace hooklet::insight

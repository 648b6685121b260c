// SPDX-License-Identifier: Apache-2.0
#include "adapters/cri/exec_tree.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet::cri {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr pid_t shim = 10;
constexpr pid_t init = 20;
/// The pipes of the execs of these tests.
const std::set<std::string> out{"pipe:[1]"};
const std::set<std::string> theirs{"pipe:[2]"};
const std::set<std::string> none;

using Argv = std::vector<std::string>;

std::vector<pid_t> tree(std::vector<ContainerProcess> processes, const ActiveExec& wanted,
                        const std::vector<ActiveExec>& others = {}, bool adopts = false) {
    processes.push_back({{init, shim, init, 100}, {"app"}, {}});
    ExecMarks marks;
    std::vector<pid_t> pids;
    for (const auto& entry : exec_tree(processes, init, shim, wanted, others, marks, adopts))
        pids.push_back(entry.pid);
    std::ranges::sort(pids);
    return pids;
}

const ActiveExec hook{500, {"sh", "-c", "hook"}};

TEST(ExecTree, CommandWithItsChildren) {
    EXPECT_THAT(tree({{{30, shim, 30, 500}, hook.command, out},
                      {{31, 30, 30, 510}, {"sleep"}, out},
                      {{32, 31, 30, 520}, {"sleep"}, none}},
                     hook),
                ElementsAre(30, 31, 32));
}

TEST(ExecTree, CommandsThatHaveReplacedThemselvesAreKnownByTheirPids) {
    const std::vector<ContainerProcess> both{{{30, shim, 30, 500}, {"app", "one"}, out},
                                             {{31, 30, 30, 510}, {"child"}, out},
                                             {{40, shim, 40, 500}, {"app", "two"}, theirs}};
    const ActiveExec one{500, {"sh", "-c", "exec app one"}, 30};
    const ActiveExec two{500, {"sh", "-c", "exec app two"}, 40};
    EXPECT_THAT(tree(both, one, {two}), ElementsAre(30, 31));
    EXPECT_THAT(tree(both, two, {one}), ElementsAre(40));
    const ActiveExec ended{500, {"sh", "-c", "exec app three"}, 50};
    EXPECT_THAT(tree(both, ended, {one, two}), IsEmpty());
    EXPECT_THAT(tree(both, one, {two, ended}), ElementsAre(30, 31));
}

TEST(ExecTree, OrphansThatTheShimHasAdoptedAreNotTouched) {
    const ContainerProcess orphan{{40, shim, 35, 510}, {"daemon"}, none};
    const ContainerProcess replaced{{30, shim, 30, 500}, {"sleep"}, out};
    const ContainerProcess command{{30, shim, 30, 500}, hook.command, out};
    EXPECT_THAT(tree({orphan}, hook, {}, true), IsEmpty()) << "the command has ended";
    EXPECT_THAT(tree({orphan, replaced}, hook, {}, true), IsEmpty()) << "the engine ends it";
    EXPECT_THAT(tree({orphan, command}, hook, {}, true), ElementsAre(30));
}

TEST(ExecTree, TheContainersOwnProcessesAreNotTouched) {
    EXPECT_THAT(
        tree({{{21, init, init, 600}, {"worker"}, none}, {{22, init, 22, 600}, {"daemon"}, none}}, hook),
        IsEmpty());
}

TEST(ExecTree, OrphansOfItsSessionAndThoseThatHoldItsOutput) {
    EXPECT_THAT(tree({{{31, init, 30, 510}, {"same session, parent gone"}, out},
                      {{32, init, 30, 511}, {"same session, output given up"}, none},
                      {{33, init, 33, 512}, {"own session, holds output"}, out},
                      {{34, 33, 33, 513}, {"its child"}, none}},
                     hook),
                ElementsAre(31, 32, 33, 34));
}

TEST(ExecTree, CommandThatHasReplacedItself) {
    EXPECT_THAT(tree({{{30, shim, 30, 500}, {"sleep", "infinity"}, none}}, hook), ElementsAre(30));
}

TEST(ExecTree, OlderAndForeignExecsAreSpared) {
    const ActiveExec probe{450, {"probe"}};
    const ActiveExec later{550, {"later"}};
    EXPECT_THAT(tree({{{30, shim, 30, 500}, hook.command, out},
                      {{31, init, 31, 505}, {"got away, holds output"}, out},
                      {{40, shim, 40, 450}, probe.command, theirs},
                      {{41, 40, 40, 560}, {"a new child of probe"}, theirs},
                      {{50, shim, 50, 550}, later.command, {"pipe:[3]"}},
                      {{51, 50, 50, 560}, {"child of later"}, {"pipe:[3]"}}},
                     hook, {probe, later}),
                ElementsAre(30, 31));
}

TEST(ExecTree, AnotherCommandThatHasReplacedItselfIsSpared) {
    const ActiveExec pre_stop{510, {"sh", "-c", "exec drain"}};
    const std::vector<ContainerProcess> both{{{30, shim, 30, 500}, hook.command, out},
                                             {{31, 30, 30, 505}, {"sleep"}, out},
                                             {{40, shim, 40, 510}, {"drain"}, theirs},
                                             {{41, 40, 40, 520}, {"its child"}, theirs}};
    EXPECT_THAT(tree(both, hook, {pre_stop}), ElementsAre(30, 31));
    EXPECT_THAT(tree(both, pre_stop, {hook}), ElementsAre(40, 41)) << "whose all others are not";
}

TEST(ExecTree, InDoubtNobodyIsChosen) {
    const ActiveExec other{510, {"sh", "-c", "exec other"}};
    EXPECT_THAT(
        tree({{{30, shim, 30, 505}, {"a"}, out}, {{40, shim, 40, 515}, {"b"}, theirs}}, hook, {other}),
        IsEmpty());
    EXPECT_THAT(tree({{{30, shim, 30, 505}, {"runc", "init"}, out}}, hook), IsEmpty());
}

TEST(ExecTree, OfEqualCommandsEachExecHasTheOneThatBeganInItsTurn) {
    const ActiveExec later{600, hook.command};
    const std::vector<ContainerProcess> both{{{30, shim, 30, 501}, hook.command, out},
                                             {{40, shim, 40, 601}, hook.command, theirs}};
    EXPECT_THAT(tree(both, hook, {later}), ElementsAre(30));
    EXPECT_THAT(tree(both, later, {hook}), ElementsAre(40));
}

TEST(ExecTree, WhatItsCommandWasKnownByOutlivesIt) {
    const ActiveExec other{510, {"sh", "-c", "exec other"}};
    const ContainerProcess app{{init, shim, init, 100}, {"app"}, {}};
    const ContainerProcess orphan{{31, init, 31, 505}, {"left"}, out};
    const ContainerProcess command{{30, shim, 30, 501}, hook.command, out};
    const ContainerProcess unknown{{40, shim, 40, 515}, {"b"}, theirs};
    ExecMarks marks;
    EXPECT_THAT(exec_tree({app, command, unknown}, init, shim, hook, {other}, marks), SizeIs(1));
    EXPECT_THAT(exec_tree({app, orphan, unknown}, init, shim, hook, {other}, marks),
                ElementsAre(orphan.entry));
}

TEST(ExecTree, AnOutputHolderInTheContainersSessionDoesNotTakeTheSessionAlong) {
    EXPECT_THAT(tree({{{25, init, init, 600}, {"got the pipe somehow"}, out},
                      {{26, init, init, 600}, {"worker"}, none}},
                     hook),
                ElementsAre(25));
}

}  // namespace
}  // namespace hooklet::cri

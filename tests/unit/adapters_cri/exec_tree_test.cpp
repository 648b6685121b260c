// SPDX-License-Identifier: Apache-2.0
#include "adapters/cri/exec_tree.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet::cri {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr pid_t shim = 10;
constexpr pid_t init = 20;
constexpr bool holds_pipe = true;

using Argv = std::vector<std::string>;

std::vector<pid_t> tree(std::vector<ContainerProcess> processes, const ActiveExec& wanted,
                        const std::vector<ActiveExec>& others = {}) {
    processes.push_back({{init, shim, init, 100}, {"app"}, false});
    std::vector<pid_t> pids;
    for (const auto& entry : exec_tree(processes, init, shim, wanted, others)) pids.push_back(entry.pid);
    std::ranges::sort(pids);
    return pids;
}

const ActiveExec hook{500, {"sh", "-c", "hook"}};

TEST(ExecTree, CommandWithItsChildren) {
    EXPECT_THAT(tree({{{30, shim, 30, 500}, hook.command, holds_pipe},
                      {{31, 30, 30, 510}, {"sleep"}, holds_pipe},
                      {{32, 31, 30, 520}, {"sleep"}, false}},
                     hook),
                ElementsAre(30, 31, 32));
}

TEST(ExecTree, TheContainersOwnProcessesAreNotTouched) {
    EXPECT_THAT(
        tree({{{21, init, init, 600}, {"worker"}, false}, {{22, init, 22, 600}, {"daemon"}, false}}, hook),
        IsEmpty());
}

TEST(ExecTree, OrphansOfItsSessionAndThoseThatHoldItsOutput) {
    EXPECT_THAT(tree({{{31, init, 30, 510}, {"same session, parent gone"}, holds_pipe},
                      {{32, init, 30, 511}, {"same session, output given up"}, false},
                      {{33, init, 33, 512}, {"own session, holds output"}, holds_pipe},
                      {{34, 33, 33, 513}, {"its child"}, false}},
                     hook),
                ElementsAre(31, 32, 33, 34));
}

TEST(ExecTree, CommandThatHasReplacedItself) {
    EXPECT_THAT(tree({{{30, shim, 30, 500}, {"sleep", "infinity"}, false}}, hook), ElementsAre(30));
}

TEST(ExecTree, OlderAndForeignExecsAreSpared) {
    const ActiveExec probe{450, {"probe"}};
    const ActiveExec later{550, {"later"}};
    EXPECT_THAT(tree({{{30, shim, 30, 500}, hook.command, holds_pipe},
                      {{40, shim, 40, 450}, probe.command, holds_pipe},
                      {{50, shim, 50, 550}, later.command, holds_pipe},
                      {{51, 50, 50, 560}, {"child of later"}, holds_pipe}},
                     hook, {probe, later}),
                ElementsAre(30));
}

TEST(ExecTree, AnOutputHolderInTheContainersSessionDoesNotTakeTheSessionAlong) {
    EXPECT_THAT(tree({{{25, init, init, 600}, {"got the pipe somehow"}, holds_pipe},
                      {{26, init, init, 600}, {"worker"}, false}},
                     hook),
                ElementsAre(25));
}

}  // namespace
}  // namespace hooklet::cri

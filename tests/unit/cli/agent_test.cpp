// SPDX-License-Identifier: Apache-2.0
#include "cli/cli.hpp"
#include "unit/cli/sim_environment.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet::cli {
namespace {

using testing::HasSubstr;

class AgentCommand : public testing::Test {
  protected:
    int run(std::vector<std::string> args) { return world_.loop.run(run_cli(&env_, std::move(args))); }

    sim::SimWorld world_;
    SimEnvironment env_{&world_};
};

TEST_F(AgentCommand, ServesUntilItIsInterrupted) {
    env_.interrupt_after(std::chrono::hours{3});
    EXPECT_EQ(run({"agent", "--root", "/r", "--listen", "0.0.0.0:0", "--node-name", "box",
                   "--image-gc-high-threshold", "100"}),
              exit_ok);
    ASSERT_TRUE(env_.served);
    EXPECT_EQ(env_.served->image_gc_high_threshold, 100);
    EXPECT_EQ(env_.served->session.root, "/r");
    EXPECT_EQ(env_.served->listen, "0.0.0.0:0");
    EXPECT_EQ(env_.served->node_name, "box");
    EXPECT_TRUE(env_.daemon_closed);
    EXPECT_EQ(env_.output,
              "hooklet: node box serves https://127.0.0.1:6443\nhooklet: export KUBECONFIG=/r/kubeconfig\n");
}

TEST_F(AgentCommand, SaysWhyItCannotStart) {
    env_.open_error = Error{Code::conflict, "127.0.0.1:6443: address already in use"};
    EXPECT_EQ(run({"agent"}), exit_failed);
    EXPECT_EQ(env_.errors, "hooklet: 127.0.0.1:6443: address already in use\n");
}

TEST_F(AgentCommand, KubeconfigIsThatOfTheRoot) {
    EXPECT_EQ(run({"kubeconfig", "--root", "/r"}), exit_ok);
    EXPECT_EQ(env_.output, "/r/kubeconfig\n");
}

}  // namespace
}  // namespace hooklet::cli

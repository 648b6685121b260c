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

TEST_F(AgentCommand, IsToldWhatIsTrueOfAllPods) {
    using namespace std::chrono_literals;
    env_.interrupt_after(std::chrono::hours{3});
    EXPECT_EQ(run({"agent", "--cluster-dns", "10.96.0.10,10.96.0.11", "--cluster-domain", "test",
                   "--back-off-base", "1s", "--back-off-max", "1m", "--max-parallel-image-pulls", "2",
                   "--shutdown-grace-period", "30s", "--shutdown-grace-period-critical-pods", "10s"}),
              exit_ok);
    ASSERT_TRUE(env_.served);
    EXPECT_THAT(env_.served->cluster_dns, testing::ElementsAre("10.96.0.10", "10.96.0.11"));
    EXPECT_EQ(env_.served->cluster_domain, "test");
    EXPECT_EQ(env_.served->back_off.initial, 1s);
    EXPECT_EQ(env_.served->back_off.maximum, 60s);
    EXPECT_EQ(env_.served->max_parallel_image_pulls, 2u);
    EXPECT_EQ(env_.served->shutdown_grace, 30s);
    EXPECT_EQ(env_.served->shutdown_grace_critical, 10s);
}

TEST_F(AgentCommand, RefusesWhatIsNoDuration) {
    EXPECT_EQ(run({"agent", "--back-off-max", "soon"}), exit_bad_input);
    EXPECT_THAT(env_.errors, HasSubstr("\"soon\" is not a duration such as 30s, 1m30s or 500ms"));
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

// SPDX-License-Identifier: Apache-2.0
#include "world_fixture.hpp"

#include <gmock/gmock.h>

namespace hooklet::sim {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using SimContainers = WorldTest;

TEST_F(SimContainers, LiveFromCreationToRemoval) {
    const std::string id = running({"sim", "run=5s", "exit=3"});
    EXPECT_EQ(status(id).state, cri::ContainerState::running);
    EXPECT_THAT(world->host.cgroups_below("/hooklet"), ::testing::Contains("/hooklet/poduid-1/" + id));
    world->loop.run_for(6s);
    const auto after = status(id);
    EXPECT_EQ(after.state, cri::ContainerState::exited);
    EXPECT_EQ(after.exit_code, 3);
    EXPECT_EQ(after.reason, "Error");
    EXPECT_EQ(between(Kind::container_started, Kind::exited), 5s);
    ASSERT_TRUE(world->loop.run(world->runtime.remove_container(id, call())));
    EXPECT_EQ(world->loop.run(world->runtime.container_status(id, call())).error().code, Code::not_found);
    EXPECT_TRUE(world->loop.run(world->runtime.remove_container(id, call()))) << "idempotent";
}

TEST_F(SimContainers, RefuseWrongOrder) {
    const std::string in = sandbox();
    EXPECT_EQ(start("nothing").error().code, Code::not_found);
    EXPECT_EQ(world->loop.run(world->runtime.stop_container("nothing", 1s, call())).error().code,
              Code::not_found);
    const auto id = create(in, config({"sim"}));
    ASSERT_TRUE(id);
    EXPECT_THAT(create(in, config({"sim"})).error().message, HasSubstr("is reserved for"));
    EXPECT_TRUE(start(*id));
    EXPECT_THAT(start(*id).error().message, HasSubstr("CONTAINER_RUNNING"));
    EXPECT_THAT(world->loop.run(world->runtime.remove_pod_sandbox(in, call())).error().message,
                HasSubstr("not fully stopped"));
    auto missing = config({"sim"}, 1);
    missing.image = "absent";
    EXPECT_EQ(create(in, missing).error().code, Code::not_found);
    EXPECT_TRUE(world->loop.run(world->runtime.stop_pod_sandbox(in, call())));
    EXPECT_THAT(create(in, config({"sim"}, 1)).error().message, HasSubstr("is not ready"));
    EXPECT_EQ(status(*id).exit_code, 137) << "stopping the sandbox kills";
    EXPECT_TRUE(world->loop.run(world->runtime.remove_pod_sandbox(in, call())));
    EXPECT_TRUE(world->engine.containers().empty());
}

TEST_F(SimContainers, NeedTheirLogDirectory) {
    auto c = config({"sim"});
    c.log_path = "nowhere/0.log";
    const auto id = create(sandbox(), c);
    EXPECT_THAT(start(*id).error().message, HasSubstr("failed to open log file"));
    EXPECT_EQ(status(*id).reason, "StartError");
    EXPECT_EQ(status(*id).exit_code, 128);
}

TEST_F(SimContainers, BehaveDifferentlyOnEachStart) {
    const std::string in = sandbox();
    const std::vector<std::string> script{"sim", "start-error=no", "then",   "run=1s",
                                          "oom", "then",           "stop=2s"};
    const auto first = create(in, config(script, 0));
    EXPECT_FALSE(start(*first));
    const auto second = create(in, config(script, 1));
    EXPECT_TRUE(start(*second));
    world->loop.run_for(2s);
    EXPECT_EQ(status(*second).reason, "OOMKilled");
    for (std::uint32_t attempt : {2U, 3U}) {
        const auto id = create(in, config(script, attempt));
        EXPECT_TRUE(start(*id));
        world->loop.run_for(60s);
        EXPECT_EQ(status(*id).state, cri::ContainerState::running);
        EXPECT_TRUE(world->loop.run(world->runtime.stop_container(*id, 10s, call())));
        EXPECT_EQ(status(*id).exit_code, 0);
    }
}

TEST_F(SimContainers, StopSendsTermOnceAndKillsAtTheEnd) {
    const std::string id = running({"sim", "ignore-stop"});
    EXPECT_TRUE(world->loop.run(world->runtime.stop_container(id, 2500ms, call())));
    EXPECT_EQ(world->history.count(Kind::term), 1U);
    EXPECT_EQ(between(Kind::term, Kind::kill), 3s) << "rounded up to whole seconds";
    EXPECT_EQ(status(id).exit_code, 137);
}

Task<void> stop_into(SimWorld* world, std::string id, Duration timeout, Promise<Status> over, Call call) {
    over.set(co_await world->runtime.stop_container(std::move(id), timeout, std::move(call)));
}

TEST_F(SimContainers, ASecondStopShortensWithoutASecondTerm) {
    const std::string id = running({"sim", "ignore-stop"});
    Gate gate(world->loop.executor());
    const Promise<Status> first;
    gate.spawn(stop_into(world.get(), id, 60s, first, call()));
    world->loop.run_for(5s);
    EXPECT_TRUE(world->loop.run(world->runtime.stop_container(id, 2s, call())));
    EXPECT_EQ(world->history.count(Kind::term), 1U);
    EXPECT_LT(between(Kind::term, Kind::kill), 8s);
    world->loop.run(gate.close());
    EXPECT_TRUE(first.is_set());
}

TEST_F(SimContainers, ACancelledStopDoesNotKill) {
    const std::string id = running({"sim", "ignore-stop"});
    const auto stopped = world->loop.run(world->runtime.stop_container(id, 2s, within(1s)));
    EXPECT_EQ(stopped.error().code, Code::deadline);
    world->loop.run_for(1min);
    EXPECT_EQ(status(id).state, cri::ContainerState::running);
    EXPECT_TRUE(world->loop.run(world->runtime.stop_container(id, 0s, call())));
    EXPECT_EQ(world->history.of(Kind::kill).at(0).detail, "stop now");
}

TEST_F(SimContainers, StopSignalComesFromTheImageUnlessItIsSent) {
    world->images.add({.name = "nginx", .stop_signal = "SIGQUIT"});
    const std::string in = sandbox();
    auto c = config({"sim"});
    c.image = "nginx";
    const auto by_image = create(in, c);
    c.metadata.attempt = 1;
    c.stop_signal = "SIGUSR1";
    const auto by_pod = create(in, c);
    EXPECT_TRUE(start(*by_image));
    EXPECT_TRUE(start(*by_pod));
    EXPECT_TRUE(world->loop.run(world->runtime.stop_container(*by_image, 10s, call())));
    EXPECT_TRUE(world->loop.run(world->runtime.signal_container(*by_pod, "SIGUSR1", call())));
    EXPECT_TRUE(world->loop.run(world->runtime.stop_container(*by_pod, 10s, call())));
    EXPECT_EQ(world->history.of(Kind::term).at(0).detail, "SIGQUIT");
    EXPECT_EQ(world->history.of(Kind::term).at(1).detail, "SIGUSR1");
}

TEST_F(SimContainers, ExecRunsAndIsRecorded) {
    const std::string id = running({"sim"});
    const auto done = exec(id, {"sim", "takes=2s", "exit=4", "stdout=out", "stderr=err"});
    ASSERT_TRUE(done);
    EXPECT_EQ(done->exit_code, 4);
    EXPECT_EQ(done->stdout_ + "/" + done->stderr_, "out/err");
    EXPECT_EQ(between(Kind::exec_begin, Kind::exec_end), 2s);
    EXPECT_EQ(world->history.of(Kind::exec_begin).at(0).id, id);
    EXPECT_THAT(exec(id, {"badcommand"}).error().message, HasSubstr("executable file not found in $PATH"));
    world->engine.on_exec("sh -c echo hi", {.stdout_ = "hi\n"});
    EXPECT_EQ(exec(id, {"sh", "-c", "echo hi"})->stdout_, "hi\n");
}

TEST_F(SimContainers, ExecChangesWithTheContainersAge) {
    const std::string id = running({"sim"});
    const std::vector<std::string> command{"sim",       "exit=1", "until=5s", "then",
                                           "until=10s", "then",   "exit=2"};
    EXPECT_EQ(exec(id, command)->exit_code, 1);
    world->loop.run_for(5s);
    EXPECT_EQ(exec(id, command)->exit_code, 0);
    world->loop.run_for(5s);
    EXPECT_EQ(exec(id, command)->exit_code, 2);
}

TEST_F(SimContainers, ExecEndsAtItsTimeoutAndWithItsCaller) {
    const std::string id = running({"sim"});
    const auto late = exec(id, {"sleep", "infinity"}, 3);
    EXPECT_EQ(late.error().code, Code::deadline);
    EXPECT_THAT(late.error().message, HasSubstr("timeout 3s exceeded"));
    const auto left = world->loop.run(world->runtime.exec_sync({id, {"sleep", "100"}, 0}, within(2s)));
    EXPECT_EQ(left.error().code, Code::deadline);
    EXPECT_EQ(world->history.count(Kind::exec_detached), 1U);
    EXPECT_EQ(world->history.count(Kind::exec_end), 2U);
}

TEST_F(SimContainers, ExecDiesWithItsContainer) {
    const std::string id = running({"sim", "run=10s"});
    EXPECT_EQ(exec(id, {"sim", "hang"})->exit_code, 137);
    EXPECT_EQ(exec(id, {"true"}).error().message, "container is in CONTAINER_EXITED state");
    EXPECT_EQ(world->history.count(Kind::exec_refused), 1U);
}

TEST_F(SimContainers, ExecCanEndTheEntrypoint) {
    const std::string id = running({"sim"});
    EXPECT_EQ(exec(id, {"sim", "hang", "app-exit=0", "app-after=2s"})->exit_code, 137);
    world->loop.run_for(100ms);
    EXPECT_EQ(status(id).exit_code, 0);
    EXPECT_EQ(status(id).reason, "Completed");
}

TEST_F(SimContainers, SandboxNamesAndFailures) {
    (void)sandbox();
    EXPECT_THAT(world->loop.run(world->runtime.run_pod_sandbox(sandbox_config, call())).error().message,
                HasSubstr("failed to reserve sandbox name"));
    sandbox_config.metadata.attempt = 1;
    world->engine.fail_next_sandbox("failed to setup network");
    EXPECT_FALSE(world->loop.run(world->runtime.run_pod_sandbox(sandbox_config, call())));
    const auto listed = world->loop.run(world->runtime.list_pod_sandbox({}, call()));
    EXPECT_EQ(listed->size(), 2U);
    const auto none = world->loop.run(world->runtime.list_pod_sandbox({{{"a", "b"}}}, call()));
    EXPECT_TRUE(none->empty());
}

TEST_F(SimContainers, SandboxOnTheHostsNetworkHasNoAddress) {
    sandbox_config.security_context.namespaces.network = cri::NamespaceMode::node;
    const std::string on_host = sandbox();
    EXPECT_TRUE(world->loop.run(world->runtime.pod_sandbox_status(on_host, call()))->ips.empty());
    sandbox_config.metadata.uid = "uid-2";
    sandbox_config.security_context.namespaces.network = cri::NamespaceMode::pod;
    EXPECT_EQ(world->loop.run(world->runtime.pod_sandbox_status(sandbox(), call()))->ips.size(), 1U);
}

TEST_F(SimContainers, ImagesArePulled) {
    world->images.add({.name = "app:1", .present = false, .pull_takes = 7s, .failing_pulls = 1});
    EXPECT_FALSE(world->loop.run(world->runtime.image_status("app:1", call())).value());
    EXPECT_FALSE(world->loop.run(world->runtime.pull_image("app:1", std::nullopt, call())));
    const auto id = world->loop.run(world->runtime.pull_image("app:1", std::nullopt, call()));
    ASSERT_TRUE(id);
    EXPECT_GE(world->loop.clock().elapsed(), 14s);
    const auto image = world->loop.run(world->runtime.image_status("app:1", call())).value();
    EXPECT_EQ(image->id, *id);
    EXPECT_EQ(image->repo_tags.at(0), "docker.io/library/app:1");
    EXPECT_EQ(world->loop.run(world->runtime.pull_image("nothing", std::nullopt, call())).error().code,
              Code::not_found);
}

TEST_F(SimContainers, ChangesLimitsOfWhatRuns) {
    const std::string id = running({"sim", "run=5s"});
    cri::LinuxResources limits;
    limits.memory_limit_bytes = 1 << 20;
    EXPECT_TRUE(world->loop.run(world->runtime.update_container_resources(id, limits, call())));
    EXPECT_EQ(world->engine.containers().at(id).config.resources, limits);
    world->loop.run_for(6s);
    EXPECT_FALSE(world->loop.run(world->runtime.update_container_resources(id, limits, call())));
    EXPECT_FALSE(world->loop.run(world->runtime.update_container_resources("none", limits, call())));
}

}  // namespace
}  // namespace hooklet::sim

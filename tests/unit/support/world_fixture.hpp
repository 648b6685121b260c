// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/gate.hpp"
#include "support/sim_world.hpp"

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace hooklet::sim {

/// A world with one Pod `web`, whose containers run what the simulated command says.
class WorldTest : public ::testing::Test {
  protected:
    void SetUp() override { begin({}); }

    void begin(WorldOptions options) {
        world = std::make_unique<SimWorld>(options);
        world->images.add({.name = "busybox"});
        world->host.put("/log/app", {.type = FileType::directory, .mode = 0755});
        sandbox_config = {};
        sandbox_config.metadata = {"web", "uid-1", "default", 0};
        sandbox_config.labels = {{"io.kubernetes.pod.uid", "uid-1"}};
        sandbox_config.log_directory = "/log";
        sandbox_config.cgroup_parent = "/hooklet/poduid-1";
    }

    [[nodiscard]] Call within(Duration limit, CancelToken cancel = {}) {
        return world->loop.clock().call_within(limit, std::move(cancel));
    }
    [[nodiscard]] Call call() { return within(std::chrono::minutes{10}); }

    [[nodiscard]] cri::ContainerConfig config(std::vector<std::string> command, std::uint32_t attempt = 0) {
        cri::ContainerConfig c;
        c.metadata = {"app", attempt};
        c.image = "busybox";
        c.command = std::move(command);
        c.log_path = "app/" + std::to_string(attempt) + ".log";
        c.labels = {{"io.kubernetes.container.name", "app"}};
        return c;
    }

    std::string sandbox() {
        auto id = world->loop.run(world->runtime.run_pod_sandbox(sandbox_config, call()));
        EXPECT_TRUE(id) << id.error().message;
        return id.value_or("");
    }
    Result<std::string> create(const std::string& in, cri::ContainerConfig c) {
        return world->loop.run(world->runtime.create_container(in, std::move(c), sandbox_config, call()));
    }
    Status start(const std::string& id) {
        return world->loop.run(world->runtime.start_container(id, call()));
    }
    /// Creates and starts in a new sandbox.
    std::string running(std::vector<std::string> command) {
        const auto id = create(sandbox_id = sandbox(), config(std::move(command)));
        EXPECT_TRUE(id) << id.error().message;
        const Status started = start(*id);
        EXPECT_TRUE(started) << started.error().message;
        return *id;
    }
    Result<cri::ExecSyncResponse> exec(const std::string& id, std::vector<std::string> command,
                                       std::int64_t timeout_s = 0) {
        return world->loop.run(world->runtime.exec_sync({id, std::move(command), timeout_s}, call()));
    }
    cri::ContainerStatus status(const std::string& id) {
        return world->loop.run(world->runtime.container_status(id, call())).value();
    }
    /// How long after the first observation of one kind the first of another came.
    [[nodiscard]] Duration between(Kind first, Kind then) const {
        return world->history.of(then).at(0).at - world->history.of(first).at(0).at;
    }

    std::unique_ptr<SimWorld> world;
    cri::PodSandboxConfig sandbox_config;
    std::string sandbox_id;
};

}  // namespace hooklet::sim

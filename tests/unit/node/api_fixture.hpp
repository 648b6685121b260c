// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "node/api_ports.hpp"
#include "support/api_world.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet::test {

/// A node's parts and an API, on virtual time.
class ApiTest : public testing::Test {
  protected:
    [[nodiscard]] ApiPorts ports() {
        return {world.loop.executor(), &world.loop.clock(), &world.api,
                [this](const std::string& line) { told.push_back(line); }};
    }
    /// Returns the uid of a new Pod `default/NAME`.
    std::string add_pod(const std::string& name, const std::string& spec = "{}",
                        const std::string& status = "{}") {
        if (world.names(sim::ApiWorld::core("namespaces")).empty()) world.add_namespace("default");
        const ApiPath path = sim::ApiWorld::core("pods", "default", name);
        world.add(path, R"({"metadata": {}, "spec": )" + spec + "}");
        (void)world.api.objects().patch(status_path(name), ApiPatchType::merge,
                                        sim::ApiWorld::json(R"({"status": )" + status + "}"));
        return metadata_of(pod(name)).uid;
    }
    static ApiPath status_path(const std::string& name) {
        return sim::ApiWorld::core("pods", "default", name, "status");
    }
    api::Node pod(const std::string& name) {
        return world.stored(sim::ApiWorld::core("pods", "default", name));
    }
    /// What happens by itself within this time.
    void pass(Duration length = std::chrono::seconds{1}) { ASSERT_TRUE(world.loop.run_for(length)); }

    sim::ApiWorld world;
    std::vector<std::string> told;
};

}  // namespace hooklet::test

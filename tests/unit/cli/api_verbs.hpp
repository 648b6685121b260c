// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/cli.hpp"
#include "server/api_server.hpp"
#include "server/hook_runs.hpp"
#include "support/sim_object_storage.hpp"
#include "unit/cli/handler_client.hpp"
#include "unit/cli/sim_environment.hpp"

#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace hooklet::cli {

/// The verbs that talk to an API, on a server in the same process.
class ApiVerbs : public testing::Test {
  protected:
    ApiVerbs() {
        EXPECT_TRUE(world_.loop.run(objects_.load()));
        env_.api = &client_;
        env_.files["web.yaml"] = manifest("web", "nginx:1");
        env_.files["web2.yaml"] = manifest("web", "nginx:2");
    }
    ~ApiVerbs() override {
        world_.loop.run(client_.close());
        world_.loop.run(objects_.stop());
    }

    static std::string manifest(const std::string& name, const std::string& image) {
        return fmt::format(
            R"({{"apiVersion":"v1","kind":"Pod","metadata":{{"name":"{0}","labels":{{"app":"{0}"}}}},)"
            R"("spec":{{"containers":[{{"name":"c","image":"{1}"}}]}}}})",
            name, image);
    }
    int run(std::vector<std::string> args) {
        env_.output.clear();
        env_.errors.clear();
        return world_.loop.run(run_cli(&env_, std::move(args)));
    }
    /// Standard output, then standard error and the code where it is not 0.
    std::string shown(std::vector<std::string> args) {
        const int code = run(std::move(args));
        return env_.output + env_.errors + (code == 0 ? "" : fmt::format("[{}]", code));
    }

    sim::SimWorld world_;
    SimEnvironment env_{&world_};
    sim::SimObjectStorage storage_{&world_.loop.clock(), sim::SimRandom(2), &world_.faults};
    store::ObjectStore objects_{
        &storage_, &world_.loop.clock(), world_.loop.executor(), {.fields_of = server::fields_of_kinds()}};
    server::HookRuns hook_runs_{&world_.journal, &world_.loop.clock()};
    server::Services services_{&objects_, &world_.loop.clock(), &world_.random, nullptr,
                               nullptr,   &hook_runs_};
    server::ApiServer server_{{services_, env_.yaml_parser(), nullptr, nullptr}, {}};
    HandlerClient client_{&server_, world_.loop.executor(), &world_.loop.clock()};
};

}  // namespace hooklet::cli

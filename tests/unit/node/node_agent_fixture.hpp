// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/json.hpp"
#include "informer/document.hpp"
#include "support/sim_node.hpp"
#include "unit/node/sleeper.hpp"

#include <algorithm>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet {

/// The whole node of an agent with an API, simulated; the agent may die and another one come.
class NodeAgentTest : public testing::Test {
  protected:
    void SetUp() override {
        m.world.images.add({.name = "busybox"});
        ASSERT_TRUE(m.world.host.make_directories("/manifests", 0755));
        for (const char* name : {"default", "kube-node-lease"}) put("namespaces", "", name, "{}");
        agent.emplace(&m);
    }
    void put(const std::string& resource, const std::string& namespace_, const std::string& name,
             const std::string& spec) {
        test::put(m.api, resource, namespace_, name, spec);
    }
    void patch_node(const std::string& patch, const std::string& subresource = {}) {
        ASSERT_TRUE(m.api.objects().patch({"", "v1", "nodes", "", "node1", subresource}, ApiPatchType::merge,
                                          api::parse_json(patch).value()));
    }
    void label_node(const std::string& key, const std::string& value) {
        patch_node(R"({"metadata": {"labels": {")" + key + R"(": ")" + value + R"("}}})");
    }
    api::NodeObject node() {
        const auto found = m.api.objects().get({"", "v1", "nodes", "", "node1", {}});
        return found ? read_as<api::NodeObject>(*found) : api::NodeObject{};
    }
    void add(const std::string& name, const std::string& spec = test::sleeper()) {
        put("pods", "default", name, spec);
    }
    void remove(const std::string& name, std::optional<std::int64_t> grace_s = {}) {
        const ApiDelete options{.grace_s = grace_s, .uid = {}, .resource_version = {}};
        ASSERT_TRUE(m.api.objects().remove({"", "v1", "pods", "default", name, {}}, options));
    }
    Duration until(const std::function<bool()>& holds, Duration limit = std::chrono::minutes{5}) {
        const MonotonicTime begin = m.world.loop.clock().now();
        EXPECT_EQ(m.world.loop.run_until(holds, limit), sim::RunEnd::reached);
        return m.world.loop.clock().now() - begin;
    }
    void pass(Duration length) { ASSERT_TRUE(m.world.loop.run_for(length)); }
    /// The process ends without a word, and another one comes a little later.
    void crash(Duration absent = std::chrono::seconds{3}) {
        m.world.crash();
        agent.reset();
        pass(absent);
        m.world.reconnect();
        agent.emplace(&m);
    }
    /// The process ends as it is told to, leaving containers as they are.
    void restart() {
        agent.reset();
        pass(std::chrono::seconds{3});
        agent.emplace(&m);
    }
    api::Pod pod(const std::string& name) {
        const auto found = m.api.objects().get({"", "v1", "pods", "default", name, {}});
        return found ? read_as<api::Pod>(*found) : api::Pod{};
    }
    bool is_ready(const std::string& name) {
        const auto& all = pod(name).status.containerStatuses;
        return !all.empty() && all.front().ready;
    }
    bool exists(const std::string& name) { return !pod(name).metadata.uid.empty(); }
    /// Reasons of the events about this object.
    std::vector<std::string> events_of(const std::string& name) {
        std::vector<std::string> out;
        for (const api::Node& event : m.api.objects().all({"", "v1", "events", "default", "", {}})) {
            if (text_at(event, {"involvedObject", "name"}) == name) out.push_back(text_at(event, {"reason"}));
        }
        return out;
    }
    /// What the journal has of this kind of hook.
    std::vector<HookAttempt> attempts(HookType hook) {
        std::vector<HookAttempt> found = m.world.journal.contents().hooks;
        std::erase_if(found, [hook](const HookAttempt& attempt) { return attempt.hook != hook; });
        return found;
    }
    std::size_t count(sim::Kind kind) { return m.world.history.count(kind); }

    sim::SimNodeMachine m;
    std::optional<sim::SimNodeAgent> agent;
};

}  // namespace hooklet

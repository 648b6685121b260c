// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "node/node_ports.hpp"
#include "support/sim_world.hpp"
#include "unit/pods_config/pod_of.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet::test {

/// Pods without workers: they end as long after the request as told.
class FakePods final : public PodControl {
  public:
    struct Stop {
        std::string uid;
        PodEnd why;
        Duration grace;
        Duration at;  ///< Since the beginning.
    };
    explicit FakePods(sim::SimLoop* loop) : loop_(loop) {}

    [[nodiscard]] std::vector<PodOnNode> pods() const override { return all; }
    Task<Status> stop_pod(std::string uid, PodEnd why, Duration grace, Call call) override {
        stops.push_back({uid, std::move(why), grace, loop_->clock().elapsed()});
        for (PodOnNode& pod : all) pod.ending = pod.ending || pod.pod.metadata.uid == uid;
        const auto takes = ends_after.find(uid);
        const Duration own = takes == ends_after.end() ? Duration::zero() : takes->second;
        const MonotonicTime end =
            stuck.contains(uid) ? MonotonicTime::max() : loop_->clock().now() + std::min(own, grace);
        const Call wait{std::min(end, call.deadline), call.cancel};
        const Status waited = co_await sleep_until(&loop_->clock(), wait);
        if (!waited) co_return waited;
        if (end > call.deadline) co_return fail(Code::deadline, "still running");
        std::erase_if(all, [&uid](const PodOnNode& pod) { return pod.pod.metadata.uid == uid; });
        co_return Status{};
    }

    std::vector<PodOnNode> all;
    std::map<std::string, Duration> ends_after;  ///< By uid; at once when not named. Never after the grace.
    std::set<std::string> stuck;                 ///< These never end.
    std::vector<Stop> stops;

  private:
    sim::SimLoop* loop_;
};

/// A Pod with this uid, which is its name too.
inline PodOnNode pod_on_node(const std::string& uid, const std::string& spec) {
    PodOnNode pod;
    pod.pod = pod_of(spec);
    pod.pod.metadata.uid = uid;
    pod.pod.metadata.name = uid;
    pod.cgroup = "/hooklet/pod" + uid;
    return pod;
}

/// The simulated machine with Pods that have no workers.
class NodeTest : public testing::Test {
  protected:
    [[nodiscard]] NodePorts ports() {
        return {
            world.loop.executor(),
            &world.loop.clock(),
            &world.runtime,
            &world.files,
            &pods,
            [this](const std::string& line) { told.push_back(line); },
            [this](const event::Text& text) { node_events.push_back(text.reason + ": " + text.message); }};
    }
    [[nodiscard]] Call call(Duration limit = std::chrono::minutes{10}) {
        return world.loop.clock().call_within(limit);
    }

    sim::SimWorld world;
    FakePods pods{&world.loop};
    std::vector<std::string> told;
    std::vector<std::string> node_events;
};

}  // namespace hooklet::test

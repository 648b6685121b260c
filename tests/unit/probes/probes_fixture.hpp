// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "probes/container_probes.hpp"
#include "unit/support/world_fixture.hpp"

#include <optional>
#include <string>
#include <vector>

namespace hooklet::sim {

/// One running container `c` of Pod `web` in a simulated world, and what is recorded of it.
class ProbesTest : public WorldTest {
  protected:
    void SetUp() override {
        WorldTest::SetUp();
        journal.emplace(&world->journal, &world->loop.clock(), &world->random, world->loop.executor());
        journal->listen([this](const JournalEntry& entry) {
            if (const auto* event = std::get_if<EventRecord>(&entry)) events.push_back(*event);
        });
    }
    void TearDown() override { world->loop.run(journal->stop()); }

    [[nodiscard]] Prober::Ports ports() { return {&world->loop.clock(), &world->runtime, &world->network}; }
    [[nodiscard]] Recorder recorder() { return {&*journal, {"default", "web", "uid-1"}, "c"}; }

    /// Starts the container, again when the one before has ended; `target` and `started_at` are its from here
    /// on.
    void start_app(std::vector<std::string> command = {"sim"}) {
        if (sandbox_id.empty()) sandbox_id = sandbox();
        target.container.name = "c";
        target.container_id = create(sandbox_id, config(std::move(command), starts++)).value();
        ASSERT_TRUE(start(target.container_id));
        target.host = world->engine.sandboxes().at(sandbox_id).ip;
        started_at = world->history.of(Kind::container_started).back().at;
    }

    static api::Probe exec(std::vector<std::string> command) {
        api::Probe probe = with_defaults();
        probe.exec.emplace().command = std::move(command);
        return probe;
    }
    static api::Probe http(std::int32_t port, const std::string& path = "/") {
        api::Probe probe = with_defaults();
        probe.httpGet.emplace().path = path;
        probe.httpGet->port = port;
        return probe;
    }
    static api::Probe tcp(api::IntOrString port) {
        api::Probe probe = with_defaults();
        probe.tcpSocket.emplace().port = std::move(port);
        return probe;
    }
    static api::Probe grpc(std::int32_t port, const std::string& service = "") {
        api::Probe probe = with_defaults();
        probe.grpc.emplace().port = port;
        probe.grpc->service = service;
        return probe;
    }

    [[nodiscard]] std::vector<std::string> messages() const {
        std::vector<std::string> out;
        for (const EventRecord& event : events) out.push_back(event.message);
        return out;
    }

    ProbeTarget target;
    std::uint32_t starts = 0;
    MonotonicTime started_at;
    std::optional<Journal> journal;
    std::vector<EventRecord> events;

  private:
    static api::Probe with_defaults() {
        api::Probe probe;
        probe.timeoutSeconds = 1;
        probe.periodSeconds = 10;
        probe.successThreshold = 1;
        probe.failureThreshold = 3;
        return probe;
    }
};

}  // namespace hooklet::sim

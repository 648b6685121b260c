// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "lifecycle/hook_runner.hpp"
#include "unit/support/world_fixture.hpp"

#include <optional>
#include <string>
#include <vector>

namespace hooklet::sim {

/// One running container `app` of Pod `web` in a simulated world, with a journal that remembers what it was
/// told.
class LifecycleTest : public WorldTest {
  protected:
    void SetUp() override {
        if (journal) {
            TearDown();
            journal.reset();
        }
        WorldTest::SetUp();
        make_journal();
        events.clear();
        attempts.clear();
    }
    void TearDown() override { world->loop.run(journal->stop()); }

    /// As an agent does when it begins.
    void make_journal() {
        if (journal) world->loop.run(journal->stop());
        journal.emplace(&world->journal, &world->loop.clock(), &world->random, world->loop.executor());
        journal->listen([this](const JournalEntry& entry) {
            if (const auto* event = std::get_if<EventRecord>(&entry)) events.push_back(*event);
            if (const auto* attempt = std::get_if<HookAttempt>(&entry)) attempts.push_back(*attempt);
        });
        runner.emplace(ports(), false);
    }

    [[nodiscard]] HookRunner::Ports ports() {
        return {&world->loop.clock(), &world->runtime, &world->network, &*journal};
    }

    /// A postStart hook that is due in the container, which `start_app` has started.
    [[nodiscard]] HookRequest hook(api::LifecycleHandler handler,
                                   Duration cap = std::chrono::minutes{10}) const {
        HookRequest request;
        request.handler = std::move(handler);
        request.pod = pod;
        request.container.name = "app";
        request.container_id = container_id;
        request.host = "10.88.0.3";
        request.reason = "Started";
        request.cap = cap;
        return request;
    }
    static api::LifecycleHandler exec(std::vector<std::string> command) {
        api::LifecycleHandler handler;
        handler.exec.emplace();
        handler.exec->command = std::move(command);
        return handler;
    }
    static api::LifecycleHandler http(const std::string& path, std::int32_t port = 80) {
        api::LifecycleHandler handler;
        handler.httpGet.emplace();
        handler.httpGet->path = path;
        handler.httpGet->port = api::IntOrString(port);
        return handler;
    }

    void start_app(std::vector<std::string> command = {"sim"}) { container_id = running(std::move(command)); }
    HookResult deliver(HookRequest request, CancelToken cancel = {}) {
        return world->loop.run(runner->run(std::move(request), std::move(cancel)));
    }
    /// The attempt as it was recorded when it had ended.
    [[nodiscard]] const HookAttempt& recorded() const { return world->journal.contents().hooks.at(0); }
    [[nodiscard]] std::vector<std::string> event_reasons() const {
        std::vector<std::string> out;
        for (const EventRecord& event : events) out.push_back(event.reason);
        return out;
    }

    PodRef pod{"default", "web", "uid-1"};
    std::string container_id;
    std::optional<Journal> journal;
    std::optional<HookRunner> runner;
    std::vector<EventRecord> events;
    std::vector<HookAttempt> attempts;
};

}  // namespace hooklet::sim

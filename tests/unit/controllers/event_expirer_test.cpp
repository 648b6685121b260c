// SPDX-License-Identifier: Apache-2.0
#include "controllers/event_expirer.hpp"

#include "support/api_world.hpp"

#include <optional>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct EventExpirerTest : testing::Test, sim::ApiWorld {
    EventExpirerTest() { add_namespace("default"); }
    ~EventExpirerTest() override {
        if (expirer) loop.run(expirer->stop());
    }
    void start(EventLimits limits = {}) {
        expirer.emplace(&api, &loop.clock(), loop.executor(), limits);
        expirer->start();
        loop.run_for(minutes{2});
    }
    void add_event(const std::string& name) {
        add(core("events", "default", name),
            fmt::format(R"({{"lastTimestamp":"{}","involvedObject":{{"namespace":"default"}}}})",
                        rfc3339(loop.clock().wall())));
    }
    std::vector<std::string> events() { return names(core("events", "default")); }

    std::optional<EventExpirer> expirer;
};

TEST_F(EventExpirerTest, AnEventGoesAnHourAfterItWasWrittenLast) {
    start();
    add_event("a");
    loop.run_for(minutes{30});
    add_event("b");
    change(core("events", "default", "a"),
           fmt::format(R"({{"count":2,"lastTimestamp":"{}"}})", rfc3339(loop.clock().wall())));
    loop.run_for(minutes{20});
    add_event("c");
    loop.run_for(minutes{42});
    EXPECT_THAT(events(), ElementsAre("c"));
    loop.run_for(minutes{20});
    EXPECT_THAT(events(), IsEmpty());
    add_event("d");
    loop.run_for(minutes{62});
    EXPECT_THAT(events(), IsEmpty()) << "also after a time without any";
}

TEST_F(EventExpirerTest, EventsOfAnEarlierAgentGoByTheTimeThatTheyHave) {
    add_event("older");
    loop.run_for(hours{30});
    add_event("old");
    loop.run_for(minutes{50});
    add(core("events", "default", "ahead"),
        R"({"lastTimestamp":"9999-01-01T00:00:00Z","involvedObject":{"namespace":"default"}})");
    start();
    EXPECT_THAT(events(), ElementsAre("ahead", "old"));
    loop.run_for(minutes{10});
    EXPECT_THAT(events(), ElementsAre("ahead"));
    loop.run_for(minutes{50});
    EXPECT_THAT(events(), IsEmpty()) << "no clock that was set keeps them longer";
}

TEST_F(EventExpirerTest, OfTooManyTheOldestGo) {
    start({.number = 10});
    for (int i = 0; i < 11; ++i) {
        loop.run_for(minutes{1});
        add_event(fmt::format("e{:02}", i));
    }
    loop.run_for(minutes{1});
    EXPECT_THAT(events(), ElementsAre("e02", "e03", "e04", "e05", "e06", "e07", "e08", "e09", "e10"));
}

TEST_F(EventExpirerTest, WhatCannotBeRemovedIsRemovedLater) {
    add_event("older");
    loop.run_for(hours{30});
    faults.force("api.delete.events", sim::Fault::error);
    start();
    EXPECT_THAT(events(), IsEmpty());
}

}  // namespace
}  // namespace hooklet

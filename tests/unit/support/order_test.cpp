// SPDX-License-Identifier: Apache-2.0
#include "support/invariants.hpp"

#include <gmock/gmock.h>

namespace hooklet::sim {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A history made by hand, of a Pod with an init container, two sidecars and a main container.
class Order : public ::testing::Test {
  protected:
    void at(Duration when, Kind kind, const std::string& container, std::int32_t code = 0) {
        loop.run_for(when - loop.clock().elapsed());
        const std::string id = container + std::to_string(starts[container]);
        history.add({.kind = kind, .pod = "uid-1", .container = container, .id = id, .code = code});
    }
    void sandbox(Duration when, const std::string& id) {
        loop.run_for(when - loop.clock().elapsed());
        history.add({.kind = Kind::sandbox_created, .pod = "uid-1", .id = id});
    }
    void started(Duration when, const std::string& container) {
        ++starts[container];
        at(when, Kind::container_created, container, starts[container] - 1);
        at(when, Kind::container_started, container);
    }
    void killed(Duration when, const std::string& container) {
        pods[0].kills.push_back({container, SimClock::moment(when)});
    }
    /// init, s1, s2 and main run, from 1 to 4 s.
    void begin() {
        sandbox(500ms, "b1");
        started(1s, "init");
        at(2s, Kind::exited, "init");
        started(2s, "s1");
        started(3s, "s2");
        started(4s, "main");
    }
    [[nodiscard]] std::vector<std::string> broken() const {
        std::vector<std::string> out;
        for (const Violation& v : check_run(history, pods, {})) out.push_back(v.what);
        return out;
    }

    SimLoop loop;
    History history{&loop.clock()};
    std::map<std::string, int> starts;
    std::vector<PodFacts> pods{{.uid = "uid-1",
                                .name = "web",
                                .containers = {{.name = "init", .role = Role::init},
                                               {.name = "s1", .role = Role::sidecar},
                                               {.name = "s2", .role = Role::sidecar},
                                               {.name = "main"}}}};
};

TEST_F(Order, AnOrderlyPodBreaksNothing) {
    begin();
    at(10s, Kind::exited, "main");
    killed(10s, "s1");
    killed(10s, "s2");
    at(10s, Kind::term, "s2");
    at(11s, Kind::exited, "s2");
    at(11s, Kind::term, "s1");
    at(12s, Kind::exited, "s1");
    EXPECT_THAT(broken(), IsEmpty());
}

TEST_F(Order, TooEarly) {
    sandbox(500ms, "b1");
    started(1s, "init");
    started(2s, "s1");
    EXPECT_THAT(broken(), ElementsAre(HasSubstr("web/s1 (s11): made although init has not ended well")));
    at(3s, Kind::exited, "init", 1);
    started(4s, "main");
    EXPECT_THAT(broken(), ElementsAre(HasSubstr("web/s1"), HasSubstr("web/main (main1): made although init"),
                                      HasSubstr("made although s2 has not come up")));
}

TEST_F(Order, ANewSandboxBeginsAnew) {
    begin();
    sandbox(10s, "b2");
    for (const std::string container : {"s1", "s2", "main"}) at(10s, Kind::exited, container, 137);
    started(11s, "init");
    at(12s, Kind::exited, "init");
    started(12s, "init");
    EXPECT_THAT(broken(), ElementsAre(HasSubstr("web/init (init3): made again after it had ended well")));
}

TEST_F(Order, ASidecarThatDoesNotWaitForItsTurn) {
    begin();
    for (const std::string container : {"s1", "s2", "main"}) killed(10s, container);
    at(10s, Kind::term, "main");
    at(11s, Kind::term, "s1");
    for (const std::string container : {"s1", "s2", "main"}) at(12s, Kind::exited, container);
    EXPECT_THAT(broken(), ElementsAre(HasSubstr("web/s1 (s11): stop signal while web/s2"),
                                      HasSubstr("stop signal while web/main")));
    pods[0].grace = 1s;
    EXPECT_THAT(broken(), IsEmpty()) << "the grace was over";
}

TEST_F(Order, OneThatGoesOnAndAPreStopThatIsLate) {
    pods[0].containers[3].pre_stop = HookFacts{.marker = "bye", .cap = 30s};
    begin();
    for (const std::string container : {"s1", "main"}) killed(10s, container);
    for (const std::string container : {"s1", "s2", "main"}) at(12s, Kind::exited, container);
    EXPECT_THAT(broken(), ElementsAre("web/s2 (s21): goes on although its Pod ends",
                                      "web/main (main1): preStop does not begin with the Pod's end"));
}

TEST_F(Order, AKillOfOneContainerMustEndToo) {
    pods[0].grace = 5s;
    begin();
    pods[0].kills.push_back({"main", SimClock::moment(10s), false});
    at(30s, Kind::exited, "main");
    EXPECT_THAT(broken(), ElementsAre(HasSubstr("still running 15s after the end of its grace period")));
}

}  // namespace
}  // namespace hooklet::sim

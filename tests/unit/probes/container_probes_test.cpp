// SPDX-License-Identifier: Apache-2.0
#include "probes/container_probes.hpp"

#include "unit/probes/probes_fixture.hpp"

#include <gmock/gmock.h>

namespace hooklet::sim {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::Gt;
using testing::IsEmpty;
using testing::Lt;
using testing::SizeIs;
using testing::UnorderedElementsAre;

class ContainerProbesTest : public ProbesTest {
  protected:
    void TearDown() override {
        stop();
        ProbesTest::TearDown();
    }

    /// Begins to probe the container that `start_app` has started.
    void begin(const ProbesMemory& memory = {}) {
        probes.emplace(
            ContainerProbes::Ports{world->loop.executor(), ports()}, target, started_at, recorder(),
            [this] { note_change(); }, memory);
        verdict = seen();
        probes->start();
    }
    void stop() {
        if (!probes) return;
        world->loop.run(probes->stop());
        probes.reset();
    }
    /// How long the container has been running.
    Duration age() { return world->loop.clock().now() - started_at; }
    void run_to(Duration container_age) { ASSERT_TRUE(world->loop.run_for(container_age - age())); }
    /// Runs until a probe has failed for good, and returns the container's age then.
    Duration until_failed(Duration limit = 1min) {
        EXPECT_EQ(world->loop.run_until([this] { return probes->failed().has_value(); }, limit),
                  RunEnd::reached);
        return age();
    }
    std::vector<Duration> ages_of(Kind kind) {
        std::vector<Duration> out;
        for (const Observation& o : world->history.of(kind)) out.push_back(o.at - started_at);
        return out;
    }

    struct Verdict {
        bool started = false;
        bool ready = false;
        bool failed = false;
        bool operator==(const Verdict&) const = default;
    };
    struct Change : Verdict {
        Duration at{};
    };
    Verdict seen() { return {probes->started(), probes->ready(), probes->failed().has_value()}; }
    /// A count of failures or successes that changes is none.
    void note_change() {
        if (seen() == verdict) return;
        verdict = seen();
        changes.push_back({verdict, age()});
    }

    Verdict verdict;
    std::optional<ContainerProbes> probes;
    std::vector<Change> changes;
};

TEST_F(ContainerProbesTest, WithoutProbesItIsStartedAndReady) {
    start_app();
    begin();
    EXPECT_TRUE(probes->started());
    EXPECT_TRUE(probes->ready());
    EXPECT_EQ(probes->failed(), std::nullopt);
    EXPECT_TRUE(world->loop.run_until_idle());
    EXPECT_THAT(changes, IsEmpty());
}

TEST_F(ContainerProbesTest, P1_ThreeLivenessFailuresFail) {
    start_app();
    target.container.livenessProbe = exec({"sim", "until=10s", "then", "exit=1", "stderr=down"});
    begin();
    EXPECT_EQ(probes->failed(), std::nullopt);
    EXPECT_THAT(until_failed(), AllOf(Gt(30s), Lt(30500ms)));
    EXPECT_EQ(probes->failed(), ProbeType::liveness);
    EXPECT_THAT(messages(), AllOf(SizeIs(3), Each("Liveness probe failed: down")));
    EXPECT_EQ(events.at(0).reason, "Unhealthy");
    EXPECT_TRUE(events.at(0).warning);
    EXPECT_EQ(events.at(0).container, "c");
    EXPECT_THAT(changes, SizeIs(1));
    run_to(2min);
    EXPECT_EQ(world->history.count(Kind::exec_begin), 4U) << "nothing is probed any more";
}

TEST_F(ContainerProbesTest, P2_TheFirstFailureMayBeEnough) {
    start_app();
    target.container.livenessProbe = http(80);
    target.container.livenessProbe->initialDelaySeconds = 10;
    target.container.livenessProbe->failureThreshold = 1;
    begin();
    EXPECT_THAT(until_failed(), AllOf(Gt(10s), Lt(10500ms)));
}

TEST_F(ContainerProbesTest, P4_WhileStartingNothingElseIsProbed) {
    start_app({"sim", "listen=80"});
    target.container.startupProbe = exec({"false"});
    target.container.startupProbe->periodSeconds = 1;
    target.container.startupProbe->failureThreshold = 5;
    target.container.livenessProbe = http(80);
    target.container.readinessProbe = http(80);
    begin();
    EXPECT_FALSE(probes->started());
    EXPECT_THAT(until_failed(), AllOf(Gt(4s), Lt(4500ms)));
    EXPECT_EQ(probes->failed(), ProbeType::startup);
    run_to(1min);
    EXPECT_FALSE(probes->started());
    EXPECT_FALSE(probes->ready());
    EXPECT_THAT(messages(), AllOf(SizeIs(5), Each("Startup probe failed: ")));
    EXPECT_THAT(world->network.requests(), IsEmpty());
}

TEST_F(ContainerProbesTest, P5_ReadinessIsProbedAsSoonAsTheContainerIsStarted) {
    start_app({"sim", "listen=80"});
    target.container.startupProbe = exec({"sim", "exit=1", "until=32s", "then"});
    target.container.startupProbe->periodSeconds = 5;
    target.container.startupProbe->failureThreshold = 60;
    target.container.readinessProbe = http(80);
    target.container.readinessProbe->periodSeconds = 30;
    begin();
    run_to(34s);
    EXPECT_FALSE(probes->started());
    run_to(36s);
    EXPECT_TRUE(probes->started());
    EXPECT_TRUE(probes->ready());
    ASSERT_THAT(changes, SizeIs(2));
    EXPECT_TRUE(changes.at(0).started && !changes.at(0).ready);
    EXPECT_LT(changes.at(1).at - changes.at(0).at, 100ms);
    run_to(70s);
    EXPECT_THAT(world->network.requests(), SizeIs(2));
}

TEST_F(ContainerProbesTest, P6_ReadinessWaitsForItsDelay) {
    start_app({"sim", "listen=80"});
    target.container.readinessProbe = http(80);
    target.container.readinessProbe->initialDelaySeconds = 15;
    begin();
    run_to(14900ms);
    EXPECT_FALSE(probes->ready());
    run_to(15500ms);
    EXPECT_TRUE(probes->ready());
    EXPECT_GE(changes.at(0).at, 15s);
    EXPECT_EQ(probes->failed(), std::nullopt);
}

TEST_F(ContainerProbesTest, P7_ReadinessAloneNeverFailsTheContainer) {
    start_app();
    target.container.readinessProbe = exec({"false"});
    begin();
    run_to(65s);
    EXPECT_FALSE(probes->ready());
    EXPECT_TRUE(probes->started());
    EXPECT_EQ(probes->failed(), std::nullopt);
    EXPECT_THAT(changes, IsEmpty());
    EXPECT_THAT(messages(), AllOf(SizeIs(7), Each("Readiness probe failed: ")));
}

TEST_F(ContainerProbesTest, P8_ACommandOverItsTimeIsAFailure) {
    start_app();
    target.container.livenessProbe = exec({"sleep", "10"});
    begin();
    EXPECT_THAT(until_failed(), AllOf(Gt(21s), Lt(21500ms)));
    EXPECT_THAT(messages(),
                Each("Liveness probe failed: command timed out: \"sleep 10\" timed out after 1s"));
}

TEST_F(ContainerProbesTest, P9_AWarningIsASuccessWithAnEvent) {
    start_app({"sim", "listen=80"});
    world->network.serve(target.host, 80, ServerBehavior::redirect(302, "http://other.example/"));
    target.container.livenessProbe = http(80);
    target.container.readinessProbe = http(80);
    begin();
    run_to(1s);
    EXPECT_TRUE(probes->ready());
    EXPECT_EQ(probes->failed(), std::nullopt);
    EXPECT_THAT(messages(),
                UnorderedElementsAre("Liveness probe warning: Probe terminated redirects, Response body: ",
                                     "Readiness probe warning: Probe terminated redirects, Response body: "));
    EXPECT_EQ(events.at(0).reason, "ProbeWarning");
}

TEST_F(ContainerProbesTest, P11_AGrpcServerThatIsNotServingIsUnhealthy) {
    start_app({"sim", "listen=5000:serving", "listen=5000:not-serving@5s"});
    target.container.livenessProbe = grpc(5000);
    target.container.livenessProbe->failureThreshold = 1;
    begin();
    EXPECT_THAT(until_failed(), AllOf(Gt(10s), Lt(10500ms)));
    EXPECT_THAT(messages(),
                ElementsAre("Liveness probe failed: service unhealthy (responded with \"NOT_SERVING\")"));
}

TEST_F(ContainerProbesTest, P12_AClosedPortIsUnhealthy) {
    start_app({"sim", "listen=80", "listen=80:closed@5s"});
    target.container.livenessProbe = tcp(80);
    target.container.livenessProbe->failureThreshold = 1;
    begin();
    until_failed();
    EXPECT_THAT(messages(), ElementsAre("Liveness probe failed: dial tcp " + target.host +
                                        ":80: connect: connection refused"));
}

TEST_F(ContainerProbesTest, P13_ANewInstanceCountsFromNothing) {
    target.container.livenessProbe = exec({"sim", "until=15s", "exit=1", "then"});
    for (const char* instance : {"first", "second"}) {
        start_app({"sim", "run=25500ms", "exit=1"});
        begin();
        run_to(25s);
        EXPECT_EQ(probes->failed(), std::nullopt) << instance;
        EXPECT_THAT(messages(), SizeIs(instance == std::string("first") ? 2 : 4));
        stop();
        run_to(26s);
    }
}

TEST_F(ContainerProbesTest, ReadinessComesAndGoes) {
    start_app({"sim", "listen=80:503", "listen=80:200@15s", "listen=80:503@35s"});
    target.container.readinessProbe = http(80);
    target.container.readinessProbe->failureThreshold = 1;
    begin();
    run_to(60s);
    ASSERT_THAT(changes, SizeIs(2));
    EXPECT_TRUE(changes.at(0).ready);
    EXPECT_FALSE(changes.at(1).ready);
    EXPECT_EQ(events.at(0).message, "Readiness probe failed: HTTP probe failed with statuscode: 503");
}

TEST_F(ContainerProbesTest, AttemptsKeepToTheContainersStart) {
    start_app();
    run_to(3s);
    target.container.livenessProbe = exec({"true"});
    target.container.livenessProbe->initialDelaySeconds = 5;
    begin();
    run_to(40s);
    const auto ages = ages_of(Kind::exec_begin);
    ASSERT_THAT(ages, SizeIs(4));
    for (std::size_t i = 0; i < ages.size(); ++i) {
        EXPECT_THAT(ages[i] - (5s + i * 10s), Lt(10ms)) << "an attempt's length must not add up";
    }
}

TEST_F(ContainerProbesTest, ErrorsOfTheProberSayNothing) {
    start_app();
    target.container.livenessProbe = exec({"badcommand"});
    target.container.livenessProbe->failureThreshold = 1;
    begin();
    run_to(25s);
    EXPECT_EQ(probes->failed(), std::nullopt);
    EXPECT_EQ(world->history.count(Kind::exec_refused), 9U);
    EXPECT_THAT(messages(),
                AllOf(SizeIs(3),
                      Each(testing::StartsWith("Liveness probe errored and resulted in unknown state: "))));
}

TEST_F(ContainerProbesTest, WhileThePodIsStoppedOnlyReadinessGoesOn) {
    start_app({"sim", "listen=80"});
    target.container.livenessProbe = exec({"sleep", "infinity"});
    target.container.readinessProbe = http(80);
    begin();
    run_to(500ms);
    probes->stop_liveness_and_startup();
    run_to(45s);
    EXPECT_EQ(world->history.count(Kind::exec_begin), 1U);
    EXPECT_EQ(world->history.count(Kind::exec_detached), 1U) << "the command is ended";
    EXPECT_THAT(world->network.requests(), SizeIs(5));
    EXPECT_THAT(messages(), IsEmpty());
    EXPECT_EQ(probes->failed(), std::nullopt);
}

TEST_F(ContainerProbesTest, StoppedBeforeItIsStartedItNeverWillBe) {
    start_app({"sim", "listen=80"});
    target.container.startupProbe = exec({"sim", "takes=500ms"});
    target.container.readinessProbe = http(80);
    begin();
    run_to(200ms);
    probes->stop_liveness_and_startup();
    run_to(30s);
    EXPECT_FALSE(probes->started());
    EXPECT_THAT(world->network.requests(), IsEmpty());
}

TEST_F(ContainerProbesTest, StoppingEndsEverythingAndTellsNobody) {
    start_app({"sim", "listen=80:hang"});
    target.container.livenessProbe = exec({"sleep", "infinity"});
    target.container.livenessProbe->timeoutSeconds = 60;
    target.container.readinessProbe = http(80);
    target.container.readinessProbe->timeoutSeconds = 60;
    begin();
    run_to(500ms);
    world->loop.run(probes->stop(), 100ms);
    EXPECT_EQ(world->history.count(Kind::exec_detached), 1U);
    probes.reset();
    EXPECT_TRUE(world->loop.run_until_idle());
    EXPECT_THAT(messages(), IsEmpty());
    EXPECT_THAT(changes, IsEmpty());
}

TEST_F(ContainerProbesTest, AContainerThatEndsIsNotUnhealthy) {
    start_app({"sim", "run=2500ms", "listen=80"});
    target.container.livenessProbe = exec({"sleep", "infinity"});
    target.container.livenessProbe->timeoutSeconds = 60;
    target.container.readinessProbe = tcp(80);
    target.container.readinessProbe->periodSeconds = 1;
    begin();
    // Its owner hears of the end a little later.
    run_to(2600ms);
    stop();
    EXPECT_THAT(messages(), IsEmpty());
}

TEST_F(ContainerProbesTest, AHungProbeCostsOneTimer) {
    start_app({"sim", "listen=80:hang"});
    target.container.readinessProbe = http(80);
    target.container.readinessProbe->timeoutSeconds = 25;
    begin();
    run_to(24s);
    EXPECT_THAT(world->network.requests(), SizeIs(1));
    run_to(29s);
    EXPECT_THAT(world->network.requests(), SizeIs(1)) << "those of 10 s and 20 s are left out";
    run_to(31s);
    EXPECT_THAT(world->network.requests(), SizeIs(2));
}

TEST_F(ContainerProbesTest, AnotherAgentGoesOnWhereThisOneWas) {
    start_app({"sim", "listen=80"});
    target.container.startupProbe = exec({"true"});
    target.container.livenessProbe = exec({"sim", "exit=1"});
    target.container.livenessProbe->failureThreshold = 4;
    target.container.readinessProbe = http(80);
    begin();
    run_to(15s);
    const ProbesMemory memory = probes->memory();
    stop();
    changes.clear();
    run_to(17s);
    begin(memory);
    EXPECT_TRUE(probes->started());
    EXPECT_TRUE(probes->ready());
    EXPECT_THAT(until_failed(), AllOf(Gt(30s), Lt(30500ms)));
    EXPECT_THAT(changes, SizeIs(1));
    EXPECT_THAT(messages(), SizeIs(4));
}

TEST_F(ContainerProbesTest, AnotherAgentFindsWhatHasFailed) {
    start_app();
    target.container.startupProbe = exec({"false"});
    target.container.startupProbe->failureThreshold = 1;
    begin();
    until_failed();
    const ProbesMemory memory = probes->memory();
    stop();
    begin(memory);
    EXPECT_EQ(probes->failed(), ProbeType::startup);
    EXPECT_FALSE(probes->started());
}

}  // namespace
}  // namespace hooklet::sim

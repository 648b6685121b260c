// SPDX-License-Identifier: Apache-2.0
#include "node/thresholds.hpp"

#include "node/pressure.hpp"
#include "unit/pods_config/pod_of.hpp"

#include <gmock/gmock.h>

namespace hooklet {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::Eq;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::int64_t mebi = 1 << 20;

Observations memory_left(std::int64_t available) {
    return {{EvictionSignal::memory_available, {available, 1000 * mebi}}};
}

TEST(Thresholds, DefaultsAreTheKubelets) {
    const auto thresholds = parse_thresholds({});
    ASSERT_TRUE(thresholds) << thresholds.error().text();
    ASSERT_THAT(*thresholds, SizeIs(5));
    std::map<std::string, std::int64_t> limits;
    for (const Threshold& t : *thresholds) limits[std::string(name(t.signal))] = t.value.of(1000 * mebi);
    EXPECT_EQ(limits.at("memory.available"), 100 * mebi);
    EXPECT_EQ(limits.at("nodefs.available"), 100 * mebi);
    EXPECT_EQ(limits.at("nodefs.inodesFree"), 50 * mebi);
    EXPECT_EQ(limits.at("imagefs.available"), 150 * mebi);
}

TEST(Thresholds, AreReadWithGraceAndReclaim) {
    const auto thresholds = parse_thresholds({.hard = {{"pid.available", "0%"}, {"nodefs.available", "100%"}},
                                              .soft = {{"memory.available", "1.5Gi"}},
                                              .soft_grace = {{"memory.available", "1m30s"}},
                                              .min_reclaim = {{"memory.available", "10%"}}});
    ASSERT_TRUE(thresholds) << thresholds.error().text();
    ASSERT_THAT(*thresholds, SizeIs(1)) << "0% and 100% switch a threshold off";
    EXPECT_EQ(thresholds->front().grace, 90s);
    EXPECT_EQ(thresholds->front().value.of(0), 1536 * mebi);
    EXPECT_EQ(thresholds->front().min_reclaim->of(1000), 100);
}

TEST(Thresholds, SayWhatIsWrong) {
    struct Row {
        ThresholdSettings settings;
        const char* error;
    };
    for (const Row& row : {
             Row{{.hard = {{"disk.available", "1Gi"}}}, "unsupported eviction signal disk.available"},
             Row{{.hard = {{"memory.available", "-1%"}}},
                 "eviction percentage threshold memory.available must be >= 0%: -1%"},
             Row{{.hard = {{"memory.available", "101%"}}},
                 "eviction percentage threshold memory.available must be <= 100%: 101%"},
             Row{{.hard = {{"memory.available", "0"}}},
                 "eviction threshold memory.available must be positive: 0"},
             Row{{.hard = {}, .soft = {{"memory.available", "1Gi"}}},
                 "grace period must be specified for the soft eviction threshold memory.available"},
             Row{{.hard = {},
                  .soft = {{"memory.available", "1Gi"}},
                  .soft_grace = {{"memory.available", "-1s"}}},
                 "invalid eviction grace period specified: -1s, must be a positive value"},
         }) {
        const auto parsed = parse_thresholds(row.settings);
        ASSERT_FALSE(parsed) << row.error;
        EXPECT_EQ(parsed.error().text(), row.error);
    }
}

Pressure pressure_of(const ThresholdSettings& settings) {
    return {parse_thresholds(settings).value(), 5min};
}

TEST(Pressure, ActsAtOnceOnAHardThreshold) {
    Pressure pressure = pressure_of({.hard = {{"memory.available", "100Mi"}}});
    EXPECT_THAT(pressure.observe(memory_left(100 * mebi), MonotonicTime{1h}), IsEmpty());
    EXPECT_THAT(pressure.conditions(), IsEmpty());
    EXPECT_THAT(pressure.observe(memory_left(99 * mebi), MonotonicTime{1h + 10s}), SizeIs(1));
    EXPECT_THAT(pressure.conditions(), ElementsAre("MemoryPressure"));
}

TEST(Pressure, KeepsTheConditionForTheTransitionPeriod) {
    Pressure pressure = pressure_of({.hard = {{"memory.available", "100Mi"}}});
    (void)pressure.observe(memory_left(mebi), MonotonicTime{1h});
    EXPECT_THAT(pressure.observe(memory_left(500 * mebi), MonotonicTime{1h + 4min + 59s}), IsEmpty());
    EXPECT_THAT(pressure.conditions(), ElementsAre("MemoryPressure"));
    (void)pressure.observe(memory_left(500 * mebi), MonotonicTime{1h + 5min});
    EXPECT_THAT(pressure.conditions(), IsEmpty());
}

TEST(Pressure, WaitsForTheGraceOfASoftThreshold) {
    Pressure pressure = pressure_of(
        {.hard = {}, .soft = {{"memory.available", "200Mi"}}, .soft_grace = {{"memory.available", "30s"}}});
    EXPECT_THAT(pressure.observe(memory_left(mebi), MonotonicTime{1h}), IsEmpty());
    EXPECT_THAT(pressure.conditions(), ElementsAre("MemoryPressure")) << "the condition does not wait";
    EXPECT_THAT(pressure.observe(memory_left(300 * mebi), MonotonicTime{1h + 20s}), IsEmpty());
    EXPECT_THAT(pressure.observe(memory_left(mebi), MonotonicTime{1h + 40s}), IsEmpty()) << "it begins anew";
    EXPECT_THAT(pressure.observe(memory_left(mebi), MonotonicTime{1h + 69s}), IsEmpty());
    EXPECT_THAT(pressure.observe(memory_left(mebi), MonotonicTime{1h + 70s}), SizeIs(1));
}

TEST(Pressure, GoesOnUntilTheMinimumIsReclaimed) {
    Pressure pressure =
        pressure_of({.hard = {{"memory.available", "100Mi"}}, .min_reclaim = {{"memory.available", "50Mi"}}});
    EXPECT_THAT(pressure.observe(memory_left(120 * mebi), MonotonicTime{1h}), IsEmpty());
    EXPECT_THAT(pressure.observe(memory_left(90 * mebi), MonotonicTime{1h + 10s}), SizeIs(1));
    EXPECT_THAT(pressure.observe(memory_left(120 * mebi), MonotonicTime{1h + 20s}), SizeIs(1));
    EXPECT_FALSE(pressure.is_relieved(memory_left(120 * mebi)));
    EXPECT_TRUE(pressure.is_relieved(memory_left(150 * mebi)));
    EXPECT_THAT(pressure.observe(memory_left(150 * mebi), MonotonicTime{1h + 30s}), IsEmpty());
}

TEST(Pressure, MemoryComesFirst) {
    Pressure pressure = pressure_of({});
    const Observations seen{{EvictionSignal::nodefs_available, {1, 1000}},
                            {EvictionSignal::imagefs_available, {1, 1000}},
                            {EvictionSignal::memory_available, {1, 1000 * mebi}}};
    const auto met = pressure.observe(seen, MonotonicTime{1h});
    ASSERT_THAT(met, SizeIs(3));
    EXPECT_EQ(met.front().signal, EvictionSignal::memory_available);
    EXPECT_THAT(pressure.conditions(), ElementsAre("DiskPressure", "MemoryPressure"));
}

TEST(Pressure, RejectsPodsByClass) {
    const api::Pod best_effort = test::pod_with("");
    const api::Pod burstable = test::pod_with(R"("resources": {"requests": {"cpu": "1"}})");
    api::Pod critical = best_effort;
    critical.spec.priority = 2'000'000'000;
    const api::Pod tolerant = test::pod_of(R"({"containers": [{"name": "a"}], "tolerations": [
        {"key": "node.kubernetes.io/memory-pressure", "operator": "Exists", "effect": "NoSchedule"}]})");
    const std::set<std::string> memory{"MemoryPressure"};
    const std::set<std::string> both{"DiskPressure", "MemoryPressure"};
    EXPECT_THAT(pressure_rejection(best_effort, {}), Eq(std::nullopt));
    EXPECT_THAT(pressure_rejection(best_effort, memory), Eq("The node had condition: [MemoryPressure]. "));
    EXPECT_THAT(pressure_rejection(burstable, memory), Eq(std::nullopt));
    EXPECT_THAT(pressure_rejection(tolerant, memory), Eq(std::nullopt));
    EXPECT_THAT(pressure_rejection(burstable, both),
                Eq("The node had condition: [DiskPressure MemoryPressure]. "));
    EXPECT_THAT(pressure_rejection(critical, both), Eq(std::nullopt));
}

}  // namespace
}  // namespace hooklet

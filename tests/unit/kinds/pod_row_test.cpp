// SPDX-License-Identifier: Apache-2.0
#include "kinds/pod_row.hpp"

#include "api/json.hpp"
#include "support/from_json.hpp"

#include <chrono>

#include <gtest/gtest.h>

namespace hooklet::kinds {
namespace {

const WallTime now = *parse_rfc3339("2026-01-02T03:10:00Z");

/// READY STATUS RESTARTS of a Pod with one container unless the spec says otherwise.
std::string summary(std::string_view pod) {
    const Row row = pod_row(support::from_json<api::Pod>(pod), now);
    std::string text;
    for (std::size_t i = 1; i < 4; ++i) text += (i > 1 ? " " : "") + *row.cells[i].as_string();
    return text;
}

/// The same, from the status alone.
std::string of_status(std::string_view status) {
    return summary(R"({"spec":{"containers":[{"name":"a"},{"name":"b"}]},"status":)" + std::string(status) +
                   "}");
}

/// Of a Pod with an init container, a sidecar and an ordinary container.
std::string of_init(std::string_view status) {
    return summary(R"({"spec":{"initContainers":[{"name":"i"},{"name":"s","restartPolicy":"Always"}],
                        "containers":[{"name":"a"}]},"status":)" +
                   std::string(status) + "}");
}

TEST(PodRow, HasAllCells) {
    const auto pod = support::from_json<api::Pod>(R"({
      "metadata": {"name": "web", "creationTimestamp": "2026-01-02T03:04:57Z"},
      "spec": {"nodeName": "n1", "containers": [{"name": "a"}],
               "readinessGates": [{"conditionType": "x/a"}, {"conditionType": "x/b"}]},
      "status": {"phase": "Running", "podIPs": [{"ip": "10.0.0.7"}], "nominatedNodeName": "n2",
                 "conditions": [{"type": "x/b", "status": "True"}],
                 "containerStatuses": [{"name": "a", "ready": true, "state": {"running": {}}}]}})");
    const Row row = pod_row(pod, now);
    EXPECT_EQ(api::write_json(api::Node(row.cells)),
              R"(["web","1/1","Running","0","5m3s","10.0.0.7","n1","n2","1/2"])");
    EXPECT_TRUE(row.conditions.empty());
    EXPECT_EQ(pod_columns().size(), row.cells.size());
    EXPECT_EQ(api::write_json(api::Node(pod_row({}, now).cells)),
              R"(["","0/0","","0","<unknown>","<none>","<none>","<none>","<none>"])");
}

TEST(PodRow, TakesTheReasonOfThePod) {
    EXPECT_EQ(of_status(R"({"phase":"Pending"})"), "0/2 Pending 0");
    EXPECT_EQ(of_status(R"({"phase":"Failed","reason":"Evicted"})"), "0/2 Evicted 0");
    EXPECT_EQ(of_status(R"({"phase":"Pending","conditions":[
        {"type":"PodScheduled","status":"False","reason":"SchedulingGated"}]})"),
              "0/2 SchedulingGated 0");
}

TEST(PodRow, TakesTheFirstContainersReason) {
    EXPECT_EQ(of_status(R"({"phase":"Running","containerStatuses":[
        {"name":"a","state":{"waiting":{"reason":"CrashLoopBackOff"}},"restartCount":3,
         "lastState":{"terminated":{"finishedAt":"2026-01-02T03:04:57Z"}}},
        {"name":"b","state":{"waiting":{"reason":"ImagePullBackOff"}},"restartCount":2,
         "lastState":{"terminated":{"finishedAt":"2026-01-02T03:00:00Z"}}}]})"),
              "0/2 CrashLoopBackOff 5 (5m3s ago)");
    EXPECT_EQ(of_status(R"({"phase":"Running","containerStatuses":[
        {"name":"a","state":{"terminated":{"exitCode":3}},"restartCount":1},
        {"name":"b","state":{"running":{}},"ready":true}]})"),
              "1/2 ExitCode:3 1")
        << "no date is known";
    EXPECT_EQ(of_status(R"({"phase":"Running","containerStatuses":[
        {"name":"a","state":{"terminated":{"signal":9,"exitCode":137}}}]})"),
              "0/2 Signal:9 0");
    EXPECT_EQ(of_status(R"({"phase":"Running","containerStatuses":[
        {"name":"a","state":{"running":{}}},{"name":"b","state":{"waiting":{}}}]})"),
              "0/2 Running 0")
        << "a container that is not ready changes nothing";
}

TEST(PodRow, ACompletedContainerBesideARunningOne) {
    const std::string containers = R"("containerStatuses":[
        {"name":"a","state":{"terminated":{"exitCode":0,"reason":"Completed"}}},
        {"name":"b","state":{"running":{}},"ready":true}]})";
    EXPECT_EQ(of_status(R"({"phase":"Running",)" + containers), "1/2 NotReady 0");
    EXPECT_EQ(
        of_status(R"({"phase":"Running","conditions":[{"type":"Ready","status":"True"}],)" + containers),
        "1/2 Running 0");
}

TEST(PodRow, InitContainersHoldItBack) {
    EXPECT_EQ(of_init(R"({"phase":"Pending","initContainerStatuses":[
        {"name":"i","state":{"running":{}},"restartCount":1},{"name":"s","state":{"waiting":{}}}]})"),
              "0/2 Init:0/2 1");
    EXPECT_EQ(of_init(R"({"phase":"Pending","initContainerStatuses":[
        {"name":"i","state":{"waiting":{"reason":"PodInitializing"}}}]})"),
              "0/2 Init:0/2 0");
    EXPECT_EQ(of_init(R"({"phase":"Pending","initContainerStatuses":[
        {"name":"i","state":{"waiting":{"reason":"ImagePullBackOff"}}}]})"),
              "0/2 Init:ImagePullBackOff 0");
    EXPECT_EQ(of_init(R"({"phase":"Pending","initContainerStatuses":[
        {"name":"i","state":{"terminated":{"exitCode":2,"reason":"Error"}}}]})"),
              "0/2 Init:Error 0");
    EXPECT_EQ(of_init(R"({"phase":"Pending","initContainerStatuses":[
        {"name":"i","state":{"terminated":{"exitCode":2}}}]})"),
              "0/2 Init:ExitCode:2 0");
    EXPECT_EQ(of_init(R"({"phase":"Pending","initContainerStatuses":[
        {"name":"i","state":{"terminated":{"signal":15,"exitCode":143}}}]})"),
              "0/2 Init:Signal:15 0");
    EXPECT_EQ(of_init(R"({"phase":"Pending","initContainerStatuses":[
        {"name":"i","state":{"terminated":{"exitCode":0}}},{"name":"s","state":{"running":{}}}]})"),
              "0/2 Init:1/2 0");
}

TEST(PodRow, SidecarsCount) {
    const std::string init = R"("initContainerStatuses":[
        {"name":"i","state":{"terminated":{"exitCode":0}},"restartCount":4},
        {"name":"s","state":{"running":{}},"started":true,"ready":true,"restartCount":2}],)";
    EXPECT_EQ(of_init(R"({"phase":"Running",)" + init + R"("containerStatuses":[
        {"name":"a","state":{"running":{}},"ready":true,"restartCount":1}]})"),
              "2/2 Running 3")
        << "restarts of plain init containers no longer count";
    EXPECT_EQ(of_init(R"({"phase":"Running","conditions":[{"type":"Initialized","status":"True"}],
        "initContainerStatuses":[{"name":"i","state":{"running":{}},"restartCount":5}],
        "containerStatuses":[{"name":"a","state":{"running":{}},"ready":true}]})"),
              "1/2 Init:0/2 0")
        << "an initialized Pod whose init container runs again";
}

TEST(PodRow, ADeletedPod) {
    const auto deleted = [](std::string_view status) {
        return summary(R"({"metadata":{"deletionTimestamp":"2026-01-02T03:04:05Z"},
                           "spec":{"containers":[{"name":"a"}]},"status":)" +
                       std::string(status) + "}");
    };
    EXPECT_EQ(deleted(R"({"phase":"Running"})"), "0/1 Terminating 0");
    EXPECT_EQ(deleted(R"({"phase":"Succeeded"})"), "0/1 Succeeded 0");
    EXPECT_EQ(deleted(R"({"phase":"Running","reason":"NodeLost"})"), "0/1 Unknown 0");
}

TEST(PodRow, APodThatIsOverSaysSo) {
    api::Pod pod;
    pod.status.phase = "Failed";
    ASSERT_EQ(pod_row(pod, now).conditions.size(), 1U);
    EXPECT_EQ(api::write_json(pod_row(pod, now).conditions[0]),
              R"({"type":"Completed","status":"True","reason":"Failed","message":"The pod failed."})");
    pod.status.phase = "Succeeded";
    EXPECT_EQ(
        api::write_json(pod_row(pod, now).conditions[0]),
        R"({"type":"Completed","status":"True","reason":"Succeeded","message":"The pod has completed successfully."})");
}

}  // namespace
}  // namespace hooklet::kinds

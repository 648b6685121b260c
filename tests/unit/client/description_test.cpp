// SPDX-License-Identifier: Apache-2.0
#include "client/description.hpp"

#include "unit/client/json.hpp"

#include <gtest/gtest.h>

namespace hooklet::client {
namespace {

const WallTime now = *parse_rfc3339("2026-11-21T17:10:00Z");

Subject pod() {
    Subject subject{
        .object = json(R"({"metadata":{"name":"demo","namespace":"default","labels":{"app":"demo"}},
        "spec":{"serviceAccountName":"default","nodeName":"box","containers":[{"name":"web","image":"nginx:1",
          "ports":[{"containerPort":80,"protocol":"TCP"}],"command":["sh","-c"],
          "resources":{"limits":{"cpu":"1"}},"readinessProbe":{"httpGet":{"port":80,"path":"/","scheme":"HTTP"}},
          "lifecycle":{"preStop":{"sleep":{"seconds":5}}},
          "env":[{"name":"A","value":"b"}],"volumeMounts":[{"name":"v","mountPath":"/d","readOnly":true}]}],
          "volumes":[{"name":"v","emptyDir":{}}],
          "tolerations":[{"key":"k","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}]},
        "status":{"phase":"Running","podIP":"10.0.0.2","podIPs":[{"ip":"10.0.0.2"}],"hostIP":"10.0.0.1","qosClass":"Burstable",
          "startTime":"2026-11-21T17:04:05Z","conditions":[{"type":"Ready","status":"True"}],
          "containerStatuses":[{"name":"web","ready":true,"restartCount":2,"imageID":"sha256:1","containerID":"containerd://c1",
            "state":{"running":{"startedAt":"2026-11-21T17:05:00Z"}},
            "lastState":{"terminated":{"exitCode":137,"reason":"Error","startedAt":"2026-11-21T17:04:10Z",
                         "finishedAt":"2026-11-21T17:04:59Z"}}}]}})"),
        .now = now};
    subject.events.emplace();
    subject.events->push_back(json(R"({"type":"Warning","reason":"BackOff","message":"again","count":3,
        "firstTimestamp":"2026-11-21T17:05:00Z","lastTimestamp":"2026-11-21T17:09:30Z","source":{"component":"kubelet"}})"));
    subject.events->push_back(json(R"({"type":"Normal","reason":"Scheduled","message":"to box",
        "eventTime":"2026-11-21T17:04:05.000001Z","reportingComponent":"default-scheduler"})"));
    return subject;
}

TEST(Describe, APodAsKubectlDoes) {
    EXPECT_EQ(describe_pod(pod()), R"(Name:             demo
Namespace:        default
Priority:         0
Service Account:  default
Node:             box/10.0.0.1
Start Time:       Sat, 21 Nov 2026 17:04:05 +0000
Labels:           app=demo
Annotations:      <none>
Status:           Running
IP:               10.0.0.2
IPs:
  IP:  10.0.0.2
Containers:
  web:
    Container ID:  containerd://c1
    Image:         nginx:1
    Image ID:      sha256:1
    Port:          80/TCP
    Host Port:     0/TCP
    Command:
      sh
      -c
    State:          Running
      Started:      Sat, 21 Nov 2026 17:05:00 +0000
    Last State:     Terminated
      Reason:       Error
      Exit Code:    137
      Started:      Sat, 21 Nov 2026 17:04:10 +0000
      Finished:     Sat, 21 Nov 2026 17:04:59 +0000
    Ready:          True
    Restart Count:  2
    Limits:
      cpu:      1
    Readiness:  http-get http://:80/ delay=0s timeout=1s period=10s #success=1 #failure=3
    PreStop:    sleep 5s
    Environment:
      A:  b
    Mounts:
      /d from v (ro)
Conditions:
  Type   Status
  Ready  True
Volumes:
  v:
    Type:        EmptyDir (a temporary directory that shares a pod's lifetime)
    Medium:      
    SizeLimit:   <unset>
QoS Class:       Burstable
Node-Selectors:  <none>
Tolerations:     k:NoExecute op=Exists for 300s
Hooks:           <none>
Events:
  Type     Reason     Age               From               Message
  ----     ------     ----              ----               -------
  Normal   Scheduled  5m54s             default-scheduler  to box
  Warning  BackOff    30s (x3 over 5m)  kubelet            again
)");
}

TEST(Describe, HooksWithTheOutputOfThoseThatFailed) {
    Subject subject = pod();
    subject.events->clear();
    subject.hook_runs.push_back(
        json(R"({"spec":{"container":"web","hook":"postStart","handler":"exec","attempt":1,
        "command":"sh -c false"},"status":{"outcome":"Failed","duration":"1.2s","startedAt":"2026-11-21T17:09:00Z",
        "exitCode":1,"cause":"exit code 1","stderr":"a\nb\nc\nd\ne\nf\n"}})"));
    subject.hook_runs.push_back(
        json(R"({"spec":{"container":"web","hook":"preStop","handler":"httpGet","attempt":1,
        "timeout":"30s"},"status":{"outcome":"Running","startedAt":"2026-11-21T17:09:50Z"}})"));
    const std::string text = describe_pod(subject);
    EXPECT_EQ(text.substr(text.find("Hooks:")), R"(Hooks:
  Container  Hook       Handler  Attempt  Outcome  Duration    Age  Result
  ---------  ----       -------  -------  -------  --------    ---  ------
  web        postStart  exec     1        Failed   1.2s        60s  exit code 1
  web        preStop    httpGet  1        Running  10s of 30s  10s  
  postStart of web, Failed: sh -c false
    | ... (1 lines before)
    | b
    | c
    | d
    | e
    | f
Events:  <none>
)");
}

TEST(Describe, WhatHoldsAnObjectThatIsBeingDeleted) {
    Subject subject = pod();
    api::Node& metadata = *subject.object.find("metadata");
    metadata.set("deletionTimestamp", api::Node("2026-11-21T17:08:00Z"));
    metadata.set("deletionGracePeriodSeconds", api::Node(30));
    metadata.set("finalizers", json(R"(["example.com/hold","b/c"])"));
    const std::string text = describe_pod(subject);
    EXPECT_NE(text.find("Status:                    Terminating (lasts 2m)\n"
                        "Termination Grace Period:  30s\n"
                        "Held By:                   finalizers example.com/hold, b/c\n"),
              std::string::npos)
        << text;
}

TEST(Describe, WhatHoldsANamespace) {
    const Subject subject{
        .object = json(R"({"kind":"Namespace","apiVersion":"v1","spec":{"finalizers":["kubernetes"]},
        "metadata":{"name":"n","deletionTimestamp":"2026-11-21T17:08:00Z"},
        "status":{"phase":"Terminating","conditions":[
          {"type":"NamespaceContentRemaining","status":"True","message":"Some resources are remaining: pods. has 1 resource instances"},
          {"type":"NamespaceFinalizersRemaining","status":"False","message":"none"}]}})"),
        .now = now};
    const std::string text = describe_object(subject);
    EXPECT_NE(text.find("Held By:      finalizer kubernetes\n"
                        "              (deletion asked for 2m ago; the object goes when this list is empty)\n"
                        "              Some resources are remaining: pods. has 1 resource instances\n"),
              std::string::npos)
        << text;
}

TEST(Describe, EventsOnlyWhenSomebodyHasAskedForThem) {
    Subject subject = pod();
    subject.events->clear();
    EXPECT_TRUE(describe_pod(subject).ends_with("\nHooks:           <none>\nEvents:          <none>\n"));
    subject.events.reset();
    EXPECT_TRUE(describe_pod(subject).ends_with("\nHooks:           <none>\n"));
    const std::string other = R"({"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"c"}})";
    EXPECT_EQ(describe_object({.object = json(other), .now = now}).find("Events"), std::string::npos);
}

TEST(Describe, EnvironmentWithTheValuesThatKubectlKnows) {
    struct Case {
        std::string source;
        std::string shown;
    };
    const std::vector<Case> cases{
        {R"("fieldRef":{"apiVersion":"v1","fieldPath":"metadata.name"})", "demo (v1:metadata.name)"},
        {R"("fieldRef":{"apiVersion":"v1","fieldPath":"metadata.namespace"})",
         "default (v1:metadata.namespace)"},
        {R"("fieldRef":{"apiVersion":"v1","fieldPath":"status.podIP"})", " (v1:status.podIP)"},
        {R"("fieldRef":{"apiVersion":"v1","fieldPath":"metadata.labels['app']"})",
         " (v1:metadata.labels['app'])"},
        {R"("resourceFieldRef":{"resource":"limits.cpu","divisor":"0"})", "2 (limits.cpu)"},
        {R"("resourceFieldRef":{"resource":"limits.cpu","divisor":"1m"})", "1500 (limits.cpu)"},
        {R"("resourceFieldRef":{"resource":"limits.memory"})", "node allocatable (limits.memory)"},
        {R"("resourceFieldRef":{"resource":"requests.memory","divisor":"1Mi"})", "10 (requests.memory)"},
        {R"("resourceFieldRef":{"resource":"requests.cpu"})", "0 (requests.cpu)"},
        {R"("resourceFieldRef":{"resource":"limits.ephemeral-storage"})", "0 (limits.ephemeral-storage)"},
        {R"("resourceFieldRef":{"resource":"limits.hugepages-2Mi"})", " (limits.hugepages-2Mi)"},
    };
    for (const Case& one : cases) {
        const Subject subject{
            .object =
                json(R"({"metadata":{"name":"demo","namespace":"default"},"spec":{"containers":[{"name":"c",)"
                     R"("resources":{"limits":{"cpu":"1500m"},"requests":{"memory":"10Mi"}},)"
                     R"("env":[{"name":"V","valueFrom":{)" +
                     one.source + "}}]}]}}"),
            .now = now};
        const std::string text = describe_pod(subject);
        EXPECT_NE(text.find("\n      V:         " + one.shown + "\n"), std::string::npos)
            << one.source << text;
    }
}

}  // namespace
}  // namespace hooklet::client

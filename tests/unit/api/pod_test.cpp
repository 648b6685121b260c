// SPDX-License-Identifier: Apache-2.0
// Good Pods: defaults, QoS, and manifests that load.

#include "adapters/yaml/yaml.hpp"
#include "api/codec.hpp"
#include "api/defaults.hpp"
#include "api/json.hpp"
#include "api/manifest.hpp"
#include "api/qos.hpp"
#include "api/signal_name.hpp"
#include "api/supported.hpp"
#include "api/validation.hpp"

#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace hooklet::api {
namespace {

PodSpec defaulted(std::string_view yaml) {
    Issues issues;
    Pod pod;
    pod.spec = decode<PodSpec>(yaml::parse_documents(yaml)->at(0), issues);
    for (const Issue& issue : issues) ADD_FAILURE() << to_string(issue);
    set_defaults(pod);
    Pod again = pod;
    set_defaults(again);
    EXPECT_EQ(again, pod) << "defaults are not idempotent";
    return pod.spec;
}

std::string defaulted_json(std::string_view yaml) {
    return write_json(encode(defaulted(yaml)));
}

TEST(Defaults, OfAnEmptySpec) {
    EXPECT_EQ(defaulted_json("containers: []"),
              R"({"containers":[],"restartPolicy":"Always","terminationGracePeriodSeconds":30,)"
              R"("dnsPolicy":"ClusterFirst","securityContext":{},"schedulerName":"default-scheduler",)"
              R"("enableServiceLinks":true})");
}

TEST(Defaults, OfAContainer) {
    const PodSpec spec = defaulted("containers: [{name: a, image: i, ports: [{containerPort: 80}]}]");
    EXPECT_EQ(write_json(encode(spec.containers[0])),
              R"({"name":"a","image":"i","ports":[{"containerPort":80,"protocol":"TCP"}],"resources":{},)"
              R"("terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File",)"
              R"("imagePullPolicy":"Always"})");
}

TEST(Defaults, KeepWhatIsGiven) {
    const PodSpec spec =
        defaulted("{terminationGracePeriodSeconds: 0, enableServiceLinks: false, restartPolicy: Never}");
    EXPECT_EQ(spec.terminationGracePeriodSeconds, 0);
    EXPECT_EQ(spec.enableServiceLinks, false);
    EXPECT_EQ(spec.restartPolicy, "Never");
}

TEST(Defaults, TurnNegativeGraceIntoOne) {
    EXPECT_EQ(defaulted("terminationGracePeriodSeconds: -7").terminationGracePeriodSeconds, 1);
}

TEST(Defaults, OfThePullPolicy) {
    const auto policy = [](const std::string& image) {
        return defaulted("containers: [{image: \"" + image + "\"}]").containers[0].imagePullPolicy;
    };
    EXPECT_EQ(policy("busybox"), "Always");
    EXPECT_EQ(policy("busybox:latest"), "Always");
    EXPECT_EQ(policy("localhost:5000/busybox"), "Always");
    EXPECT_EQ(policy("busybox:1.36"), "IfNotPresent");
    EXPECT_EQ(policy("localhost:5000/busybox:1"), "IfNotPresent");
    EXPECT_EQ(policy("busybox@sha256:abc"), "IfNotPresent");
    EXPECT_EQ(policy("busybox:latest@sha256:abc"), "Always");
    EXPECT_EQ(policy(""), "IfNotPresent");
    EXPECT_EQ(policy("a b"), "IfNotPresent");
}

TEST(Defaults, OfProbesAndHooks) {
    const PodSpec spec = defaulted(
        "containers: [{image: i, livenessProbe: {grpc: {port: 1}},"
        " lifecycle: {preStop: {httpGet: {port: 80}}, postStart: {exec: {command: [a]}}}}]");
    EXPECT_EQ(write_json(encode(*spec.containers[0].livenessProbe)),
              R"({"grpc":{"port":1,"service":""},"timeoutSeconds":1,"periodSeconds":10,"successThreshold":1,)"
              R"("failureThreshold":3})");
    EXPECT_EQ(
        write_json(encode(*spec.containers[0].lifecycle)),
        R"({"postStart":{"exec":{"command":["a"]}},"preStop":{"httpGet":{"path":"/","port":80,"scheme":"HTTP"}}})");
}

TEST(Defaults, OfEveryKindOfProbe) {
    const std::string all =
        R"("timeoutSeconds":1,"periodSeconds":10,"successThreshold":1,"failureThreshold":3})";
    const PodSpec spec = defaulted(
        "containers: [{image: i, livenessProbe: {httpGet: {port: web}}, startupProbe: {tcpSocket: {port: 1}},"
        " readinessProbe: {exec: {command: [a]}}}]");
    const Container& container = spec.containers[0];
    EXPECT_EQ(write_json(encode(*container.livenessProbe)),
              R"({"httpGet":{"path":"/","port":"web","scheme":"HTTP"},)" + all);
    EXPECT_EQ(write_json(encode(*container.startupProbe)), R"({"tcpSocket":{"port":1},)" + all);
    EXPECT_EQ(write_json(encode(*container.readinessProbe)), R"({"exec":{"command":["a"]},)" + all);
}

TEST(Defaults, OfProbesKeepWhatIsGiven) {
    const PodSpec spec = defaulted(
        "initContainers: [{image: i, restartPolicy: Always, readinessProbe: {exec: {command: [a]},"
        " initialDelaySeconds: 4, timeoutSeconds: 5, periodSeconds: 6, successThreshold: 7,"
        " failureThreshold: 8}}]");
    EXPECT_EQ(write_json(encode(*spec.initContainers[0].readinessProbe)),
              R"({"exec":{"command":["a"]},"initialDelaySeconds":4,"timeoutSeconds":5,"periodSeconds":6,)"
              R"("successThreshold":7,"failureThreshold":8})");
}

TEST(Defaults, OfVolumes) {
    const PodSpec spec = defaulted(
        "volumes: [{name: a}, {name: b, hostPath: {path: /x}}, {name: c, secret: {secretName: s}},"
        " {name: d, projected: {sources: [{serviceAccountToken: {path: t}},"
        " {downwardAPI: {items: [{path: p, fieldRef: {fieldPath: metadata.name}}]}}]}},"
        " {name: e, image: {reference: r}}]");
    EXPECT_TRUE(spec.volumes[0].emptyDir);
    EXPECT_EQ(spec.volumes[1].hostPath->type, "");
    EXPECT_EQ(spec.volumes[2].secret->defaultMode, 0644);
    EXPECT_EQ(spec.volumes[3].projected->sources[0].serviceAccountToken->expirationSeconds, 3600);
    EXPECT_EQ(spec.volumes[3].projected->sources[1].downwardAPI->items[0].fieldRef->apiVersion, "v1");
    EXPECT_EQ(spec.volumes[4].image->pullPolicy, "Always");
    EXPECT_FALSE(spec.volumes[4].emptyDir);
}

TEST(Defaults, OfHostPorts) {
    const PodSpec spec =
        defaulted("{hostNetwork: true, containers: [{image: i, ports: [{containerPort: 80}]}]}");
    EXPECT_EQ(spec.containers[0].ports[0].hostPort, 80);
}

TEST(Defaults, OfRequests) {
    const PodSpec spec = defaulted(
        "containers: [{image: i, resources: {limits: {cpu: 1, memory: 1.5Mi}, requests: {cpu: 0.0001}}}]");
    EXPECT_EQ(write_json(encode(spec.containers[0].resources)),
              R"({"limits":{"cpu":"1","memory":"1536Ki"},"requests":{"cpu":"1m","memory":"1536Ki"}})");
}

TEST(Defaults, OfAWholePodsRequests) {
    const auto requests_of = [](std::string_view containers) {
        const PodSpec spec = defaulted(fmt::format(
            "{{resources: {{limits: {{cpu: 1, memory: 200Mi, hugepages-2Mi: 2Mi}}}}, containers: [{}]}}",
            containers));
        return write_json(*encode(*spec.resources).find("requests"));
    };
    EXPECT_EQ(requests_of("{image: i, resources: {requests: {cpu: 100m, example.com/gpu: 1}}}, "
                          "{image: i, resources: {requests: {cpu: 50m}}}"),
              R"({"cpu":"150m","hugepages-2Mi":"2Mi","memory":"200Mi"})");
    EXPECT_EQ(requests_of("{image: i}"), R"({"cpu":"1","hugepages-2Mi":"2Mi","memory":"200Mi"})");
}

TEST(Defaults, MirrorNamesAndAddresses) {
    EXPECT_EQ(defaulted("serviceAccount: old").serviceAccountName, "old");
    EXPECT_EQ(defaulted("{serviceAccount: old, serviceAccountName: new}").serviceAccount, "new");
    Pod pod;
    pod.status.podIP = "10.0.0.1";
    set_defaults(pod);
    EXPECT_EQ(pod.status.podIPs[0].ip, "10.0.0.1");
    pod.status.podIP.clear();
    set_defaults(pod);
    EXPECT_EQ(pod.status.podIP, "10.0.0.1");
    pod.status.podIP = "10.0.0.2";
    set_defaults(pod);
    EXPECT_EQ(pod.status.podIPs[0].ip, "10.0.0.2") << "old clients know no other";
}

TEST(Qos, FollowsCpuAndMemoryOfAllContainers) {
    const auto qos = [](const std::string& yaml) { return qos_class(defaulted(yaml)); };
    const std::string bound = "{image: i, resources: {limits: {cpu: 1, memory: 1Gi}}}";
    EXPECT_EQ(qos("containers: [{image: i}]"), "BestEffort");
    EXPECT_EQ(qos("containers: [{image: i, resources: {requests: {cpu: 0}}}]"), "BestEffort");
    EXPECT_EQ(qos("containers: [{image: i, resources: {limits: {ephemeral-storage: 1}}}]"), "BestEffort");
    EXPECT_EQ(qos("containers: [{image: i, resources: {requests: {cpu: 1}}}]"), "Burstable");
    EXPECT_EQ(qos("containers: [" + bound + "]"), "Guaranteed");
    EXPECT_EQ(qos("containers: [" + bound + ", {image: i}]"), "Burstable");
    EXPECT_EQ(qos("{containers: [" + bound + "], initContainers: [{image: i}]}"), "Burstable");
    EXPECT_EQ(
        qos("containers: [{image: i, resources: {limits: {cpu: 1, memory: 1Gi}, requests: {cpu: 500m}}}]"),
        "Burstable");
    EXPECT_EQ(qos("{resources: {limits: {cpu: 1, memory: 1Gi}}, containers: [{image: i}]}"), "Guaranteed");
}

TEST(SignalName, KnowsLinuxSignals) {
    EXPECT_EQ(signal_number("SIGTERM"), 15);
    EXPECT_EQ(signal_number("SIGUSR1"), 10);
    EXPECT_EQ(signal_number("SIGRTMIN"), 34);
    EXPECT_EQ(signal_number("SIGRTMIN+3"), 37);
    EXPECT_EQ(signal_number("SIGRTMAX-2"), 62);
    for (const char* name :
         {"TERM", "sigterm", "15", "SIGRTMIN+16", "SIGRTMAX+1", "SIGRTMIN+", "SIGRTMIN+0"}) {
        EXPECT_EQ(signal_number(name), std::nullopt) << name;
    }
}

constexpr std::string_view good = R"(# a Pod that uses what hooklet honours
apiVersion: v1
kind: Pod
metadata:
  generateName: web-
  annotations: {hooklet.dev/pre-stop-timeout: 1m30s, example.com/x: anything}
spec:
  terminationGracePeriodSeconds: 1e1
  nodeSelector: {disk: ssd}
  volumes:
  - name: data
    hostPath: {path: /srv, type: Directory}
  containers:
  - name: app
    image: busybox:1.36
    volumeMounts: [{name: data, mountPath: /data, subPath: a/b}]
    env:
    - {name: POD, valueFrom: {fieldRef: {fieldPath: "metadata.annotations['example.com/x']"}}}
    lifecycle:
      stopSignal: SIGUSR1
      postStart: {tcpSocket: {port: 8080}}
      preStop: {sleep: {seconds: 10}}
---
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Pod
  metadata: {name: b, namespace: other}
  spec: {containers: [{name: b, image: b}]}
---
)";

TEST(Manifest, LoadsPodsWithDefaults) {
    const Manifest manifest = load_manifest("good.yaml", good, yaml::parse_documents);
    for (const Issue& issue : manifest.issues) ADD_FAILURE() << to_string(issue);
    ASSERT_EQ(manifest.pods.size(), 2U);
    EXPECT_EQ(manifest.pods[0].metadata.namespace_, "default");
    EXPECT_EQ(manifest.pods[0].metadata.name, "");
    EXPECT_EQ(manifest.pods[0].spec.terminationGracePeriodSeconds, 10);
    EXPECT_EQ(manifest.pods[1].metadata.namespace_, "other");
    EXPECT_EQ(manifest.pods[1].spec.restartPolicy, "Always");
}

TEST(Manifest, ItemsOfATypedListNeedNotSayWhatTheyAre) {
    const Manifest manifest = load_manifest("list.yaml", R"(
apiVersion: v1
kind: PodList
items:
- metadata: {name: a}
  spec: {containers: [{name: a, image: b}]}
- kind: Pod
  apiVersion: v1
  metadata: {name: b}
  spec: {containers: [{name: a, image: b}]}
---
apiVersion: v1
kind: ConfigMapList
items: [{metadata: {name: c}, data: {a: b}}]
)",
                                            yaml::parse_documents);
    for (const Issue& issue : manifest.issues) ADD_FAILURE() << to_string(issue);
    ASSERT_EQ(manifest.pods.size(), 2U);
    EXPECT_EQ(manifest.pods[0].metadata.name, "a");
    EXPECT_EQ(manifest.config_maps.size(), 1U);
}

TEST(Manifest, LoadsJson) {
    const Manifest manifest = load_manifest(
        "good.json",
        R"(  {"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{"containers":[{"name":"a","image":"b"}]}})",
        yaml::parse_documents);
    for (const Issue& issue : manifest.issues) ADD_FAILURE() << to_string(issue);
    EXPECT_EQ(manifest.pods.size(), 1U);
}

TEST(Validation, GivesTheApisReasons) {
    Pod pod;
    pod.metadata.name = "a";
    set_defaults(pod);
    const Issues issues = validate(pod);
    ASSERT_EQ(issues.size(), 1U);
    EXPECT_EQ(field_text(issues[0]), "spec.containers: Required value");
    EXPECT_EQ(cause_reason(issues[0].reason), "FieldValueRequired");
    EXPECT_EQ(issues[0].line, 0);
}

}  // namespace
}  // namespace hooklet::api

// SPDX-License-Identifier: Apache-2.0
#include "api/codec.hpp"

#include "api/hint.hpp"
#include "api/json.hpp"
#include "support/each_type.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace hooklet::api {
namespace {

template <class T>
T read(std::string_view json) {
    Issues issues;
    const auto node = parse_json(json);
    EXPECT_TRUE(node);
    T object = decode<T>(*node, issues);
    for (const Issue& issue : issues) ADD_FAILURE() << to_string(issue);
    return object;
}

constexpr std::string_view full_pod = R"({
  "kind": "Pod", "apiVersion": "v1",
  "metadata": {
    "name": "web", "namespace": "default", "uid": "u-1", "generation": 3,
    "creationTimestamp": "2026-01-02T03:04:05Z", "deletionGracePeriodSeconds": 0,
    "labels": {"a": "1", "b": ""},
    "ownerReferences": [{"apiVersion": "v1", "kind": "Node", "name": "n", "uid": "x", "controller": false}],
    "managedFields": [{"manager": "m", "fieldsV1": {"f:spec": {"k:{\"a\":1}": [1, 2.5, null]}}}]
  },
  "spec": {
    "volumes": [{"name": "data", "emptyDir": {"medium": "Memory", "sizeLimit": "1Gi"}},
                {"name": "cfg", "configMap": {"name": "c", "items": [{"key": "k", "path": "p"}], "optional": true}}],
    "containers": [{
      "name": "app", "image": "busybox", "command": ["sh", "-c"],
      "ports": [{"hostPort": 5, "containerPort": 80}],
      "env": [{"name": "A", "value": "b"}, {"name": "N", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}],
      "resources": {"limits": {"cpu": "500m", "memory": "1Gi"}},
      "volumeMounts": [{"name": "data", "mountPath": "/data"}],
      "livenessProbe": {"httpGet": {"path": "/", "port": "http"}, "periodSeconds": 5},
      "lifecycle": {"postStart": {"tcpSocket": {"port": 80}}, "preStop": {"sleep": {"seconds": 0}}, "stopSignal": "SIGUSR1"},
      "tty": true
    }],
    "ephemeralContainers": [{"name": "debug", "image": "i", "resources": {}, "targetContainerName": "app"}],
    "terminationGracePeriodSeconds": 0,
    "tolerations": [{"key": "k", "operator": "Exists"}],
    "enableServiceLinks": false,
    "overhead": {"cpu": "1m"}
  },
  "status": {
    "phase": "Running",
    "conditions": [{"type": "Ready", "status": "True", "lastProbeTime": null,
                    "lastTransitionTime": "2026-01-02T03:04:05Z"}],
    "startTime": "2026-01-02T03:04:05Z",
    "containerStatuses": [{
      "name": "app", "state": {"running": {"startedAt": "2026-01-02T03:04:05Z"}}, "lastState": {}, "ready": true,
      "restartCount": 0, "image": "busybox", "imageID": "", "started": true}]
  }})";

TEST(Codec, RoundTripsAPod) {
    const Pod pod = read<Pod>(full_pod);
    EXPECT_EQ(write_json(encode(pod), JsonStyle::pretty),
              write_json(*parse_json(full_pod), JsonStyle::pretty));
    EXPECT_EQ(read<Pod>(write_json(encode(pod))), pod);
}

TEST(Codec, FillsTheStructs) {
    const Pod pod = read<Pod>(full_pod);
    EXPECT_EQ(pod.kind, "Pod");
    EXPECT_EQ(pod.metadata.namespace_, "default");
    EXPECT_EQ(pod.metadata.deletionGracePeriodSeconds, 0);
    EXPECT_EQ(pod.spec.volumes[0].emptyDir->sizeLimit->units(), 1 << 30);
    EXPECT_EQ(pod.spec.volumes[1].configMap->name, "c");
    EXPECT_EQ(pod.spec.tolerations[0].operator_, "Exists");
    const Container& app = pod.spec.containers[0];
    EXPECT_EQ(*app.livenessProbe->httpGet->port.name(), "http");
    EXPECT_EQ(*app.lifecycle->postStart->tcpSocket->port.number(), 80);
    EXPECT_EQ(app.resources.limits.at("cpu").milli(), 500);
    EXPECT_EQ(pod.spec.ephemeralContainers[0].targetContainerName, "app");
}

TEST(Codec, LeavesOutWhatTheApiLeavesOut) {
    EXPECT_EQ(write_json(encode(Pod{})), R"({"metadata":{},"spec":{"containers":[]},"status":{}})");
    EXPECT_EQ(write_json(encode(Container{})), R"({"name":"","resources":{}})");
    EXPECT_EQ(
        write_json(encode(ContainerStatus{})),
        R"({"name":"","state":{},"lastState":{},"ready":false,"restartCount":0,"image":"","imageID":""})");
    EXPECT_EQ(write_json(encode(ContainerStateTerminated{})),
              R"({"exitCode":0,"startedAt":null,"finishedAt":null})");
    EXPECT_EQ(write_json(encode(ResourceFieldSelector{})), R"({"resource":"","divisor":"0"})");
    EXPECT_EQ(write_json(encode(TCPSocketAction{})), R"({"port":0})");
}

TEST(Codec, TakesNullAsUnset) {
    const auto pod =
        read<PodSpec>(R"({"containers":null,"hostNetwork":null,"securityContext":null,"nodeSelector":null})");
    EXPECT_EQ(pod, PodSpec{});
    EXPECT_EQ(read<Container>(R"({"args":["a",null]})").args, (std::vector<std::string>{"a", ""}));
}

TEST(Codec, GoesOnAfterAProblem) {
    Issues issues;
    const auto node =
        parse_json(R"({"image":1,"name":"ok","ports":[{"containerPort":"x"},{"containerPort":80}],"nam":2})");
    const auto container = decode<Container>(*node, issues);
    EXPECT_EQ(issues.size(), 3U);
    EXPECT_EQ(container.name, "ok");
    ASSERT_EQ(container.ports.size(), 2U);
    EXPECT_EQ(container.ports[1].containerPort, 80);
}

TEST(Tables, DescribeThePodCompletely) {
    std::set<std::string_view> seen;
    std::size_t fields = 0;
    each_type(describe<Pod>(), seen, [&](const TypeDescriptor& type) { fields += type.fields.size(); });
    EXPECT_EQ(seen.size(), 129U);
    EXPECT_EQ(fields, 569U);
}

TEST(Tables, KnowTheStrategicMergeKeys) {
    const auto field = [](const TypeDescriptor& type, std::string_view name) {
        for (const FieldDescriptor& f : type.fields) {
            if (f.name == name) return f;
        }
        return FieldDescriptor{};
    };
    EXPECT_EQ(field(describe<Container>(), "ports").merge_key, "containerPort");
    EXPECT_TRUE(field(describe<PodSpec>(), "volumes").retain_keys);
    EXPECT_TRUE(field(describe<ObjectMeta>(), "finalizers").merge);
    EXPECT_EQ(field(describe<ObjectMeta>(), "finalizers").merge_key, "");
    EXPECT_FALSE(field(describe<PodSpec>(), "tolerations").merge);
}

TEST(Hint, FindsTheNearestName) {
    const std::vector<std::string_view> names{"command", "args", "env", "envFrom"};
    EXPECT_EQ(closest("comand", names), "command");
    EXPECT_EQ(closest("ENVFROM", names), "envFrom");
    EXPECT_EQ(closest("arg", names), "args");
    EXPECT_EQ(closest("port", names), "");
    EXPECT_EQ(closest("entrypoint", names), "");
}

}  // namespace
}  // namespace hooklet::api

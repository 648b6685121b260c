// SPDX-License-Identifier: Apache-2.0
#include "bench/bench_pod.hpp"

#include "api/manifest.hpp"

#include <fmt/format.h>

namespace hooklet::bench {

namespace {

constexpr const char* pod_text = R"({{
  "apiVersion": "v1", "kind": "Pod", "metadata": {{"name": "{}"}},
  "spec": {{
    "restartPolicy": "Never",
    "containers": [{{
      "name": "app",
      "image": "hooklet.dev/demo/busybox:1",
      "command": ["/bin/sh", "-c", "trap 'exit 0' TERM; sleep infinity & wait"],
      "lifecycle": {{
        "postStart": {{"exec": {{"command": ["{}"]}}}},
        "preStop": {{"exec": {{"command": ["{}"]}}}}
      }}
    }}]
  }}
}})";

/// Its hook ends only with its container.
constexpr const char* hanging_pod_text = R"({{
  "apiVersion": "v1", "kind": "Pod", "metadata": {{"name": "exit-{0}"}},
  "spec": {{
    "restartPolicy": "Never",
    "containers": [{{
      "name": "app",
      "image": "hooklet.dev/demo/busybox:1",
      "command": ["{1}", "{2}"],
      "lifecycle": {{"postStart": {{"sleep": {{"seconds": 25}}}}}}
    }}]
  }}
}})";

constexpr const char* course_pod_text = R"({{
  "apiVersion": "v1", "kind": "Pod", "metadata": {{"name": "course-{0}"}},
  "spec": {{
    "initContainers": [
      {{"name": "init-1", "image": "hooklet.dev/demo/busybox:1", "command": ["/bin/true"]}},
      {{"name": "init-2", "image": "hooklet.dev/demo/busybox:1", "command": ["/bin/true"]}},
      {{"name": "init-3", "image": "hooklet.dev/demo/busybox:1", "command": ["/bin/true"]}}],
    "containers": [{{
      "name": "app",
      "image": "hooklet.dev/demo/busybox:1",
      "command": ["/bin/sh", "-c", "trap 'exit 0' TERM; sleep infinity & wait"],
      "livenessProbe": {{"exec": {{"command": ["/bin/false"]}}, "periodSeconds": 1, "failureThreshold": 1}}
    }}]
  }}
}})";

constexpr const char* sleeping_pod_text =
    R"({{"apiVersion": "v1", "kind": "Pod", "metadata": {{"name": "sleeper-{}"}},
  "spec": {{"containers": [{{"name": "app", "image": "hooklet.dev/demo/busybox:1",
                            "command": ["sleep", "infinity"]}}]}}}})";

Result<api::Pod> read_pod(const std::string& text, Clock& clock, Random& random) {
    api::Manifest manifest = api::load_manifest("bench.json", text, {});
    if (!manifest.issues.empty()) return fail(Code::invalid, api::to_string(manifest.issues.front()));
    api::Pod pod = std::move(manifest.pods.front());
    pod.metadata.uid = make_uuid(random);
    pod.metadata.creationTimestamp = clock.wall();
    return pod;
}

}  // namespace

Result<api::Pod> make_pod(std::string name, Clock& clock, Random& random) {
    return read_pod(fmt::format(pod_text, name, hook_command.front(), hook_command.front()), clock, random);
}

Result<SleepingPod> make_sleeping_pod(int number, Clock& clock, Random& random) {
    // No other process sleeps for just so long.
    const std::vector<std::string> argv{"/bin/sleep", fmt::format("{}", 1'000'000 + number)};
    const auto pod =
        read_pod(fmt::format(hanging_pod_text, number, argv.front(), argv.back()), clock, random);
    if (!pod) return std::unexpected(pod.error());
    return SleepingPod{*pod, argv};
}

Result<api::Pod> make_course_pod(int number, Clock& clock, Random& random) {
    return read_pod(fmt::format(course_pod_text, number), clock, random);
}

Result<api::Pod> make_busy_pod(int number, int containers, bool probed, Clock& clock, Random& random) {
    const std::string probe = fmt::format(
        R"(, "readinessProbe": {{"exec": {{"command": ["{}"]}}, "periodSeconds": 1, "timeoutSeconds": 60}})",
        hook_command.front());
    std::string list;
    for (int i = 0; i < containers; ++i) {
        list += fmt::format(R"({}{{"name": "c{}", "image": "hooklet.dev/demo/busybox:1",)"
                            R"( "command": ["sleep", "infinity"]{}}})",
                            i == 0 ? "" : ", ", i, probed ? probe : "");
    }
    return read_pod(fmt::format(R"({{"apiVersion": "v1", "kind": "Pod", "metadata": {{"name": "busy-{}"}},)"
                                R"( "spec": {{"containers": [{}]}}}})",
                                number, list),
                    clock, random);
}

std::string sleeping_pod(int number) {
    return fmt::format(sleeping_pod_text, number);
}

std::string sleeping_pods(int count) {
    std::string items;
    for (int i = 0; i < count; ++i) {
        if (i > 0) items += ",\n";
        items += sleeping_pod(i);
    }
    return fmt::format(R"({{"apiVersion": "v1", "kind": "List", "items": [{}]}})", items);
}

}  // namespace hooklet::bench

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

constexpr const char* sleeping_pod_text =
    R"({{"apiVersion": "v1", "kind": "Pod", "metadata": {{"name": "sleeper-{}"}},
  "spec": {{"containers": [{{"name": "app", "image": "hooklet.dev/demo/busybox:1",
                            "command": ["sleep", "infinity"]}}]}}}})";

}  // namespace

Result<api::Pod> make_pod(std::string name, Clock& clock, Random& random) {
    const std::string text = fmt::format(pod_text, name, hook_command.front(), hook_command.front());
    api::Manifest manifest = api::load_manifest("bench.json", text, {});
    if (!manifest.issues.empty()) return fail(Code::invalid, api::to_string(manifest.issues.front()));
    api::Pod pod = std::move(manifest.pods.front());
    pod.metadata.uid = make_uuid(random);
    pod.metadata.creationTimestamp = clock.wall();
    return pod;
}

std::string sleeping_pods(int count) {
    std::string items;
    for (int i = 0; i < count; ++i) {
        if (i > 0) items += ",\n";
        items += fmt::format(sleeping_pod_text, i);
    }
    return fmt::format(R"({{"apiVersion": "v1", "kind": "List", "items": [{}]}})", items);
}

}  // namespace hooklet::bench

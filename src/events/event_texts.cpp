// SPDX-License-Identifier: Apache-2.0
#include "events/event_texts.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet::event {

namespace {
Text normal(std::string reason, std::string message) {
    return {false, std::move(reason), std::move(message)};
}
Text warning(std::string reason, std::string message) {
    return {true, std::move(reason), std::move(message)};
}

std::string with_cause(std::string_view what, const std::string& cause) {
    return cause.empty() ? std::string(what) : fmt::format("{}: {}", what, cause);
}

std::string milliseconds_text(Duration d) {
    return go_duration(std::chrono::duration_cast<std::chrono::milliseconds>(d));
}
}  // namespace

Text pulling(const std::string& image) {
    return normal("Pulling", fmt::format("Pulling image \"{}\"", image));
}

Text pulled(const std::string& image, Duration took, Duration including_waiting, std::uint64_t size_bytes) {
    return normal(
        "Pulled",
        fmt::format("Successfully pulled image \"{}\" in {} ({} including waiting). Image size: {} bytes.",
                    image, milliseconds_text(took), milliseconds_text(including_waiting), size_bytes));
}

Text already_present(const std::string& image) {
    return normal("Pulled", fmt::format("Container image \"{}\" already present on machine", image));
}

Text pull_failed(const std::string& image, const std::string& error) {
    return warning("Failed", fmt::format("Failed to pull image \"{}\": {}", image, error));
}

Text pull_back_off(const std::string& image) {
    return normal("BackOff", fmt::format("Back-off pulling image \"{}\"", image));
}

Text never_pull(const std::string& image) {
    return warning("ErrImageNeverPull",
                   fmt::format("Container image \"{}\" is not present with pull policy of Never", image));
}

Text inspect_failed(const std::string& error) {
    return warning("InspectFailed", fmt::format("Failed to inspect image \"\": {}", error));
}

Text invalid_image_name(const std::string& image, const std::string& error) {
    return warning("InspectFailed",
                   fmt::format("Failed to apply default image tag \"{}\": {}", image, error));
}

Text failed(const std::string& error) {
    return warning("Failed", "Error: " + error);
}

Text created(const std::string& container) {
    return normal("Created", "Created container: " + container);
}

Text started(const std::string& container) {
    return normal("Started", "Started container " + container);
}

Text killing(const std::string& message) {
    return normal("Killing", message);
}

Text back_off(const std::string& container, const std::string& pod_description) {
    return warning("BackOff", fmt::format("Back-off restarting failed container {} in pod {}", container,
                                          pod_description));
}

Text post_start_failed(const std::string& cause) {
    return warning("FailedPostStartHook", with_cause("PostStartHook failed", cause));
}

Text pre_stop_failed(const std::string& cause) {
    return warning("FailedPreStopHook", with_cause("PreStopHook failed", cause));
}

Text post_start_timed_out(Duration after) {
    return warning("PostStartHookTimedOut", "PostStartHook timed out after " + milliseconds_text(after));
}

Text pre_stop_timed_out(Duration after) {
    return warning("PreStopHookTimedOut", "PreStopHook timed out after " + milliseconds_text(after));
}

Text on_exit_failed(const std::string& cause) {
    return warning("FailedOnExitHook", with_cause("OnExitHook failed", cause));
}

Text on_exit_timed_out(Duration after) {
    return warning("OnExitHookTimedOut", "OnExitHook timed out after " + milliseconds_text(after));
}

Text tcp_socket_hook(const std::string& hook) {
    return warning(
        "DeprecatedTCPSocketHook",
        fmt::format("{} uses tcpSocket, which works here but fails on a kubelet: use httpGet or exec", hook));
}

Text probe_failed(std::string_view probe, const std::string& output) {
    return warning("Unhealthy", fmt::format("{} probe failed: {}", probe, output));
}

Text probe_errored(std::string_view probe, const std::string& error) {
    return warning("Unhealthy",
                   fmt::format("{} probe errored and resulted in unknown state: {}", probe, error));
}

Text probe_warning(std::string_view probe, const std::string& output) {
    return warning("ProbeWarning", fmt::format("{} probe warning: {}", probe, output));
}

Text http_fallback(const std::string& host_port) {
    return warning(
        "LifecycleHTTPFallback",
        fmt::format("request to HTTPS lifecycle hook {} got HTTP response, retry with HTTP succeeded",
                    host_port));
}

Text sandbox_changed() {
    return normal("SandboxChanged", "Pod sandbox changed, it will be killed and re-created.");
}

Text sandbox_failed(const std::string& error) {
    return warning("FailedCreatePodSandBox", "Failed to create pod sandbox: " + error);
}

Text resource_claims_failed(const std::string& error) {
    return warning("FailedPrepareDynamicResources", "Failed to prepare dynamic resources: " + error);
}

Text sandbox_status_failed(const std::string& error) {
    return warning("FailedPodSandBoxStatus", "Unable to get pod sandbox status: " + error);
}

std::string not_ready(const cri::RuntimeCondition& condition) {
    const std::string_view what = condition.type == "NetworkReady" ? "runtime network" : "runtime";
    return fmt::format("container {} not ready: {}=false reason:{} message:{}", what, condition.type,
                       condition.reason, condition.message);
}

Text network_not_ready(const cri::RuntimeCondition& network) {
    return warning("NetworkNotReady", "network is not ready: " + not_ready(network));
}

Text status_unknown(const std::string& error) {
    return warning("FailedSync", "error determining status: " + error);
}

Text mount_failed(const std::string& error) {
    return warning("FailedMount", error);
}

Text mounts_missing(const std::vector<std::string>& volumes) {
    return warning(
        "FailedMount",
        fmt::format("Unable to attach or mount volumes: unmounted volumes=[{}], unattached volumes=[], "
                    "failed to process volumes=[]: context deadline exceeded",
                    fmt::join(volumes, " ")));
}

Text deadline_exceeded() {
    return normal("DeadlineExceeded", "Pod was active on the node longer than the specified deadline");
}

Text pull_secrets_missing(const std::vector<std::string>& names) {
    return warning(
        "FailedToRetrieveImagePullSecret",
        fmt::format(
            "Unable to retrieve some image pull secrets ({}); attempting to pull the image may not succeed.",
            fmt::join(names, ", ")));
}

Text missing_cluster_dns() {
    return warning("MissingClusterDNS",
                   "kubelet does not have ClusterDNS IP configured and cannot create Pod using "
                   "\"ClusterFirst\" policy. Falling back to \"Default\" policy.");
}

Text pod_cgroup_failed(const std::string& error) {
    return warning("FailedCreatePodContainer", "unable to ensure pod container exists: " + error);
}

Text kill_pod_failed(const std::string& error) {
    return warning("FailedKillPod", "error killing pod: " + error);
}

Text resize_started(const std::string& summary) {
    return normal("ResizeStarted", "Pod resize started: " + summary);
}

Text resize_completed(const std::string& summary) {
    return normal("ResizeCompleted", "Pod resize completed: " + summary);
}

Text resize_pending(const std::string& reason, const std::string& summary) {
    return warning("Resize" + reason, fmt::format("Pod resize {}: {}", reason, summary));
}

Text resize_failed(const std::string& summary) {
    return warning("ResizeError", "Pod resize error: " + summary);
}

Text node_decision(const std::string& reason, const std::string& message,
                   std::map<std::string, std::string> annotations) {
    Text text = warning(reason, message);
    text.annotations = std::move(annotations);
    return text;
}

Text eviction_threshold_met(const std::string& resource) {
    return warning("EvictionThresholdMet", "Attempting to reclaim " + resource);
}

Text shutdown_detected() {
    return normal("Shutdown", "Shutdown manager detected shutdown event");
}

Text shutdown_cancelled() {
    return normal("Shutdown", "Shutdown manager detected shutdown cancellation");
}

Text system_oom(const std::string& process, const std::string& pid) {
    return warning("SystemOOM",
                   fmt::format("System OOM encountered, victim process: {}, pid: {}", process, pid));
}

Text image_collection_failed(const std::string& error) {
    return warning("ImageGCFailed", error);
}

Text container_collection_failed(const std::string& error) {
    return warning("ContainerGCFailed", error);
}

Text starting() {
    return normal("Starting", "Starting kubelet.");
}

Text node_status_is(const std::string& node, const std::string& reason) {
    return normal(reason, fmt::format("Node {} status is now: {}", node, reason));
}

}  // namespace hooklet::event

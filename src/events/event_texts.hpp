// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "ports/cri_messages.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

/// The texts of the API's events, in one place (lifecycle spec, Appendix A). Where a kubelet event gives no
/// cause, ours adds a short one that never contains output.
namespace hooklet::event {

struct Text {
    bool warning = false;
    std::string reason;
    std::string message;
    std::map<std::string, std::string> annotations{};  ///< Of the event's object in the API.
    bool operator==(const Text&) const = default;
};

// Images
Text pulling(const std::string& image);
Text pulled(const std::string& image, Duration took, Duration including_waiting, std::uint64_t size_bytes);
Text already_present(const std::string& image);
Text pull_failed(const std::string& image, const std::string& error);
Text pull_back_off(const std::string& image);
Text never_pull(const std::string& image);
Text inspect_failed(const std::string& error);
Text invalid_image_name(const std::string& image, const std::string& error);

// Containers
Text failed(const std::string& error);  ///< `Error: X`, the second half of most failures
Text created(const std::string& container);
Text started(const std::string& container);
Text killing(const std::string& message);
Text back_off(const std::string& container, const std::string& pod_description);
Text post_start_failed(const std::string& cause);
Text pre_stop_failed(const std::string& cause);
Text post_start_timed_out(Duration after);
Text pre_stop_timed_out(Duration after);
Text on_exit_failed(const std::string& cause);
Text on_exit_timed_out(Duration after);
Text tcp_socket_hook(const std::string& hook);

// Probes; `probe` is `Liveness`, `Readiness` or `Startup`. As on a kubelet these do contain output.
Text probe_failed(std::string_view probe, const std::string& output);
Text probe_errored(std::string_view probe, const std::string& error);
Text probe_warning(std::string_view probe, const std::string& output);

// Pods
Text http_fallback(const std::string& host_port);
Text sandbox_changed();
Text sandbox_failed(const std::string& error);
Text resource_claims_failed(const std::string& error);
Text sandbox_status_failed(const std::string& error);
Text network_not_ready(const cri::RuntimeCondition& network);
/// The engine does not say how the Pod's sandbox or a container stands.
Text status_unknown(const std::string& error);
Text mount_failed(const std::string& error);
/// The Pod has waited for two minutes for these volumes.
Text mounts_missing(const std::vector<std::string>& volumes);
Text deadline_exceeded();
/// About the Pod.
Text pull_secrets_missing(const std::vector<std::string>& names);
/// About the node.
Text missing_cluster_dns();
Text pod_cgroup_failed(const std::string& error);
Text kill_pod_failed(const std::string& error);
// `summary` is resize_summary's; `reason` is `Deferred` or `Infeasible`.
Text resize_started(const std::string& summary);
Text resize_completed(const std::string& summary);
Text resize_pending(const std::string& reason, const std::string& summary);
Text resize_failed(const std::string& summary);

/// What a condition of the engine that does not hold means for the node.
std::string not_ready(const cri::RuntimeCondition& condition);

/// The node ends a Pod or does not let it in; the status has the same reason and message.
Text node_decision(const std::string& reason, const std::string& message,
                   std::map<std::string, std::string> annotations = {});

// The node
Text eviction_threshold_met(const std::string& resource);
Text shutdown_detected();
Text shutdown_cancelled();
/// Outside of containers.
Text system_oom(const std::string& process, const std::string& pid);
Text image_collection_failed(const std::string& error);
Text container_collection_failed(const std::string& error);
Text starting();
/// `reason` is what the node's status is now: `NodeReady`, `NodeHasDiskPressure`, ...
Text node_status_is(const std::string& node, const std::string& reason);

}  // namespace hooklet::event

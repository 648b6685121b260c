// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/pod_resources.hpp"
#include "base/back_off.hpp"
#include "base/task.hpp"
#include "events/journal.hpp"
#include "pods/dns_config.hpp"
#include "pods/service_environment.hpp"
#include "ports/clock.hpp"
#include "ports/container_runtime.hpp"
#include "ports/file_system.hpp"
#include "ports/network.hpp"
#include "ports/object_source.hpp"
#include "ports/random.hpp"
#include "references/fields.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace hooklet {

/// The outside world of the Pods. All outlive them.
struct PodPorts {
    Executor executor;
    Clock* clock = nullptr;
    Random* random = nullptr;
    cri::ContainerRuntime* runtime = nullptr;
    Network* network = nullptr;
    FileSystem* files = nullptr;
    Journal* journal = nullptr;
    ObjectSource* objects = nullptr;
    /// All Services of the API, of which containers are told. Not set: there are none. Fails with
    /// Code::unavailable as long as they have never been read.
    std::function<Result<std::vector<ServiceAddress>>()> services{};
};

/// What is the same for all Pods of an agent.
struct PodSettings {
    /// Pod data (volumes, termination messages): `<state>/pods`.
    std::string pods_directory;
    /// Container logs by Pod: `<log>/pods`, and links to them by container: `<log>/containers`.
    std::string pod_log_directory;
    std::string container_log_directory;
    /// Parent of all Pod cgroups, unique for a root.
    std::string cgroup_root = "/hooklet";
    /// Value of the label `hooklet.dev/owner`; tells this root's sandboxes from others'.
    std::string owner_label;
    /// Names this boot of the machine.
    std::string boot_id;
    /// Scheme of container ids in statuses.
    std::string runtime_name = "containerd";
    std::string node_name;
    std::string host_ip;
    /// The machine's size; OOM scores are shares of its memory.
    std::int64_t node_cpu_milli = 0;
    std::int64_t node_memory_bytes = 0;
    /// What it has for Pods: the bound of resizes and of volumes in memory, and what resourceFieldRef gives
    /// for a limit that is not set. Not set: nobody knows, all fit.
    std::optional<api::ResourceList> allocatable{};
    /// The host's resolv.conf as text.
    std::string host_resolv_conf;
    ClusterDns cluster_dns{};
    /// The host's /etc/hosts as text, for Pods on its network.
    std::string host_hosts_file;
    /// Where Localhost seccomp profiles lie.
    std::string seccomp_directory;
    /// `--hook-http-status any`: httpGet hooks succeed with every status, as on a kubelet.
    bool any_http_status = false;
    /// Of containers that keep ending and images that cannot be pulled, where a Pod does not say otherwise.
    BackOffLimits back_off{};
    /// How many images are pulled at a time; 0: all.
    std::size_t parallel_image_pulls = 0;
    Duration relist_period = std::chrono::seconds{30};

    [[nodiscard]] NodeFacts node() const {
        return {node_name, host_ip, allocatable.value_or(api::ResourceList{})};
    }
};

}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "pods/pod_settings.hpp"
#include "ports/container_runtime.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hooklet {

/// The labels that a Pod's sandbox and all its containers carry: who they belong to, and which hooklet root
/// made them.
cri::StringMap identity_labels(const api::Pod& pod, const std::string& owner_label);

/// Absolute: `<pod_log_directory>/<namespace>_<name>_<uid>`.
std::string pod_log_path(const api::Pod& pod, const std::string& pod_log_directory);

/// How the Pod calls itself.
struct PodHostname {
    std::string name;    ///< spec.hostname or the Pod's name, at most 63 characters.
    std::string domain;  ///< `<subdomain>.<namespace>.svc.<cluster domain>`; empty without spec.subdomain.
};
PodHostname hostname_of(const api::Pod& pod, std::string_view cluster_domain);

/// Fails for a full domain name (setHostnameAsFQDN) of more than 64 characters, which the kernel cannot hold;
/// the message is the kubelet's.
Status check_hostname(const api::Pod& pod, std::string_view cluster_domain);

/// What the engine gets for one try at the Pod's sandbox: the kubelet's RunPodSandbox request (lifecycle spec
/// 1.6). `attempt` counts the Pod's sandboxes from 0.
cri::PodSandboxConfig make_sandbox_config(const api::Pod& pod, const PodSettings& settings,
                                          std::uint32_t attempt);

/// The text of the Pod's /etc/hosts: the machine's own on the host's network, else one made for `pod_ips`;
/// then the entries of hostAliases.
std::string hosts_file(const api::Pod& pod, const std::vector<std::string>& pod_ips,
                       std::string_view machine_hosts_file, std::string_view cluster_domain);

}  // namespace hooklet

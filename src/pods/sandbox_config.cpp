// SPDX-License-Identifier: Apache-2.0
#include "pods/sandbox_config.hpp"

#include "api/containers.hpp"
#include "pods/dns_config.hpp"
#include "pods/names.hpp"
#include "pods/pod_cgroup.hpp"
#include "pods/security_context.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet {

namespace {

constexpr std::size_t max_hostname = 63;  // a DNS label
constexpr std::size_t max_fqdn = 64;      // what the kernel holds

std::string kernel_hostname(const api::Pod& pod, std::string_view cluster_domain) {
    if (pod.spec.hostNetwork) return {};
    const auto [name, domain] = hostname_of(pod, cluster_domain);
    const std::string fqdn = name + "." + domain;
    return pod.spec.setHostnameAsFQDN.value_or(false) && !domain.empty() ? fqdn : name;
}

cri::Protocol protocol_of(const std::string& name) {
    if (name == "UDP") return cri::Protocol::udp;
    if (name == "SCTP") return cri::Protocol::sctp;
    return cri::Protocol::tcp;
}

/// Host ports of everything that runs for long: containers and sidecars.
std::vector<cri::PortMapping> port_mappings(const api::PodSpec& spec) {
    std::vector<cri::PortMapping> result;
    if (spec.hostNetwork) return result;
    const auto add = [&result](const api::Container& container) {
        for (const api::ContainerPort& port : container.ports) {
            if (port.hostPort == 0) continue;
            result.push_back({protocol_of(port.protocol), port.containerPort, port.hostPort, port.hostIP});
        }
    };
    for (const api::Container& container : spec.initContainers) {
        if (api::is_sidecar(container)) add(container);
    }
    std::ranges::for_each(spec.containers, add);
    return result;
}

cri::SandboxSecurityContext sandbox_security(const api::PodSpec& spec) {
    cri::SandboxSecurityContext result;
    result.namespaces = namespaces_of(spec);
    result.supplemental_groups = supplemental_groups_of(spec);
    result.privileged = std::ranges::any_of(spec.containers, is_privileged) ||
                        std::ranges::any_of(spec.initContainers, is_privileged);
    if (spec.securityContext) {
        result.run_as_user = spec.securityContext->runAsUser;
        result.run_as_group = spec.securityContext->runAsGroup;
    }
    return result;
}

}  // namespace

cri::StringMap identity_labels(const api::Pod& pod, const std::string& owner_label) {
    return {{label::pod_name, pod.metadata.name},
            {label::pod_namespace, pod.metadata.namespace_},
            {label::pod_uid, pod.metadata.uid},
            {label::owner, owner_label}};
}

std::string pod_log_path(const api::Pod& pod, const std::string& pod_log_directory) {
    const PodRef ref = ref_of(pod);
    return fmt::format("{}/{}_{}_{}", pod_log_directory, ref.namespace_, ref.name, ref.uid);
}

PodHostname hostname_of(const api::Pod& pod, std::string_view cluster_domain) {
    if (pod.spec.hostnameOverride) return {*pod.spec.hostnameOverride, {}};
    PodHostname hostname{pod.spec.hostname.empty() ? pod.metadata.name : pod.spec.hostname, {}};
    if (hostname.name.size() > max_hostname) {
        hostname.name.resize(max_hostname);
        hostname.name.erase(hostname.name.find_last_not_of("-.") + 1);
    }
    if (!pod.spec.subdomain.empty()) {
        hostname.domain =
            fmt::format("{}.{}.svc.{}", pod.spec.subdomain, pod.metadata.namespace_, cluster_domain);
    }
    return hostname;
}

Status check_hostname(const api::Pod& pod, std::string_view cluster_domain) {
    const std::string name = kernel_hostname(pod, cluster_domain);
    if (name.size() <= max_fqdn) return {};
    return fail(Code::invalid,
                fmt::format("failed to construct FQDN from pod hostname and cluster domain, FQDN {} is "
                            "too long ({} characters is the max, {} characters requested)",
                            name, max_fqdn, name.size()));
}

cri::PodSandboxConfig make_sandbox_config(const api::Pod& pod, const PodSettings& settings,
                                          std::uint32_t attempt) {
    cri::PodSandboxConfig config;
    config.metadata = {pod.metadata.name, pod.metadata.uid, pod.metadata.namespace_, attempt};
    config.hostname = kernel_hostname(pod, settings.cluster_dns.domain);
    config.log_directory = pod_log_path(pod, settings.pod_log_directory);
    config.dns_config = make_dns_config(pod, settings.host_resolv_conf, settings.cluster_dns);
    config.port_mappings = port_mappings(pod.spec);
    config.labels = identity_labels(pod, settings.owner_label);
    config.labels.insert(pod.metadata.labels.begin(), pod.metadata.labels.end());
    config.annotations = pod.metadata.annotations;
    config.cgroup_parent = pod_cgroup(settings.cgroup_root, pod);
    config.security_context = sandbox_security(pod.spec);
    if (pod.spec.securityContext) {
        for (const auto& [name, value] : pod.spec.securityContext->sysctls) config.sysctls[name] = value;
    }
    return config;
}

std::string hosts_file(const api::Pod& pod, const std::vector<std::string>& pod_ips,
                       std::string_view machine_hosts_file, std::string_view cluster_domain) {
    std::string text;
    if (pod.spec.hostNetwork) {
        text = "# Kubernetes-managed hosts file (host network).\n";
        text += machine_hosts_file;
        if (!text.ends_with('\n')) text += '\n';
    } else {
        text =
            "# Kubernetes-managed hosts file.\n"
            "127.0.0.1\tlocalhost\n"
            "::1\tlocalhost ip6-localhost ip6-loopback\n"
            "fe00::0\tip6-localnet\n"
            "fe00::0\tip6-mcastprefix\n"
            "fe00::1\tip6-allnodes\n"
            "fe00::2\tip6-allrouters\n";
        const auto [name, domain] = hostname_of(pod, cluster_domain);
        const std::string names = domain.empty() ? name : fmt::format("{}.{}\t{}", name, domain, name);
        for (const std::string& ip : pod_ips) text += fmt::format("{}\t{}\n", ip, names);
    }
    if (!pod.spec.hostAliases.empty()) text += "\n# Entries added by HostAliases.\n";
    for (const api::HostAlias& alias : pod.spec.hostAliases) {
        text += fmt::format("{}\t{}\n", alias.ip, fmt::join(alias.hostnames, "\t"));
    }
    return text;
}

}  // namespace hooklet

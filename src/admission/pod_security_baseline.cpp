// SPDX-License-Identifier: Apache-2.0
#include "admission/pod_security_checks.hpp"
#include "api/app_armor.hpp"
#include "api/find_annotation.hpp"
#include "base/contains.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace hooklet::admission::security {

namespace {

Found check_app_armor(const Subject& subject) {
    WordSet types;
    const Sayers sayers = sayers_of(subject.spec, [&types](const auto& context) {
        if (!context.appArmorProfile) return false;
        const std::string& type = context.appArmorProfile->type;
        const bool bad = type != "RuntimeDefault" && type != "Localhost";
        if (bad) types.insert(type);
        return bad;
    });
    Words annotations;
    for (const auto& [key, value] : subject.metadata.annotations) {
        const bool good = value.empty() || value == "runtime/default" || value.starts_with("localhost/");
        if (key.starts_with(api::app_armor_prefix) && !good)
            annotations.push_back(fmt::format("{}={}", key, api::quote(value)));
    }
    std::ranges::sort(annotations);
    Words who = sayers.words();
    if (!annotations.empty()) who.emplace_back(one_or_more(annotations.size(), "annotation", "annotations"));
    if (who.empty()) return {};
    Words values(types.begin(), types.end());
    values.insert(values.end(), annotations.begin(), annotations.end());
    return SecurityViolation{
        std::string(one_or_more(values.size(), "forbidden AppArmor profile", "forbidden AppArmor profiles")),
        fmt::format("{} must not set AppArmor profile type to {}", fmt::join(who, " and "),
                    in_quotes(values))};
}

Found check_capabilities(const Subject& subject) {
    constexpr std::array<std::string_view, 13> ordinary{
        "AUDIT_WRITE",      "CHOWN",   "DAC_OVERRIDE", "FOWNER",  "FSETID", "KILL",      "MKNOD",
        "NET_BIND_SERVICE", "SETFCAP", "SETGID",       "SETPCAP", "SETUID", "SYS_CHROOT"};
    WordSet others;
    const Words names = containers_with(subject.spec, [&](const api::Container& container) {
        if (!container.securityContext || !container.securityContext->capabilities) return false;
        bool bad = false;
        for (const std::string& name : container.securityContext->capabilities->add) {
            if (contains(ordinary, name)) continue;
            bad = true;
            others.insert(name);
        }
        return bad;
    });
    if (names.empty()) return {};
    return SecurityViolation{"non-default capabilities",
                             fmt::format("{} must not include {} in securityContext.capabilities.add",
                                         containers_named(names), in_quotes(others))};
}

Found check_host_namespaces(const Subject& subject) {
    Words shared;
    if (subject.spec.hostIPC) shared.emplace_back("hostIPC=true");
    if (subject.spec.hostNetwork) shared.emplace_back("hostNetwork=true");
    if (subject.spec.hostPID) shared.emplace_back("hostPID=true");
    if (shared.empty()) return {};
    return SecurityViolation{"host namespaces", fmt::format("{}", fmt::join(shared, ", "))};
}

Found check_host_paths(const Subject& subject) {
    Words names;
    for (const api::Volume& volume : subject.spec.volumes) {
        if (volume.hostPath) names.push_back(volume.name);
    }
    if (names.empty()) return {};
    return SecurityViolation{
        "hostPath volumes",
        fmt::format("{} {}", one_or_more(names.size(), "volume", "volumes"), in_quotes(names))};
}

Found check_host_ports(const Subject& subject) {
    WordSet ports;
    const Words names = containers_with(subject.spec, [&ports](const api::Container& container) {
        bool bad = false;
        for (const api::ContainerPort& port : container.ports) {
            if (port.hostPort == 0) continue;
            bad = true;
            ports.insert(std::to_string(port.hostPort));
        }
        return bad;
    });
    if (names.empty()) return {};
    return SecurityViolation{
        "hostPort",
        fmt::format("{} {} {} {}", containers_named(names), one_or_more(names.size(), "uses", "use"),
                    one_or_more(ports.size(), "hostPort", "hostPorts"), fmt::join(ports, ", "))};
}

/// The hosts that a container's probes and hooks name.
WordSet hosts_named_by(const api::Container& container) {
    WordSet hosts;
    const auto add = [&hosts](const auto& handler) {
        if (!handler) return;
        if (handler->httpGet) hosts.insert(handler->httpGet->host);
        if (handler->tcpSocket) hosts.insert(handler->tcpSocket->host);
    };
    for (const auto* probe : {&container.livenessProbe, &container.readinessProbe, &container.startupProbe})
        add(*probe);
    if (container.lifecycle) {
        add(container.lifecycle->postStart);
        add(container.lifecycle->preStop);
    }
    hosts.erase("");
    return hosts;
}

Found check_handler_hosts(const Subject& subject) {
    WordSet hosts;
    WordSet names;
    api::for_each_container(subject.spec, [&](const api::Container& container) {
        WordSet own = hosts_named_by(container);
        if (own.empty()) return;
        names.insert(container.name);
        hosts.merge(own);
    });
    if (names.empty()) return {};
    return SecurityViolation{
        "probe or lifecycle host",
        fmt::format("{} {} {} {}", containers_named(names), one_or_more(names.size(), "uses", "use"),
                    one_or_more(hosts.size(), "probe or lifecycle host", "probe or lifecycle hosts"),
                    in_quotes(hosts))};
}

Found check_privileged(const Subject& subject) {
    const Words names = containers_with(subject.spec, [](const api::Container& container) {
        return container.securityContext && container.securityContext->privileged.value_or(false);
    });
    if (names.empty()) return {};
    return SecurityViolation{"privileged",
                             containers_named(names) + " must not set securityContext.privileged=true"};
}

Found check_proc_mount(const Subject& subject) {
    WordSet mounts;
    const Words names = containers_with(subject.spec, [&mounts](const api::Container& container) {
        if (!container.securityContext) return false;
        const std::string mount = container.securityContext->procMount.value_or("Default");
        if (mount == "Default") return false;
        mounts.insert(mount);
        return true;
    });
    if (names.empty()) return {};
    return SecurityViolation{"procMount", fmt::format("{} must not set securityContext.procMount to {}",
                                                      containers_named(names), in_quotes(mounts))};
}

Found check_selinux(const Subject& subject) {
    WordSet types;
    bool user = false;
    bool role = false;
    const Sayers sayers = sayers_of(subject.spec, [&](const auto& context) {
        if (!context.seLinuxOptions) return false;
        constexpr std::array<std::string_view, 4> always{"", "container_t", "container_init_t",
                                                         "container_kvm_t"};
        const api::SELinuxOptions& options = *context.seLinuxOptions;
        const bool good =
            contains(always, options.type) || (subject.minor >= 31 && options.type == "container_engine_t");
        if (!good) types.insert(options.type);
        user = user || !options.user.empty();
        role = role || !options.role.empty();
        return !good || !options.user.empty() || !options.role.empty();
    });
    if (sayers.empty()) return {};
    Words what;
    if (!types.empty())
        what.push_back(fmt::format("{} {}", one_or_more(types.size(), "type", "types"), in_quotes(types)));
    if (user) what.emplace_back("user may not be set");
    if (role) what.emplace_back("role may not be set");
    return SecurityViolation{"seLinuxOptions",
                             fmt::format("{} set forbidden securityContext.seLinuxOptions: {}", sayers.text(),
                                         fmt::join(what, "; "))};
}

/// Before there was a field.
Found check_seccomp_annotations(const Subject& subject) {
    WordSet bad;
    const auto check = [&](const std::string& key) {
        const std::string* value = api::find_annotation(subject.metadata, key);
        if (value == nullptr) return;
        const bool good =
            *value == "runtime/default" || *value == "docker/default" || value->starts_with("localhost/");
        if (!good) bad.insert(fmt::format("{}={}", key, api::quote(*value)));
    };
    check("seccomp.security.alpha.kubernetes.io/pod");
    api::for_each_container(subject.spec, [&check](const api::Container& container) {
        check("container.seccomp.security.alpha.kubernetes.io/" + container.name);
    });
    if (bad.empty()) return {};
    return SecurityViolation{
        "seccompProfile", fmt::format("forbidden {} {}", one_or_more(bad.size(), "annotation", "annotations"),
                                      fmt::join(bad, ", "))};
}

Found check_seccomp(const Subject& subject) {
    return subject.minor < 19 ? check_seccomp_annotations(subject) : find_bad_seccomp(subject);
}

Found check_sysctls(const Subject& subject) {
    constexpr std::array<std::pair<std::string_view, int>, 12> safe_since{{
        {"kernel.shm_rmid_forced", 0},
        {"net.ipv4.ip_local_port_range", 0},
        {"net.ipv4.tcp_syncookies", 0},
        {"net.ipv4.ping_group_range", 0},
        {"net.ipv4.ip_unprivileged_port_start", 0},
        {"net.ipv4.ip_local_reserved_ports", 27},
        {"net.ipv4.tcp_keepalive_time", 29},
        {"net.ipv4.tcp_fin_timeout", 29},
        {"net.ipv4.tcp_keepalive_intvl", 29},
        {"net.ipv4.tcp_keepalive_probes", 29},
        {"net.ipv4.tcp_rmem", 32},
        {"net.ipv4.tcp_wmem", 32},
    }};
    if (!subject.spec.securityContext) return {};
    Words bad;
    for (const api::Sysctl& sysctl : subject.spec.securityContext->sysctls) {
        const auto* const safe =
            std::ranges::find(safe_since, sysctl.name, [](const auto& it) { return it.first; });
        if (safe == safe_since.end() || subject.minor < safe->second) bad.push_back(sysctl.name);
    }
    if (bad.empty()) return {};
    return SecurityViolation{"forbidden sysctls", fmt::format("{}", fmt::join(bad, ", "))};
}

Found check_host_process(const Subject& subject) {
    const Sayers sayers = sayers_of(subject.spec, [](const auto& context) {
        return context.windowsOptions && context.windowsOptions->hostProcess.value_or(false);
    });
    if (sayers.empty()) return {};
    return SecurityViolation{"hostProcess",
                             sayers.text() + " must not set securityContext.windowsOptions.hostProcess=true"};
}

constexpr std::array<Check, 12> baseline_table{{
    {.find = check_app_armor},
    {.find = check_capabilities, .replaced_since = 22},
    {.find = check_host_namespaces},
    {.find = check_host_paths, .replaced_since = 0},
    {.find = check_host_ports},
    {.find = check_handler_hosts, .since = 34},
    {.find = check_privileged},
    {.find = check_proc_mount},
    {.find = check_selinux},
    {.find = check_seccomp, .replaced_since = 19},
    {.find = check_sysctls},
    {.find = check_host_process},
}};

}  // namespace

Words Sayers::words() const {
    Words all;
    if (pod) all.emplace_back("pod");
    if (!containers.empty()) all.push_back(containers_named(containers));
    return all;
}

std::string Sayers::text() const {
    return fmt::format("{}", fmt::join(words(), " and "));
}

bool is_confined(const api::SeccompProfile& profile) {
    return profile.type == "RuntimeDefault" || profile.type == "Localhost";
}

Found find_bad_seccomp(const Subject& subject) {
    WordSet types;
    const Sayers sayers = sayers_of(subject.spec, [&types](const auto& context) {
        if (!context.seccompProfile || is_confined(*context.seccompProfile)) return false;
        types.insert(context.seccompProfile->type);
        return true;
    });
    if (sayers.empty()) return {};
    return SecurityViolation{"seccompProfile",
                             fmt::format("{} must not set securityContext.seccompProfile.type to {}",
                                         sayers.text(), in_quotes(types))};
}

std::span<const Check> baseline_checks() {
    return baseline_table;
}

}  // namespace hooklet::admission::security

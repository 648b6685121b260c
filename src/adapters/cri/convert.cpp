// SPDX-License-Identifier: Apache-2.0
#include "adapters/cri/convert.hpp"

#include "adapters/cri/signals.hpp"

#include <algorithm>
#include <utility>

#include <boost/json.hpp>
#include <runtime_v1.pb.h>

namespace hooklet::cri {

namespace {

template <class To, class From>
void copy_all(const From& from, To* to) {
    to->Assign(from.begin(), from.end());
}

void copy_map(const StringMap& from, google::protobuf::Map<std::string, std::string>* to) {
    to->insert(from.begin(), from.end());
}

StringMap copy_map(const google::protobuf::Map<std::string, std::string>& from) {
    return {from.begin(), from.end()};
}

WallTime wall_time(std::int64_t unix_ns) {
    return WallTime{Duration{unix_ns}};
}

proto::NamespaceMode to_proto(NamespaceMode mode) {
    switch (mode) {
        case NamespaceMode::pod:
            return proto::POD;
        case NamespaceMode::container:
            return proto::CONTAINER;
        case NamespaceMode::node:
            return proto::NODE;
        case NamespaceMode::target:
            return proto::TARGET;
    }
    return proto::POD;
}

NamespaceMode from_proto(proto::NamespaceMode mode) {
    switch (mode) {
        case proto::NODE:
            return NamespaceMode::node;
        case proto::CONTAINER:
            return NamespaceMode::container;
        default:
            return NamespaceMode::pod;
    }
}

void to_proto(const NamespaceOptions& from, proto::NamespaceOption* to) {
    to->set_network(to_proto(from.network));
    to->set_pid(to_proto(from.pid));
    to->set_ipc(to_proto(from.ipc));
    to->set_target_id(from.target_id);
}

void to_proto(const Seccomp& from, proto::SecurityProfile* to) {
    using Profile = proto::SecurityProfile;
    switch (from.profile) {
        case SeccompProfile::runtime_default:
            to->set_profile_type(Profile::RuntimeDefault);
            break;
        case SeccompProfile::unconfined:
            to->set_profile_type(Profile::Unconfined);
            break;
        case SeccompProfile::localhost:
            to->set_profile_type(Profile::Localhost);
            to->set_localhost_ref(from.localhost_ref);
            break;
    }
}

void to_proto(const SandboxSecurityContext& from, proto::LinuxSandboxSecurityContext* to) {
    to_proto(from.namespaces, to->mutable_namespace_options());
    if (from.run_as_user) to->mutable_run_as_user()->set_value(*from.run_as_user);
    if (from.run_as_group) to->mutable_run_as_group()->set_value(*from.run_as_group);
    copy_all(from.supplemental_groups, to->mutable_supplemental_groups());
    to->set_privileged(from.privileged);
    to->set_readonly_rootfs(from.readonly_rootfs);
    to_proto(from.seccomp, to->mutable_seccomp());
}

proto::Protocol to_proto(Protocol protocol) {
    switch (protocol) {
        case Protocol::tcp:
            return proto::TCP;
        case Protocol::udp:
            return proto::UDP;
        case Protocol::sctp:
            return proto::SCTP;
    }
    return proto::TCP;
}

proto::MountPropagation to_proto(MountPropagation propagation) {
    switch (propagation) {
        case MountPropagation::private_:
            return proto::PROPAGATION_PRIVATE;
        case MountPropagation::host_to_container:
            return proto::PROPAGATION_HOST_TO_CONTAINER;
        case MountPropagation::bidirectional:
            return proto::PROPAGATION_BIDIRECTIONAL;
    }
    return proto::PROPAGATION_PRIVATE;
}

void to_proto(const ContainerSecurityContext& from, proto::LinuxContainerSecurityContext* to) {
    copy_all(from.add_capabilities, to->mutable_capabilities()->mutable_add_capabilities());
    copy_all(from.drop_capabilities, to->mutable_capabilities()->mutable_drop_capabilities());
    to->set_privileged(from.privileged);
    to_proto(from.namespaces, to->mutable_namespace_options());
    if (from.run_as_user) to->mutable_run_as_user()->set_value(*from.run_as_user);
    if (from.run_as_group) to->mutable_run_as_group()->set_value(*from.run_as_group);
    to->set_run_as_username(from.run_as_username);
    copy_all(from.supplemental_groups, to->mutable_supplemental_groups());
    to->set_readonly_rootfs(from.readonly_rootfs);
    to->set_no_new_privs(from.no_new_privs);
    copy_all(from.masked_paths, to->mutable_masked_paths());
    copy_all(from.readonly_paths, to->mutable_readonly_paths());
    to_proto(from.seccomp, to->mutable_seccomp());
    if (from.apparmor) to_proto(*from.apparmor, to->mutable_apparmor());
}

PodSandboxMetadata from_proto(const proto::PodSandboxMetadata& from) {
    return {from.name(), from.uid(), from.namespace_(), from.attempt()};
}

ContainerMetadata from_proto(const proto::ContainerMetadata& from) {
    return {from.name(), from.attempt()};
}

PodSandboxState from_proto(proto::PodSandboxState state) {
    return state == proto::SANDBOX_READY ? PodSandboxState::ready : PodSandboxState::not_ready;
}

ContainerState from_proto(proto::ContainerState state) {
    switch (state) {
        case proto::CONTAINER_CREATED:
            return ContainerState::created;
        case proto::CONTAINER_RUNNING:
            return ContainerState::running;
        case proto::CONTAINER_EXITED:
            return ContainerState::exited;
        default:
            return ContainerState::unknown;
    }
}

}  // namespace

void to_proto(const LinuxResources& from, proto::LinuxContainerResources* to) {
    to->set_cpu_period(from.cpu_period_us);
    to->set_cpu_quota(from.cpu_quota_us);
    to->set_cpu_shares(from.cpu_shares);
    to->set_memory_limit_in_bytes(from.memory_limit_bytes);
    to->set_oom_score_adj(from.oom_score_adj);
    for (const auto& [page_size, limit] : from.hugepage_limits) {
        auto* entry = to->add_hugepage_limits();
        entry->set_page_size(page_size);
        entry->set_limit(limit);
    }
}

void to_proto(const PodSandboxConfig& from, proto::PodSandboxConfig* to) {
    auto* metadata = to->mutable_metadata();
    metadata->set_name(from.metadata.name);
    metadata->set_uid(from.metadata.uid);
    metadata->set_namespace_(from.metadata.namespace_);
    metadata->set_attempt(from.metadata.attempt);
    to->set_hostname(from.hostname);
    to->set_log_directory(from.log_directory);
    if (from.dns_config) {
        copy_all(from.dns_config->servers, to->mutable_dns_config()->mutable_servers());
        copy_all(from.dns_config->searches, to->mutable_dns_config()->mutable_searches());
        copy_all(from.dns_config->options, to->mutable_dns_config()->mutable_options());
    }
    for (const PortMapping& port : from.port_mappings) {
        auto* mapping = to->add_port_mappings();
        mapping->set_protocol(to_proto(port.protocol));
        mapping->set_container_port(port.container_port);
        mapping->set_host_port(port.host_port);
        mapping->set_host_ip(port.host_ip);
    }
    copy_map(from.labels, to->mutable_labels());
    copy_map(from.annotations, to->mutable_annotations());
    to->mutable_linux()->set_cgroup_parent(from.cgroup_parent);
    copy_map(from.sysctls, to->mutable_linux()->mutable_sysctls());
    to_proto(from.security_context, to->mutable_linux()->mutable_security_context());
}

void to_proto(const ContainerConfig& from, proto::ContainerConfig* to) {
    to->mutable_metadata()->set_name(from.metadata.name);
    to->mutable_metadata()->set_attempt(from.metadata.attempt);
    to->mutable_image()->set_image(from.image);
    copy_all(from.command, to->mutable_command());
    copy_all(from.args, to->mutable_args());
    to->set_working_dir(from.working_dir);
    for (const KeyValue& env : from.envs) {
        auto* entry = to->add_envs();
        entry->set_key(env.key);
        entry->set_value(env.value);
    }
    for (const Mount& mount : from.mounts) {
        auto* entry = to->add_mounts();
        entry->set_container_path(mount.container_path);
        entry->set_host_path(mount.host_path);
        entry->set_readonly(mount.readonly);
        entry->set_propagation(to_proto(mount.propagation));
    }
    copy_map(from.labels, to->mutable_labels());
    copy_map(from.annotations, to->mutable_annotations());
    to->set_log_path(from.log_path);
    to->set_stdin(from.stdin_);
    to->set_stdin_once(from.stdin_once);
    to->set_tty(from.tty);
    to_proto(from.resources, to->mutable_linux()->mutable_resources());
    to_proto(from.security_context, to->mutable_linux()->mutable_security_context());
    to->set_stop_signal(signal_number(from.stop_signal));
}

void to_proto(const AuthConfig& from, proto::AuthConfig* to) {
    to->set_username(from.username);
    to->set_password(from.password);
}

void to_proto(const ExecRequest& from, proto::ExecRequest* to) {
    to->set_container_id(from.container_id);
    to->mutable_cmd()->Assign(from.command.begin(), from.command.end());
    to->set_tty(from.tty);
    to->set_stdin(from.stdin_);
    to->set_stdout(from.stdout_);
    to->set_stderr(from.stderr_);
}

void to_proto(const AttachRequest& from, proto::AttachRequest* to) {
    to->set_container_id(from.container_id);
    to->set_tty(from.tty);
    to->set_stdin(from.stdin_);
    to->set_stdout(from.stdout_);
    to->set_stderr(from.stderr_);
}

void to_proto(const PortForwardRequest& from, proto::PortForwardRequest* to) {
    to->set_pod_sandbox_id(from.pod_sandbox_id);
    to->mutable_port()->Assign(from.ports.begin(), from.ports.end());
}

RuntimeCondition from_proto(const proto::RuntimeCondition& from) {
    return {from.type(), from.status(), from.reason(), from.message()};
}

PodSandboxStatus from_proto(const proto::PodSandboxStatus& from) {
    PodSandboxStatus to;
    to.id = from.id();
    to.metadata = from_proto(from.metadata());
    to.state = from_proto(from.state());
    to.created_at = wall_time(from.created_at());
    if (!from.network().ip().empty()) to.ips.push_back(from.network().ip());
    for (const auto& more : from.network().additional_ips()) to.ips.push_back(more.ip());
    const auto& namespaces = from.linux().namespaces().options();
    to.namespaces = {
        from_proto(namespaces.network()), from_proto(namespaces.pid()), from_proto(namespaces.ipc()), {}};
    to.labels = copy_map(from.labels());
    to.annotations = copy_map(from.annotations());
    return to;
}

PodSandbox from_proto(const proto::PodSandbox& from) {
    return {from.id(),
            from_proto(from.metadata()),
            from_proto(from.state()),
            wall_time(from.created_at()),
            copy_map(from.labels()),
            copy_map(from.annotations())};
}

Container from_proto(const proto::Container& from) {
    return {from.id(),
            from.pod_sandbox_id(),
            from_proto(from.metadata()),
            from_proto(from.state()),
            wall_time(from.created_at()),
            copy_map(from.labels()),
            copy_map(from.annotations()),
            from.image().image(),
            from.image_ref()};
}

ContainerStatus from_proto(const proto::ContainerStatus& from) {
    ContainerStatus to;
    to.id = from.id();
    to.metadata = from_proto(from.metadata());
    to.state = from_proto(from.state());
    to.created_at = wall_time(from.created_at());
    to.started_at = wall_time(from.started_at());
    to.finished_at = wall_time(from.finished_at());
    to.exit_code = from.exit_code();
    to.image = from.image().image();
    to.image_ref = from.image_ref();
    to.reason = from.reason();
    to.message = from.message();
    to.labels = copy_map(from.labels());
    to.annotations = copy_map(from.annotations());
    to.log_path = from.log_path();
    return to;
}

Image from_proto(const proto::Image& from) {
    Image to;
    to.id = from.id();
    to.repo_tags = {from.repo_tags().begin(), from.repo_tags().end()};
    to.repo_digests = {from.repo_digests().begin(), from.repo_digests().end()};
    to.size_bytes = from.size();
    if (from.has_uid()) to.uid = from.uid().value();
    to.username = from.username();
    to.pinned = from.pinned();
    return to;
}

FilesystemUsage from_proto(const proto::FilesystemUsage& from) {
    return {from.fs_id().mountpoint(), from.used_bytes().value(), from.inodes_used().value()};
}

ContainerStats from_proto(const proto::ContainerStats& from) {
    const auto used = static_cast<std::int64_t>(from.cpu().usage_core_nano_seconds().value());
    return {.container_id = from.attributes().id(),
            .cpu_time = Duration{used},
            .cpu_read_at = Duration{from.cpu().timestamp()},
            .working_set_bytes = from.memory().working_set_bytes().value(),
            .writable_layer = from_proto(from.writable_layer()),
            .memory_used_bytes = from.memory().usage_bytes().value(),
            .memory_resident_bytes = from.memory().rss_bytes().value()};
}

ContainerEventType event_type_of(const proto::ContainerEventResponse& from) {
    switch (from.container_event_type()) {
        case proto::CONTAINER_CREATED_EVENT:
            return ContainerEventType::created;
        case proto::CONTAINER_STARTED_EVENT:
            return ContainerEventType::started;
        case proto::CONTAINER_DELETED_EVENT:
            return ContainerEventType::deleted;
        default:
            return ContainerEventType::stopped;
    }
}

ContainerInfo parse_container_info(std::string_view json) {
    boost::json::error_code error;
    const boost::json::value parsed = boost::json::parse(json, error);
    if (error || !parsed.is_object()) return {};
    const auto& object = parsed.as_object();
    ContainerInfo info;
    if (const auto* pid = object.if_contains("pid"); pid != nullptr && pid->is_int64()) {
        info.pid = static_cast<std::int32_t>(pid->as_int64());
    }
    if (const auto* sandbox = object.if_contains("sandboxID"); sandbox != nullptr && sandbox->is_string()) {
        info.sandbox_id = sandbox->as_string();
    }
    return info;
}

}  // namespace hooklet::cri

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cancel.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// The messages of the container engine. Names mirror the CRI v1 API (k8s.io/cri-api runtime/v1); only what
/// hooklet uses is here. Strings left empty mean "not set", as in CRI.
namespace hooklet::cri {

using StringMap = std::map<std::string, std::string>;

struct VersionResponse {
    std::string runtime_name;
    std::string runtime_version;
    std::string runtime_api_version;
};

/// One condition of the engine, `RuntimeReady` or `NetworkReady`.
struct RuntimeCondition {
    std::string type;
    bool status = false;
    std::string reason;
    std::string message;
};

// ---- sandboxes ----

struct PodSandboxMetadata {
    std::string name;
    std::string uid;
    std::string namespace_;
    std::uint32_t attempt = 0;
    bool operator==(const PodSandboxMetadata&) const = default;
};

struct DnsConfig {
    std::vector<std::string> servers;
    std::vector<std::string> searches;
    std::vector<std::string> options;
};

enum class Protocol { tcp, udp, sctp };

struct PortMapping {
    Protocol protocol = Protocol::tcp;
    std::int32_t container_port = 0;
    std::int32_t host_port = 0;
    std::string host_ip;
};

enum class NamespaceMode { pod, container, node, target };

struct NamespaceOptions {
    NamespaceMode network = NamespaceMode::pod;
    NamespaceMode pid = NamespaceMode::container;
    NamespaceMode ipc = NamespaceMode::pod;
    std::string target_id{};  ///< With NamespaceMode::target, which is for pid only: whose it is.
    bool operator==(const NamespaceOptions&) const = default;
};

enum class SeccompProfile { runtime_default, unconfined, localhost };

struct Seccomp {
    SeccompProfile profile = SeccompProfile::unconfined;
    std::string localhost_ref;  ///< Absolute path of the profile file; for `localhost` only.
};

/// CRI has the same kinds of profiles for AppArmor; there localhost_ref is the name of a loaded profile.
using AppArmor = Seccomp;

struct SandboxSecurityContext {
    NamespaceOptions namespaces;
    std::optional<std::int64_t> run_as_user;
    std::optional<std::int64_t> run_as_group;
    std::vector<std::int64_t> supplemental_groups;
    bool privileged = false;
    bool readonly_rootfs = false;
    Seccomp seccomp{SeccompProfile::runtime_default, {}};
};

struct PodSandboxConfig {
    PodSandboxMetadata metadata;
    std::string hostname;
    std::string log_directory;  ///< Absolute; container log paths are relative to it.
    std::optional<DnsConfig> dns_config;
    std::vector<PortMapping> port_mappings;
    StringMap labels;
    StringMap annotations;
    std::string cgroup_parent;
    StringMap sysctls;
    SandboxSecurityContext security_context;
    /// What the engine runs the Pod with; empty: its default. Only run_pod_sandbox() looks at it.
    std::string runtime_handler{};
};

enum class PodSandboxState { ready, not_ready };

struct PodSandboxStatus {
    std::string id;
    PodSandboxMetadata metadata;
    PodSandboxState state = PodSandboxState::not_ready;
    WallTime created_at;
    std::vector<std::string> ips;  ///< Primary first; empty on the host's network.
    NamespaceOptions namespaces;
    StringMap labels;
    StringMap annotations;
};

struct PodSandbox {
    std::string id;
    PodSandboxMetadata metadata;
    PodSandboxState state = PodSandboxState::not_ready;
    WallTime created_at;
    StringMap labels;
    StringMap annotations;
};

// ---- containers ----

struct ContainerMetadata {
    std::string name;
    std::uint32_t attempt = 0;
    bool operator==(const ContainerMetadata&) const = default;
};

struct KeyValue {
    std::string key;
    std::string value;
    bool operator==(const KeyValue&) const = default;
};

enum class MountPropagation { private_, host_to_container, bidirectional };

struct Mount {
    std::string container_path;
    std::string host_path;
    bool readonly = false;
    MountPropagation propagation = MountPropagation::private_;
};

/// Linux limits as CRI carries them; 0 means "not set".
struct LinuxResources {
    std::int64_t cpu_period_us = 0;
    std::int64_t cpu_quota_us = 0;
    std::int64_t cpu_shares = 0;
    std::int64_t memory_limit_bytes = 0;
    std::int64_t oom_score_adj = 0;
    std::map<std::string, std::uint64_t> hugepage_limits{};  ///< Bytes by page size, e.g. `2MB`, `1GB`.
    bool operator==(const LinuxResources&) const = default;
};

struct ContainerSecurityContext {
    std::vector<std::string> add_capabilities;   ///< Without the CAP_ prefix.
    std::vector<std::string> drop_capabilities;  ///< Without the CAP_ prefix; `ALL` is allowed.
    bool privileged = false;
    NamespaceOptions namespaces;
    std::optional<std::int64_t> run_as_user;
    std::string run_as_username;
    std::optional<std::int64_t> run_as_group;
    std::vector<std::int64_t> supplemental_groups;
    bool readonly_rootfs = false;
    bool no_new_privs = false;
    std::vector<std::string> masked_paths;
    std::vector<std::string> readonly_paths;
    Seccomp seccomp;
    std::optional<AppArmor> apparmor{};  ///< Not set: as the engine does it.
};

struct ContainerConfig {
    ContainerMetadata metadata;
    std::string image;  ///< Image reference or id, as returned by pull_image or image_status.
    std::vector<std::string> command;
    std::vector<std::string> args;
    std::string working_dir;
    std::vector<KeyValue> envs;
    std::vector<Mount> mounts;
    StringMap labels;
    StringMap annotations;
    std::string log_path;  ///< Relative to the sandbox's log directory.
    bool stdin_ = false;
    bool stdin_once = false;
    bool tty = false;
    LinuxResources resources;
    ContainerSecurityContext security_context;
    /// `SIGUSR1` style. Only engines that know CRI's stop_signal use it; others send what the image says.
    std::string stop_signal;
};

enum class ContainerState { created, running, exited, unknown };

struct ContainerStatus {
    std::string id;
    std::string pod_sandbox_id;
    ContainerMetadata metadata;
    ContainerState state = ContainerState::unknown;
    WallTime created_at;
    WallTime started_at;   ///< Epoch when never started.
    WallTime finished_at;  ///< Epoch when still running.
    std::int32_t exit_code = 0;
    std::string image;      ///< The name that was asked for.
    std::string image_ref;  ///< Repo digest or id.
    std::string reason;     ///< `Completed`, `Error`, `OOMKilled`, `StartError`, `Unknown`.
    std::string message;
    StringMap labels;
    StringMap annotations;
    std::string log_path;  ///< Absolute.
};

/// What list_containers says; fewer fields than ContainerStatus.
struct Container {
    std::string id;
    std::string pod_sandbox_id;
    ContainerMetadata metadata;
    ContainerState state = ContainerState::unknown;
    WallTime created_at;
    StringMap labels;
    StringMap annotations;
    std::string image{};      ///< The name that was asked for.
    std::string image_ref{};  ///< The image's id or repo digest.
};

/// Selects by label equality; an empty map selects all.
struct Filter {
    StringMap label_selector;
};

struct ExecSyncRequest {
    std::string container_id;
    std::vector<std::string> command;
    /// Whole seconds after which the engine itself ends the command; 0 means never.
    std::int64_t timeout_s = 0;
    /// Set: the command can be awaited by this name once more (await_exec), also by another process, where
    /// the engine can do that; `timeout_s` does not count then. Letters, digits and dashes, 76 at most, and
    /// no other command of the container has it.
    std::string exec_id{};
    /// The caller goes away, and leaves a command with an `exec_id` behind: the call ends as cancelled.
    CancelToken leave{};
};

/// A command by its name (ExecSyncRequest::exec_id).
struct ExecName {
    std::string container_id;
    std::string exec_id;
};

/// A command that exec_sync has begun.
struct AwaitExecRequest {
    ExecName exec;
    CancelToken leave{};  ///< As for ExecSyncRequest.
};

struct ExecSyncResponse {
    std::string stdout_;
    std::string stderr_;
    std::int32_t exit_code = 0;
};

/// A command in a running container whose streams are connected at the answer's URL. At least one of them is
/// wanted; with a terminal there is no stderr.
struct ExecRequest {
    std::string container_id;
    std::vector<std::string> command;
    bool tty = false;
    bool stdin_ = false;
    bool stdout_ = false;
    bool stderr_ = false;
};

/// The streams of a running container's own process; the rules are those of ExecRequest.
struct AttachRequest {
    std::string container_id;
    bool tty = false;
    bool stdin_ = false;
    bool stdout_ = false;
    bool stderr_ = false;
};

struct PortForwardRequest {
    std::string pod_sandbox_id;
    std::vector<std::int32_t> ports{};  ///< May be empty: each stream names its port.
};

// ---- images ----

struct Image {
    std::string id;
    std::vector<std::string> repo_tags;
    std::vector<std::string> repo_digests;
    std::uint64_t size_bytes = 0;
    std::optional<std::int64_t> uid;  ///< Numeric user of the image's config; absent when it names a user.
    std::string username;             ///< User name of the image's config, if it is a name.
    bool pinned = false;              ///< The engine needs it itself, as the image of sandboxes.
};

/// Who asks a registry for an image.
struct AuthConfig {
    std::string username;
    std::string password;
    bool operator==(const AuthConfig&) const = default;
};

struct FilesystemUsage {
    std::string mountpoint;
    std::uint64_t used_bytes = 0;
    std::uint64_t inodes_used = 0;
};

/// What a running container uses; what the engine does not know is 0.
struct ContainerStats {
    std::string container_id;
    /// What it has used of all cpus since it began, and when that was read, by the engine's clock; both zero
    /// when the engine does not say.
    Duration cpu_time{};
    Duration cpu_read_at{};
    std::uint64_t working_set_bytes = 0;  ///< Memory that cannot be reclaimed easily.
    FilesystemUsage writable_layer;
    std::uint64_t memory_used_bytes = 0;      ///< File pages included.
    std::uint64_t memory_resident_bytes = 0;  ///< Of it what belongs to no file.
};

// ---- notifications ----

/// `succeeded` is no event of CRI: see ContainerEvent.
enum class ContainerEventType { created, started, stopped, deleted, succeeded };

/// Something that happened to a container (or to a sandbox: then container_id equals pod_sandbox_id).
/// `stopped` comes as soon as the container's process has ended, and more than once when several sources see
/// it. Without a status it says only that: the engine's records may go on calling the container running for
/// some ten milliseconds. With a status it says how it ended.
/// `succeeded` comes from engines that tell it early: the container's process has ended with exit code 0, and
/// none of its processes had run out of memory. Its record and the last lines of its log may still be to
/// come, and so may `stopped`, and the answer to the call that started it.
struct ContainerEvent {
    ContainerEventType type = ContainerEventType::stopped;
    std::string container_id;
    std::string pod_sandbox_id;
    MonotonicTime seen_at;
    std::optional<ContainerStatus> status;
};

}  // namespace hooklet::cri

// SPDX-License-Identifier: Apache-2.0
#include "volumes/volumes.hpp"

#include "volumes/memory_size.hpp"
#include "volumes/paths.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace hooklet {

namespace {

/// One `hostPath.type` that demands something of what is there.
struct HostPathRule {
    std::string_view type;
    FileType expected;
    std::string_view description;
};
constexpr std::array host_path_rules = {
    HostPathRule{"Directory", FileType::directory, "directory"},
    HostPathRule{"DirectoryOrCreate", FileType::directory, "directory"},
    HostPathRule{"File", FileType::regular, "file"},
    HostPathRule{"FileOrCreate", FileType::regular, "file"},
    HostPathRule{"Socket", FileType::socket, "socket file"},
    HostPathRule{"CharDevice", FileType::char_device, "character device"},
    HostPathRule{"BlockDevice", FileType::block_device, "block device"},
};

/// The uid becomes a directory that is later removed: nothing else may be reached through it.
Status check_uid(const std::string& uid) {
    if (!uid.empty() && uid != "." && uid != ".." && uid.find('/') == std::string::npos) return {};
    return fail(Code::invalid, fmt::format("pod uid \"{}\" cannot name a directory", uid));
}

/// What the kubelet calls the plugin of a volume with a directory of its own.
std::string_view plugin_of(const api::Volume& volume) {
    if (volume.configMap) return "kubernetes.io~configmap";
    if (volume.secret) return "kubernetes.io~secret";
    if (volume.downwardAPI) return "kubernetes.io~downward-api";
    if (volume.projected) return "kubernetes.io~projected";
    return "kubernetes.io~empty-dir";
}

/// Whether such a volume is a tmpfs. As on a kubelet, nothing but ConfigMaps may reach a disk.
bool in_memory(const api::Volume& volume) {
    return volume.emptyDir ? volume.emptyDir->medium == "Memory" : !volume.configMap;
}

/// The host path of a volume with a directory of its own.
std::string own_path(const std::string& pod_directory_, const api::Volume& volume) {
    return fmt::format("{}/volumes/{}/{}", pod_directory_, plugin_of(volume), volume.name);
}

Error set_up_failure(const api::Volume& volume, const Error& error) {
    return {error.code,
            fmt::format("MountVolume.SetUp failed for volume \"{}\" : {}", volume.name, error.text())};
}

}  // namespace

std::string pod_directory(const std::string& pods_directory, const std::string& uid) {
    return pods_directory + "/" + uid;
}

Result<VolumesMade> Volumes::set_up(const VolumeInput& input) {
    const std::string& uid = input.pod.metadata.uid;
    if (const Status checked = check_uid(uid); !checked) return std::unexpected(checked.error());
    const Status made = files_->make_directories(pod_directory(pods_directory_, uid), 0750);
    if (!made) return wrap("error making pod data directories", made.error());

    VolumesMade all;
    for (const api::Volume& volume : input.pod.spec.volumes) {
        Result<std::string> path = set_up_one(volume, input);
        if (path) {
            all.paths[volume.name] = std::move(*path);
        } else {
            all.failed.emplace_back(volume.name, set_up_failure(volume, path.error()));
        }
    }
    return all;
}

std::map<std::string, std::string> Volumes::paths(const api::Pod& pod) const {
    const std::string directory = pod_directory(pods_directory_, pod.metadata.uid);
    std::map<std::string, std::string> out;
    for (const api::Volume& volume : pod.spec.volumes) {
        out[volume.name] = volume.hostPath ? volume.hostPath->path : own_path(directory, volume);
    }
    return out;
}

Status Volumes::refresh(const VolumeInput& input) {
    Status all;
    for (const api::Volume& volume : input.pod.spec.volumes) {
        if (!has_payload(volume)) continue;
        const Result<std::string> made = make_files(volume, input);
        if (!made && all) all = std::unexpected(set_up_failure(volume, made.error()));
    }
    return all;
}

Result<std::string> Volumes::set_up_one(const api::Volume& volume, const VolumeInput& input) {
    if (volume.emptyDir) return make_empty_dir(volume, input);
    if (has_payload(volume)) return make_files(volume, input);
    if (!volume.hostPath) return fail(Code::invalid, "no volume plugin matched");
    if (const Status checked = check_host_path(*volume.hostPath); !checked) {
        return std::unexpected(checked.error());
    }
    return volume.hostPath->path;
}

Status Volumes::check_host_path(const api::HostPathVolumeSource& source) {
    const auto& [path, optional_type] = source;
    if (has_backsteps(path)) {
        return fail(Code::invalid, fmt::format("invalid HostPath `{}`: must not contain '..'", path));
    }
    const std::string type = optional_type.value_or("");
    if (type.empty()) return {};
    const auto* rule = std::ranges::find(host_path_rules, type, &HostPathRule::type);
    if (rule == host_path_rules.end()) return fail(Code::invalid, type + " is an invalid volume type");

    const Result<std::optional<FileType>> found = files_->type_of(path);
    if (!found) return std::unexpected(found.error());
    if (!*found && type == "DirectoryOrCreate") return files_->make_directories(path, 0755);
    if (!*found && type == "FileOrCreate") return files_->write_file(path, "", 0644);
    if (*found == rule->expected) return {};
    return fail(Code::invalid,
                fmt::format("hostPath type check failed: {} is not a {}", path, rule->description));
}

Result<std::string> Volumes::make_empty_dir(const api::Volume& volume, const VolumeInput& input) {
    const std::string& medium = volume.emptyDir->medium;
    if (!medium.empty() && medium != "Memory") {
        return fail(Code::invalid, fmt::format("unknown storage medium \"{}\"", medium));
    }
    Base base = base_of(volume, input);
    const Status made = make_base(base, input.pod.spec);
    if (!made) return std::unexpected(made.error());
    return std::move(base.path);
}

Result<std::string> Volumes::make_files(const api::Volume& volume, const VolumeInput& input) {
    const Result<Payload> payload = make_payload(volume, input);
    if (!payload) return std::unexpected(payload.error());
    Base base = base_of(volume, input);
    Status done = make_base(base, input.pod.spec);
    if (done) done = writer_.write(base.path, *payload, fs_group(input.pod.spec));
    if (!done) return std::unexpected(done.error());
    return std::move(base.path);
}

Volumes::Base Volumes::base_of(const api::Volume& volume, const VolumeInput& input) const {
    const std::string pod = pod_directory(pods_directory_, input.pod.metadata.uid);
    const char* wrapped = volume.emptyDir ? "" : "wrapped_";
    Base base;
    base.path = own_path(pod, volume);
    base.marks = fmt::format("{}/plugins/kubernetes.io~empty-dir/{}{}", pod, wrapped, volume.name);
    base.memory = in_memory(volume);
    base.mode = directory_mode(volume, input.pod.spec);
    const auto limit = volume.emptyDir ? volume.emptyDir->sizeLimit : std::nullopt;
    if (base.memory) base.size = memory_volume_size(input.pod.spec, limit, input.node);
    return base;
}

Status Volumes::make_base(const Base& base, const api::PodSpec& spec) {
    // A file tells a finished directory from one that was left half made.
    const Result<std::optional<FileType>> ready = files_->type_of(base.marks + "/ready");
    if (!ready) return std::unexpected(ready.error());
    Status done = files_->make_directories(base.path.substr(0, base.path.rfind('/')), 0750);
    if (done) done = files_->make_directories(base.path, base.mode);
    // Also when it is ready: a restart of the machine takes the tmpfs away.
    if (done && base.memory) done = files_->mount_tmpfs(base.path, base.size);
    if (!done || *ready) return done;
    done = files_->change_owner_mode(base.path, {std::nullopt, fs_group(spec)}, base.mode);
    if (done) done = files_->make_directories(base.marks, 0750);
    if (done) done = files_->write_file(base.marks + "/ready", "", 0640);
    return done;
}

Status Volumes::unmount_below(const std::string& directory, int depth) {
    if (depth == 0) return files_->unmount(directory);
    const Result<std::vector<std::string>> names = files_->list_directory(directory);
    if (!names && names.error().code == Code::not_found) return {};
    if (!names) return std::unexpected(names.error());
    for (const std::string& name : *names) {
        const Status unmounted = unmount_below(directory + "/" + name, depth - 1);
        if (!unmounted) return unmounted;
    }
    return {};
}

Status Volumes::empty(const std::string& uid) {
    if (const Status checked = check_uid(uid); !checked) return checked;
    const std::string pod = pod_directory(pods_directory_, uid);
    // Sub-paths may show what lies in the volumes.
    Status done = unmount_below(pod + "/volume-subpaths", 3);
    if (done) done = unmount_below(pod + "/volumes", 2);
    if (done) done = files_->remove_tree(pod + "/volume-subpaths");
    return done ? files_->remove_tree(pod + "/volumes") : done;
}

Status Volumes::tear_down(const std::string& uid) {
    const Status emptied = empty(uid);
    return emptied ? files_->remove_tree(pod_directory(pods_directory_, uid)) : emptied;
}

Result<std::string> Volumes::bind_sub_path(const SubPath& sub_path) {
    const std::string& path = sub_path.path;
    if (path.starts_with('/')) {
        return fail(Code::invalid, fmt::format("error SubPath `{}` must not be an absolute path", path));
    }
    if (has_backsteps(path)) {
        return fail(Code::invalid,
                    fmt::format("unable to provision SubPath `{}`: must not contain '..'", path));
    }
    std::string target =
        fmt::format("{}/volume-subpaths/{}/{}/{}", pod_directory(pods_directory_, sub_path.pod_uid),
                    sub_path.volume, sub_path.container, sub_path.mount_index);
    const Status bound = files_->bind_beneath({sub_path.volume_path, path, sub_path.directory_mode}, target);
    if (bound) return target;
    if (bound.error().code != Code::invalid) return std::unexpected(bound.error());
    return fail(Code::invalid, "subPath " + bound.error().message);
}

std::uint32_t Volumes::directory_mode(const api::Volume& volume, const api::PodSpec& spec) {
    return (fs_group(spec) ? 02777U : 0777U) | (in_memory(volume) ? 01000U : 0U);
}

}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
#include "volumes/volumes.hpp"

#include <algorithm>
#include <array>
#include <ranges>
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

std::vector<std::string> components_of(std::string_view path) {
    std::vector<std::string> result;
    for (const auto part : path | std::views::split('/')) {
        const std::string_view component(part.begin(), part.end());
        if (!component.empty() && component != ".") result.emplace_back(component);
    }
    return result;
}

bool has_backsteps(std::string_view path) {
    const std::vector<std::string> components = components_of(path);
    return std::ranges::find(components, "..") != components.end();
}

bool is_within(std::string_view path, std::string_view root) {
    return path == root || root == "/" ||
           (path.starts_with(root) && path.substr(root.size()).starts_with('/'));
}

/// The uid becomes a directory that is later removed: nothing else may be reached through it.
Status check_uid(const std::string& uid) {
    if (!uid.empty() && uid != "." && uid != ".." && uid.find('/') == std::string::npos) return {};
    return fail(Code::invalid, fmt::format("pod uid \"{}\" cannot name a directory", uid));
}

std::optional<std::uint32_t> fs_group(const api::PodSpec& spec) {
    if (!spec.securityContext || !spec.securityContext->fsGroup) return std::nullopt;
    return static_cast<std::uint32_t>(*spec.securityContext->fsGroup);
}

}  // namespace

std::string pod_directory(const std::string& pods_directory, const std::string& uid) {
    return pods_directory + "/" + uid;
}

Result<std::map<std::string, std::string>> Volumes::set_up(const api::Pod& pod) {
    const std::string& uid = pod.metadata.uid;
    if (const Status checked = check_uid(uid); !checked) return std::unexpected(checked.error());
    const Status made = files_->make_directories(pod_directory(pods_directory_, uid), 0750);
    if (!made) return wrap("error making pod data directories", made.error());

    std::map<std::string, std::string> paths;
    for (const api::Volume& volume : pod.spec.volumes) {
        Result<std::string> path = set_up_one(pod, volume);
        if (!path) {
            return fail(path.error().code, fmt::format("MountVolume.SetUp failed for volume \"{}\" : {}",
                                                       volume.name, path.error().text()));
        }
        paths[volume.name] = std::move(*path);
    }
    return paths;
}

Result<std::string> Volumes::set_up_one(const api::Pod& pod, const api::Volume& volume) {
    if (volume.emptyDir) return make_empty_dir(pod, volume.name, *volume.emptyDir);
    if (!volume.hostPath) return fail(Code::invalid, "only emptyDir and hostPath volumes are supported");
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

Result<std::string> Volumes::make_empty_dir(const api::Pod& pod, const std::string& name,
                                            const api::EmptyDirVolumeSource& source) {
    if (!source.medium.empty() && source.medium != "Memory") {
        return fail(Code::invalid, fmt::format("unknown storage medium \"{}\"", source.medium));
    }
    const std::string& uid = pod.metadata.uid;
    std::string path = empty_dirs_of(uid) + "/" + name;
    // As on a kubelet, a file tells a finished volume from one that was left half made.
    const std::string marks =
        pod_directory(pods_directory_, uid) + "/plugins/kubernetes.io~empty-dir/" + name;
    const Result<std::optional<FileType>> ready = files_->type_of(marks + "/ready");
    if (!ready) return std::unexpected(ready.error());
    const std::uint32_t mode = empty_dir_mode(pod.spec);
    Status done = files_->make_directories(empty_dirs_of(uid), 0750);
    if (done) done = files_->make_directories(path, mode);
    if (done && source.medium == "Memory") {
        // Also when it is ready: a restart of the machine takes the tmpfs away.
        const auto size = source.sizeLimit.value_or(api::Quantity{}).units();
        done = files_->mount_tmpfs(path, static_cast<std::uint64_t>(std::max<std::int64_t>(size, 0)));
    }
    if (done && !*ready) {
        done = files_->change_owner_mode(path, fs_group(pod.spec), mode);
        if (done) done = files_->make_directories(marks, 0750);
        if (done) done = files_->write_file(marks + "/ready", "", 0640);
    }
    if (!done) return std::unexpected(done.error());
    return path;
}

Status Volumes::tear_down(const std::string& uid) {
    if (const Status checked = check_uid(uid); !checked) return checked;
    const Result<std::vector<std::string>> volumes = files_->list_directory(empty_dirs_of(uid));
    if (!volumes && volumes.error().code != Code::not_found) return std::unexpected(volumes.error());
    for (const std::string& name : volumes.value_or(std::vector<std::string>{})) {
        const Status unmounted = files_->unmount(empty_dirs_of(uid) + "/" + name);
        if (!unmounted) return unmounted;
    }
    return files_->remove_tree(pod_directory(pods_directory_, uid));
}

Result<std::string> Volumes::resolve_sub_path(const std::string& volume_path, const std::string& sub_path,
                                              std::uint32_t mode) {
    if (sub_path.starts_with('/')) {
        return fail(Code::invalid, fmt::format("error SubPath `{}` must not be an absolute path", sub_path));
    }
    if (has_backsteps(sub_path)) {
        return fail(Code::invalid,
                    fmt::format("unable to provision SubPath `{}`: must not contain '..'", sub_path));
    }
    const Result<std::string> root = files_->real_path(volume_path);
    if (!root) return root;
    std::string path = *root;
    for (const std::string& component : components_of(sub_path)) {
        const std::string below = path + "/" + component;
        Result<std::string> real = files_->real_path(below);
        if (!real && real.error().code == Code::not_found) {
            const Status made = files_->make_directories(below, mode);
            if (!made) return std::unexpected(made.error());
            real = files_->real_path(below);
        }
        if (!real) return real;
        if (!is_within(*real, *root)) {
            return fail(Code::invalid, fmt::format("subPath `{}` leads out of its volume", sub_path));
        }
        path = *real;
    }
    return path;
}

std::uint32_t Volumes::empty_dir_mode(const api::PodSpec& spec) {
    return fs_group(spec) ? 02777 : 0777;
}

std::string Volumes::empty_dirs_of(const std::string& uid) const {
    return pod_directory(pods_directory_, uid) + "/volumes/kubernetes.io~empty-dir";
}

}  // namespace hooklet

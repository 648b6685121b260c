// SPDX-License-Identifier: Apache-2.0
#include "pods/mounts.hpp"

#include "pods/environment.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace hooklet {

namespace {

constexpr const char* etc_hosts = "/etc/hosts";

cri::MountPropagation propagation_of(const api::VolumeMount& mount) {
    if (mount.mountPropagation == "HostToContainer") return cri::MountPropagation::host_to_container;
    if (mount.mountPropagation == "Bidirectional") return cri::MountPropagation::bidirectional;
    return cri::MountPropagation::private_;
}

const api::Volume* volume_of(const api::PodSpec& spec, const std::string& name) {
    const auto volume = std::ranges::find(spec.volumes, name, &api::Volume::name);
    return volume == spec.volumes.end() ? nullptr : &*volume;
}

/// What the kubelet gives to a subPath directory that it makes: the mode of the volume's own directory.
std::uint32_t sub_path_mode(const api::PodSpec& spec, const std::string& volume_name) {
    const api::Volume* const volume = volume_of(spec, volume_name);
    return volume != nullptr && volume->emptyDir ? Volumes::directory_mode(*volume, spec) : 0755;
}

/// Whether the agent keeps writing the volume's files. Containers never may, whatever the mount says: what
/// they put there would lead the agent's writes elsewhere (CVE-2017-1002102).
bool is_written_by_agent(const api::PodSpec& spec, const std::string& volume_name) {
    const api::Volume* const volume = volume_of(spec, volume_name);
    return volume != nullptr &&
           (volume->configMap || volume->secret || volume->downwardAPI || volume->projected);
}

Result<std::string> host_path_of(Volumes& volumes, const MountInput& input, std::size_t index) {
    const api::VolumeMount& mount = input.container.volumeMounts[index];
    const auto volume = input.volume_paths.find(mount.name);
    if (volume == input.volume_paths.end()) {
        return fail(Code::invalid, fmt::format("cannot find volume \"{}\" to mount into container \"{}\"",
                                               mount.name, input.container.name));
    }
    Result<std::string> sub_path = mount.subPath;
    if (!mount.subPathExpr.empty()) sub_path = expand_strictly(mount.subPathExpr, input.env);
    if (!sub_path) return sub_path;
    if (sub_path->empty()) return volume->second;
    Result<std::string> path =
        volumes.bind_sub_path({.pod_uid = input.pod.metadata.uid,
                               .container = input.container.name,
                               .mount_index = index,
                               .volume = mount.name,
                               .volume_path = volume->second,
                               .path = *sub_path,
                               .directory_mode = sub_path_mode(input.pod.spec, mount.name)});
    if (path) return path;
    return wrap(fmt::format("failed to prepare subPath for volumeMount \"{}\" of container \"{}\"",
                            mount.name, input.container.name),
                path.error());
}

Result<cri::Mount> make_volume_mount(Volumes& volumes, const MountInput& input, std::size_t index) {
    const api::VolumeMount& mount = input.container.volumeMounts[index];
    if (mount.recursiveReadOnly == "Enabled") {
        return fail(
            Code::invalid,
            fmt::format("failed to resolve recursive read-only mode: volume \"{}\" requested recursive "
                        "read-only mode, but it is not supported by the runtime",
                        mount.name));
    }
    Result<std::string> host_path = host_path_of(volumes, input, index);
    if (!host_path) return std::unexpected(host_path.error());
    const bool absolute = mount.mountPath.starts_with('/');
    const bool read_only = mount.readOnly || is_written_by_agent(input.pod.spec, mount.name);
    return cri::Mount{absolute ? mount.mountPath : "/" + mount.mountPath, std::move(*host_path), read_only,
                      propagation_of(mount)};
}

/// Returns the host path of a new file that any user of the container can write.
Result<std::string> make_termination_message_file(FileSystem& files, Random& random,
                                                  const MountInput& input) {
    const std::string directory =
        fmt::format("{}/containers/{}", pod_directory(input.pods_directory, input.pod.metadata.uid),
                    input.container.name);
    std::string path = fmt::format("{}/{:08x}", directory, random.next() >> 32);
    Status made = files.make_directories(directory, 0750);
    if (made) made = files.write_file(path, "", 0666);
    if (!made) return std::unexpected(made.error());
    return path;
}

}  // namespace

Result<ContainerMounts> make_mounts(MountPorts ports, const MountInput& input) {
    ContainerMounts result;
    for (std::size_t i = 0; i < input.container.volumeMounts.size(); ++i) {
        Result<cri::Mount> mount = make_volume_mount(*ports.volumes, input, i);
        if (!mount) return std::unexpected(mount.error());
        result.mounts.push_back(std::move(*mount));
    }
    const bool own_hosts =
        std::ranges::find(result.mounts, etc_hosts, &cri::Mount::container_path) != result.mounts.end();
    if (!own_hosts && !input.hosts_file.empty()) result.mounts.push_back({etc_hosts, input.hosts_file});
    if (!input.container.terminationMessagePath.empty()) {
        Result<std::string> file = make_termination_message_file(*ports.files, *ports.random, input);
        if (!file) return std::unexpected(file.error());
        result.termination_message_file = *file;
        result.mounts.push_back({input.container.terminationMessagePath, std::move(*file)});
    }
    return result;
}

}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "base/error.hpp"
#include "ports/file_system.hpp"

#include <map>
#include <string>

namespace hooklet {

/// Where a Pod's data lies: `<pods>/<uid>`, with the kubelet's layout below it.
std::string pod_directory(const std::string& pods_directory, const std::string& uid);

/// The host's side of Pods' volumes. Errors are those of the file system, else Code::invalid.
class Volumes {
  public:
    /// `files` outlives this.
    Volumes(FileSystem* files, std::string pods_directory)
        : files_(files), pods_directory_(std::move(pods_directory)) {}

    /// Makes the Pod's emptyDirs and checks its hostPaths; returns the host path of each volume by its name.
    /// Idempotent: an emptyDir that is there already keeps its content, owner and mode. The error is the text
    /// of a FailedMount event: `MountVolume.SetUp failed for volume "v" : ...`.
    Result<std::map<std::string, std::string>> set_up(const api::Pod& pod);

    /// Removes all that is on the host for the Pod, its directory included. Idempotent.
    Status tear_down(const std::string& uid);

    /// The real host path of `sub_path` inside a volume; what is missing is made, as directories of `mode`.
    /// Refuses absolute paths, `..`, and symlinks that lead out of the volume. The answer holds for now: a
    /// container that runs and writes to the volume can still put a symlink in its place.
    Result<std::string> resolve_sub_path(const std::string& volume_path, const std::string& sub_path,
                                         std::uint32_t mode);

    /// The mode of the Pod's emptyDirs: writable for all, with fsGroup handed down to new files.
    static std::uint32_t empty_dir_mode(const api::PodSpec& spec);

  private:
    Result<std::string> set_up_one(const api::Pod& pod, const api::Volume& volume);
    Status check_host_path(const api::HostPathVolumeSource& source);
    Result<std::string> make_empty_dir(const api::Pod& pod, const std::string& name,
                                       const api::EmptyDirVolumeSource& source);
    [[nodiscard]] std::string empty_dirs_of(const std::string& uid) const;

    FileSystem* files_;
    std::string pods_directory_;
};

}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "base/error.hpp"
#include "volumes/atomic_writer.hpp"
#include "volumes/payload.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace hooklet {

/// Where a Pod's data lies: `<pods>/<uid>`, with the kubelet's layout below it.
std::string pod_directory(const std::string& pods_directory, const std::string& uid);

/// A part of a volume that one mount of a container shows.
struct SubPath {
    std::string pod_uid;
    std::string container;
    std::size_t mount_index = 0;  ///< Of the container's volumeMounts.
    std::string volume;
    std::string volume_path;           ///< From Volumes::set_up.
    std::string path;                  ///< Inside the volume.
    std::uint32_t directory_mode = 0;  ///< Of directories that have to be made.
};

/// A Pod's volumes, as far as they could be made.
struct VolumesMade {
    std::map<std::string, std::string> paths;           ///< On the host, by the volume's name.
    std::vector<std::pair<std::string, Error>> failed;  ///< By the volume's name, in the order of the spec.
};

/// The host's side of Pods' volumes. Errors are those of the file system, not_found for an object or a key
/// that is missing, else Code::invalid.
class Volumes {
  public:
    Volumes(VolumePorts ports, std::string pods_directory)
        : files_(ports.files), writer_(ports), pods_directory_(std::move(pods_directory)) {}

    /// Makes the Pod's volumes and checks its hostPaths; one that fails keeps no other from being made.
    /// Idempotent: an emptyDir that is there already keeps its content, owner and mode, and the others are
    /// written only where they differ. Errors of volumes are the texts of FailedMount events:
    /// `MountVolume.SetUp failed for volume "v" : ...`.
    Result<VolumesMade> set_up(const VolumeInput& input);

    /// Where set_up() puts the Pod's volumes, by name; touches nothing.
    [[nodiscard]] std::map<std::string, std::string> paths(const api::Pod& pod) const;

    /// Writes the files of the volumes whose content comes from the API, where they differ. The first error,
    /// as of set_up(), is returned after all have been tried.
    Status refresh(const VolumeInput& input);

    /// Removes the volumes and what they hold; what else is in the Pod's directory stays. Idempotent.
    Status empty(const std::string& uid);
    /// Removes all that is on the host for the Pod, its directory included. Idempotent.
    Status tear_down(const std::string& uid);

    /// The host path where a container finds the sub-path; what is missing is made as directories. Refuses
    /// absolute paths, `..`, and symlinks that lead out of the volume. What it shows is settled now: nobody
    /// who may write to the volume can change it later.
    Result<std::string> bind_sub_path(const SubPath& sub_path);

    /// The mode of a volume that is a directory of the Pod's own: writable for all, with fsGroup handed down
    /// to new files, and in memory with a tmpfs's sticky bit.
    static std::uint32_t directory_mode(const api::Volume& volume, const api::PodSpec& spec);

  private:
    /// A directory of its own that a volume has below the Pod's.
    struct Base {
        std::string path;
        std::string marks;  ///< Where it is noted that the directory is finished.
        bool memory = false;
        std::uint32_t mode = 0;
        std::uint64_t size = 0;  ///< With `memory`: at most so many bytes; 0: what the kernel allows.
    };

    Result<std::string> set_up_one(const api::Volume& volume, const VolumeInput& input);
    Status check_host_path(const api::HostPathVolumeSource& source);
    Result<std::string> make_empty_dir(const api::Volume& volume, const VolumeInput& input);
    Result<std::string> make_files(const api::Volume& volume, const VolumeInput& input);
    Status make_base(const Base& base, const api::PodSpec& spec);
    [[nodiscard]] Base base_of(const api::Volume& volume, const VolumeInput& input) const;
    /// Unmounts everything that lies `depth` levels below the directory.
    Status unmount_below(const std::string& directory, int depth);

    FileSystem* files_;
    AtomicWriter writer_;
    std::string pods_directory_;
};

}  // namespace hooklet

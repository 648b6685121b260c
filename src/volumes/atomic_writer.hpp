// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/clock.hpp"
#include "ports/file_system.hpp"
#include "ports/random.hpp"
#include "volumes/payload.hpp"

namespace hooklet {

/// What Volumes and its parts use of the outside world. All outlive them.
struct VolumePorts {
    FileSystem* files = nullptr;
    Clock* clock = nullptr;
    Random* random = nullptr;
};

/// Writes a payload into a directory so that readers see all of the old files or all of the new ones, in the
/// kubelet's layout: the files lie in a directory `..TIME.RANDOM`, the link `..data` leads to it, and what
/// users see are links through `..data`. A changed `..data` tells watchers that there is something new.
class AtomicWriter {
  public:
    explicit AtomicWriter(VolumePorts ports) : ports_(ports) {}

    /// Makes `directory`, which exists and belongs to this writer alone, show exactly the payload. Nothing is
    /// written when it does so already. With `group` the files belong to it and it may read them. After a
    /// failure the old files are still there; what is left over goes with the next write.
    Status write(const std::string& directory, const Payload& payload, std::optional<std::uint32_t> group);

  private:
    /// What the directory shows now: the real path of `..data`, or nothing.
    Result<std::optional<std::string>> current(const std::string& directory);
    Result<bool> shows(const std::string& data, const Payload& payload);
    Status collect(const std::string& directory, const std::string& below, std::vector<std::string>& files);
    [[nodiscard]] std::string new_name() const;
    Status write_files(const std::string& data, const Payload& payload, std::optional<std::uint32_t> group);
    Status make_directory(const std::string& path, std::optional<std::uint32_t> group);
    Status link(const std::string& directory, const std::string& data_name, const Payload& payload);
    /// Removes what is neither the payload's nor `data_name`.
    Status sweep(const std::string& directory, const std::string& data_name, const Payload& payload);

    VolumePorts ports_;
};

}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Which files a container's log is in, and what to do with them. Names are those of the kubelet:
/// `0.log` is written to, `0.log.20240101-120000` was rotated last, `0.log.20240101-110000.gz` before.
namespace hooklet {

struct LogPolicy {
    std::uint64_t max_size_bytes = 10 << 20;     ///< containerLogMaxSize
    std::size_t max_files = 5;                   ///< containerLogMaxFiles, at least 2
    Duration period = std::chrono::seconds{10};  ///< containerLogMonitorInterval
};

/// A log that grows.
struct RunningLog {
    std::string container_id;  ///< The engine's.
    std::string path;          ///< Absolute.
    bool operator==(const RunningLog&) const = default;
};

/// The logs of the Pod's running containers, whatever their role. `pod_log_directory` holds all Pods' logs.
std::vector<RunningLog> running_logs(const api::Pod& pod, const std::string& pod_log_directory);

/// What one rotation does, in this order. All are names in the log's directory.
struct Rotation {
    std::vector<std::string> remove;    ///< Leftovers of interrupted rotations, then the oldest files.
    std::vector<std::string> compress;  ///< Each becomes NAME.gz.
    std::string rotated;                ///< The new name of what is in the log now.
};

/// `log` is the log's name (`0.log`), `names` what is in its directory, `now` becomes part of the new name.
Rotation plan_rotation(const std::string& log, const std::vector<std::string>& names, std::size_t max_files,
                       WallTime now);

}  // namespace hooklet

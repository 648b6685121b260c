// SPDX-License-Identifier: Apache-2.0
#include "node/log_rotation.hpp"

#include "api/container_id.hpp"
#include "api/container_statuses.hpp"
#include "pods/sandbox_config.hpp"
#include "streams/log_files.hpp"

#include <algorithm>

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace hooklet {

std::vector<RunningLog> running_logs(const api::Pod& pod, const std::string& pod_log_directory) {
    const std::string directory = pod_log_path(pod, pod_log_directory);
    std::vector<RunningLog> logs;
    for (const api::ContainerStatus& status : api::container_statuses(pod.status)) {
        if (!status.state.running || status.containerID.empty()) continue;
        logs.push_back({api::engine_id(status.containerID),
                        fmt::format("{}/{}/{}.log", directory, status.name, status.restartCount)});
    }
    return logs;
}

Rotation plan_rotation(const std::string& log, const std::vector<std::string>& names, std::size_t max_files,
                       WallTime now) {
    Rotation plan;
    std::vector<std::string> kept;
    for (const std::string& name : names) {
        if (is_rotated_log(name, log)) (is_log_in_use(name, names) ? kept : plan.remove).push_back(name);
    }
    std::ranges::sort(kept);
    // The log and what becomes of it now count too.
    const std::size_t room = std::max<std::size_t>(max_files, 2) - 2;
    const std::size_t excess = kept.size() - std::min(kept.size(), room);
    plan.remove.insert(plan.remove.end(), kept.begin(), kept.begin() + static_cast<std::ptrdiff_t>(excess));
    for (std::size_t i = excess; i < kept.size(); ++i) {
        if (!is_compressed_log(kept[i])) plan.compress.push_back(kept[i]);
    }
    plan.rotated = fmt::format("{}.{:%Y%m%d-%H%M%S}", log, std::chrono::floor<std::chrono::seconds>(now));
    return plan;
}

}  // namespace hooklet

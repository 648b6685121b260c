// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/status.hpp"
#include "api/types.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <string>

namespace hooklet {

/// One run of a container whose log can be read.
struct LogInstance {
    std::string container_id;  ///< The engine's, without its scheme.
    std::int32_t attempt = 0;  ///< The number in the log's name.
    bool running = false;
    WallTime finished_at;  ///< Of an instance that does not run.
    bool operator==(const LogInstance&) const = default;
};

/// Whether the end of the instance is so new that the engine may still write its last lines: it does so a
/// moment after it has said that the container ended.
bool is_settling(const LogInstance& instance, WallTime now);

/// The instance whose log the Pod's status allows to read: the container's newest, or the one before.
/// Refused with 400 when there is none (API spec 6.5, "States").
api::Answer<LogInstance> log_instance(const api::Pod& pod, const std::string& container, bool previous);

}  // namespace hooklet

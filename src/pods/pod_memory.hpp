// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "images/image_puller.hpp"
#include "probes/container_probes.hpp"
#include "status/pod_status.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

/// What an agent knows of a Pod that neither the engine, nor the API, nor the journal does: kept in a file
/// beside the Pod's volumes, so that the next agent goes on where this one was.
namespace hooklet {

/// A stop of a container that has begun.
struct StopMemory {
    std::string container_id;
    MonotonicTime grace_end;  ///< It never moves, whichever agent carries the stop out.
    std::string reason;       ///< Of its hook: `LivenessProbeFailed`, ...
    bool ordered = false;     ///< As StopRequest::ordered.
    bool restart = false;     ///< As ContainerRecord::restart.
    bool operator==(const StopMemory&) const = default;
};

struct ContainerMemory {
    BackOffProgress back_off;
    /// Set as long as the start that `back_off` counts has not begun to run: what holds if it never does.
    std::optional<BackOffProgress> back_off_before;
    std::uint32_t restart_count = 0;  ///< Of that start.
    std::optional<StopMemory> stop;
    std::string probed_id;  ///< The instance that `probes` are about.
    ProbesMemory probes;
    std::string hooked_id;                       ///< The instance that `hooks` are about.
    std::map<std::string, MonotonicTime> hooks;  ///< When the delivery of each began, by its name.
    bool operator==(const ContainerMemory&) const = default;
};

struct PodMemory {
    std::optional<PodEnd> end;
    std::optional<MonotonicTime> end_by;
    bool deleted = false;
    std::optional<Duration> deletion_grace;             ///< As it was asked for; `end_by` came of it.
    std::optional<MonotonicTime> active_since;          ///< What activeDeadlineSeconds counts from.
    std::map<std::string, ContainerMemory> containers;  ///< By name.
    ImagePuller::PodFailures images;
};

/// As text. `boot` names this boot of the machine: moments of the clock that never jumps mean nothing in
/// another one.
std::string write_memory(const PodMemory& memory, std::string_view boot);
/// Never fails: what is damaged or missing is not remembered, and of another boot only the Pod's end is.
PodMemory read_memory(std::string_view text, std::string_view boot);

/// Where it is kept.
std::string memory_file(const std::string& pods_directory, const std::string& uid);

/// The values of Secrets that a Pod was given, each as a line of base64. They are to be hidden as long as it
/// lives, whatever becomes of the Secret.
std::string write_hidden_values(const std::set<std::string>& values);
/// Lines that are none are left out.
std::set<std::string> read_hidden_values(std::string_view text);
std::string hidden_values_file(const std::string& pods_directory, const std::string& uid);

}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/quantity.hpp"
#include "base/time.hpp"
#include "ports/node_stats.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Eviction signals and thresholds (lifecycle spec 8.1). `containerfs` is not a signal of its own: the engine
/// keeps containers where it keeps images, so it would repeat `imagefs`, or `nodefs` where that is the same.
namespace hooklet {

enum class EvictionSignal {
    memory_available,
    nodefs_available,
    nodefs_inodes_free,
    imagefs_available,
    imagefs_inodes_free,
    pid_available,
};

/// `memory.available`, `nodefs.inodesFree`, ...
std::string_view name(EvictionSignal signal);
/// What is short then: `memory`, `ephemeral-storage`, `inodes`, `pids`.
std::string_view resource_of(EvictionSignal signal);
/// `MemoryPressure`, `DiskPressure`, `PIDPressure`.
std::string_view condition_of(EvictionSignal signal);

/// An amount, or a part of the capacity.
struct ThresholdValue {
    std::optional<api::Quantity> quantity{};
    double fraction = 0;  ///< 0 to 1; counts when there is no quantity.
    /// As an amount of a capacity, rounded down.
    [[nodiscard]] std::int64_t of(std::int64_t capacity) const;
    bool operator==(const ThresholdValue&) const = default;
};

/// Met while less than `value` is available.
struct Threshold {
    EvictionSignal signal = EvictionSignal::memory_available;
    ThresholdValue value;
    Duration grace{};  ///< 0: hard. Soft ones have to be met for so long.
    std::optional<ThresholdValue>
        min_reclaim{};  ///< Once met, it stays so until this much more is available.
    [[nodiscard]] bool is_hard() const { return grace == Duration::zero(); }
    bool operator==(const Threshold&) const = default;
};

/// The settings evictionHard, evictionSoft, evictionSoftGracePeriod and evictionMinimumReclaim.
struct ThresholdSettings {
    std::map<std::string, std::string> hard{{"memory.available", "100Mi"},
                                            {"nodefs.available", "10%"},
                                            {"nodefs.inodesFree", "5%"},
                                            {"imagefs.available", "15%"},
                                            {"imagefs.inodesFree", "5%"}};
    std::map<std::string, std::string> soft{};
    std::map<std::string, std::string> soft_grace{};
    std::map<std::string, std::string> min_reclaim{};
};

/// Reads `memory.available<100Mi,nodefs.available<10%`, the form of a kubelet's flags, for ThresholdSettings;
/// an empty text is no thresholds. Code::invalid with the kubelet's text.
Result<std::map<std::string, std::string>> parse_statements(std::string_view text);

/// Reads the settings; thresholds of 0% and 100% are left out. Fails with Code::invalid and the kubelet's
/// text.
Result<std::vector<Threshold>> parse_thresholds(const ThresholdSettings& settings);

/// What was seen of one signal.
struct SignalObservation {
    std::int64_t available = 0;
    std::int64_t capacity = 0;
};
using Observations = std::map<EvictionSignal, SignalObservation>;

/// Without an image file system of its own, its signals are those of the node's.
Observations observations_of(const NodeUsage& usage);

/// The amount in the signal's own notation, for messages.
api::Quantity quantity_of(EvictionSignal signal, std::int64_t amount);

}  // namespace hooklet

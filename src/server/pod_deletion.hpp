// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <optional>

namespace hooklet::server {

/// What a DELETE does to a Pod, before its finalizers are looked at.
struct PodDeletion {
    enum class Step : std::uint8_t {
        keep,    ///< It is being deleted already, and no sooner.
        mark,    ///< It ends gracefully: the node removes it when it has.
        remove,  ///< At once.
    };
    Step step = Step::keep;
    WallTime deletion_timestamp{};  ///< mark, remove
    std::int64_t grace_s = 0;       ///< mark, remove

    bool operator==(const PodDeletion&) const = default;
};

/// `grace_s` as the request gives it, if it does. A Pod that no node has, or that has ended, goes at once. A
/// deletion under way can only become shorter, counted from its beginning.
PodDeletion plan_pod_deletion(const api::Pod& pod, std::optional<std::int64_t> grace_s, WallTime now);

}  // namespace hooklet::server

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/history.hpp"
#include "support/pod_facts.hpp"

#include <optional>
#include <string>
#include <vector>

namespace hooklet::sim {

/// One container from its creation to its removal, put together from the history.
struct Life {
    std::string pod;
    std::string name;
    std::string id;
    std::string sandbox{};  ///< Its id.
    std::int32_t attempt = 0;
    MonotonicTime created{};
    std::optional<MonotonicTime> started{};
    bool start_unanswered = false;  ///< The agent was not told that it started.
    std::optional<MonotonicTime> term{};
    std::optional<MonotonicTime> kill{};
    std::string kill_cause{};
    std::optional<MonotonicTime> exited{};
    bool succeeded = false;  ///< Ended with exit code 0, not for lack of memory.

    /// Whether it runs at `at`.
    [[nodiscard]] bool live(MonotonicTime at) const {
        return started && *started <= at && (!exited || *exited > at);
    }
};

/// In the order of creation.
std::vector<Life> lives_of(const History& history);

/// One delivery of a hook, as the world saw it.
struct HookUse {
    MonotonicTime begin{};
    std::optional<MonotonicTime> end{};  ///< When the caller had its answer or had given up.
    bool refused = false;                ///< It was tried, but nothing was reached.
};

/// The deliveries of a hook that belong to this life of its container. Network hooks are told apart by time:
/// from this start until `until`, the next one's.
std::vector<HookUse> uses_of(const History& history, const HookFacts& hook, const Life& life,
                             MonotonicTime until);

}  // namespace hooklet::sim

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"

#include <optional>

namespace hooklet {

/// The limits of an exponential back-off.
struct BackOffLimits {
    Duration initial = std::chrono::seconds{10};
    Duration maximum = std::chrono::seconds{300};
    Duration reset_after = std::chrono::seconds{600};  ///< A gap longer than this starts anew.
};

/// How far a back-off has come.
struct BackOffProgress {
    Duration delay{};
    MonotonicTime last_update;
    bool operator==(const BackOffProgress&) const = default;
};

/// Doubling delays between attempts of one thing, as the kubelet counts them: the first failure costs
/// nothing, each further one doubles the delay (lifecycle spec 4.2). A pure value.
class BackOff {
  public:
    explicit BackOff(BackOffLimits limits = {}) : limits_(limits) {}

    /// When the next attempt is allowed, given when the last one ended. nullopt: at once.
    [[nodiscard]] std::optional<MonotonicTime> blocked_until(MonotonicTime last_end, MonotonicTime now) const;
    /// An attempt begins now; the previous one ended at `last_end`.
    void next(MonotonicTime last_end, MonotonicTime now);
    /// The delay that counts now; zero before the first `next`.
    [[nodiscard]] Duration delay() const { return progress_.delay; }

    [[nodiscard]] const BackOffProgress& progress() const { return progress_; }
    /// Goes on where another one was.
    void resume(const BackOffProgress& progress) { progress_ = progress; }

  private:
    [[nodiscard]] bool expired(MonotonicTime last_end) const {
        return last_end - progress_.last_update > limits_.reset_after;
    }
    BackOffLimits limits_;
    BackOffProgress progress_;
};

/// The delay before the n-th retry (n from 0) of a call: `initial` doubling to `maximum`.
Duration retry_delay(unsigned attempt, Duration initial, Duration maximum);

}  // namespace hooklet

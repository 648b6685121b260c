// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/environment.hpp"

namespace hooklet::cli {

/// How long a command that shows what comes waits for a server that gives no answers any more.
inline constexpr Duration comeback_limit = std::chrono::minutes{1};

/// Patience with a server that has answered before: an agent that is started again is back within seconds.
class Comeback {
  public:
    /// Waits for no longer than `limit` after the first failure, nor than the call's deadline. `env` outlives
    /// it; with `tells` the user is told, once each time, that nobody answers.
    Comeback(Environment* env, Call call, Duration limit, bool tells);

    /// The server answers.
    void answered() { failures_ = 0; }
    /// Waits for a second after an error, so that the caller can try again. Fails with the error itself when
    /// it is another than Code::unavailable or when there was none else for `limit`, with Code::deadline at
    /// the call's deadline, or with the token's reason.
    Task<Status> wait(Error error);

  private:
    Environment* env_;
    Call call_;
    Duration limit_;
    bool tells_;
    int failures_ = 0;  ///< Since the last answer.
    MonotonicTime first_{};
};

}  // namespace hooklet::cli

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/promise.hpp"
#include "ports/bounded.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <variant>

namespace hooklet {

/// Bytes on their way from the coroutine that reads a connection to the one that wants those of one channel.
/// Holds about as much as one connection may keep in memory for a reader that does not come; one coroutine
/// puts, one takes.
class ByteQueue {
  public:
    explicit ByteQueue(Clock* clock, std::size_t limit = 64 * 1024) : clock_(clock), limit_(limit) {}

    /// Appends, after waiting until there is less than the limit. What comes after end() or drop() is lost.
    Task<void> put(std::string bytes);
    /// Nothing comes any more: with an error, readers get that once the queue is empty.
    void end(std::optional<Error> why = std::nullopt);
    /// Nobody will read any more; puts return at once.
    void drop();
    /// As ByteStream::read().
    Task<Result<std::string>> take(std::size_t limit, Call call);
    [[nodiscard]] bool ended() const { return ended_; }

  private:
    Clock* clock_;
    std::size_t limit_;
    std::string bytes_;
    bool ended_ = false;
    bool dropped_ = false;
    std::optional<Error> error_;
    std::optional<Promise<Status>> reader_;
    std::optional<Promise<std::monostate>> writer_;
};

}  // namespace hooklet

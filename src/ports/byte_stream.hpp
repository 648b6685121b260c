// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "base/task.hpp"
#include "ports/call.hpp"

#include <cstddef>
#include <string>

namespace hooklet {

/// How much those read at a time who pass on what comes.
inline constexpr std::size_t relay_size = 32UL * 1024;

/// One connection as bytes in both directions: what is left of HTTP after an upgrade. One read and one write
/// may be under way at the same time.
class ByteStream {
  public:
    virtual ~ByteStream() = default;
    /// The next bytes, 1 to `limit` of them; empty when the other side has ended its direction.
    /// Code::unavailable when the connection is lost, Code::deadline, or the token's reason.
    virtual Task<Result<std::string>> read(std::size_t limit, Call call) = 0;
    /// Returns when the bytes are with the system. Errors as read().
    virtual Task<Status> write(std::string bytes, Call call) = 0;
    /// Ends this side's direction; the other one goes on.
    virtual Task<Status> end(Call call) = 0;
    /// Ends both directions at once; what is under way fails with Code::unavailable.
    virtual void close() = 0;
};

}  // namespace hooklet

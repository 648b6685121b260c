// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/promise.hpp"
#include "ports/byte_stream.hpp"

#include <deque>
#include <optional>
#include <string>
#include <variant>

namespace hooklet {

/// Lets several coroutines write whole messages to one connection: one after the other, in the order of the
/// calls. After a write that failed all others fail the same way.
class SerialWriter {
  public:
    explicit SerialWriter(ByteStream* stream) : stream_(stream) {}
    /// Returns when the bytes are with the system. The turn is taken at the call, before the first
    /// suspension. Lasts until the connection is closed at the latest.
    Task<Status> write(std::string bytes);

  private:
    ByteStream* stream_;
    bool busy_ = false;
    std::optional<Error> failed_;
    std::deque<Promise<std::monostate>> waiting_;
};

}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "base/time.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

/// The parts of the gRPC protocol that are not HTTP/2: framing, status, timeouts. Pure.
namespace hooklet::http2 {

/// The message with gRPC's prefix of 5 bytes.
std::string frame_message(std::string_view message);

/// Takes the messages out of a response body that arrives in pieces.
class MessageReader {
  public:
    explicit MessageReader(std::size_t limit) : limit_(limit) {}
    /// Calls `on_message` for each message that is complete now. Fails with internal when a message is longer
    /// than the limit, or compressed.
    Status feed(std::string_view piece, const std::function<void(std::string)>& on_message);

  private:
    std::size_t limit_;
    std::string buffer_;
};

/// The value of `grpc-message`: bytes as %XX. What is not such an escape stays as it is.
std::string percent_decoded(std::string_view text);

/// The outcome that `grpc-status` and the decoded `grpc-message` stand for. A server that cancels by itself
/// is unavailable; a method that it lacks is invalid.
Status outcome_of(int status, std::string message);

/// The value of `grpc-timeout`; nullopt when the time is too long to be written.
std::optional<std::string> timeout_text(Duration timeout);

}  // namespace hooklet::http2

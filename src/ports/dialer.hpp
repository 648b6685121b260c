// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/byte_stream.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace hooklet {

/// Opens TCP connections that stay open: to the engine's streaming server.
class Dialer {
  public:
    virtual ~Dialer() = default;
    /// Errors: unavailable (refused, reset, unreachable), not_found (host name), deadline, or the token's
    /// reason. No operation is under way on a stream that is destroyed.
    virtual Task<Result<std::unique_ptr<ByteStream>>> connect(std::string host, std::uint16_t port,
                                                              Call call) = 0;
};

}  // namespace hooklet

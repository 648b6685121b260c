// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/gate.hpp"
#include "ports/byte_stream.hpp"
#include "ports/clock.hpp"

#include <string>

namespace hooklet {

/// Two connections joined into one. The end of either is the end of both; what was read before is delivered.
class Splice {
  public:
    /// Both outlive it.
    Splice(Executor executor, Clock* clock, ByteStream* client, ByteStream* engine)
        : clock_(clock), client_(client), engine_(engine), gate_(std::move(executor)) {}
    /// Sends `received` to the client first. Returns when both are closed. To be called once.
    Task<void> run(std::string received);

  private:
    Task<void> copy(ByteStream* from, ByteStream* to);

    Clock* clock_;
    ByteStream* client_;
    ByteStream* engine_;
    Gate gate_;
};

}  // namespace hooklet

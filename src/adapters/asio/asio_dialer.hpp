// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/clock.hpp"
#include "ports/dialer.hpp"

#include <utility>

namespace hooklet {

/// TCP connections of the loop, with keep-alive: a peer that has silently gone is noticed after minutes.
class AsioDialer final : public Dialer {
  public:
    AsioDialer(Executor executor, Clock* clock) : executor_(std::move(executor)), clock_(clock) {}
    Task<Result<std::unique_ptr<ByteStream>>> connect(std::string host, std::uint16_t port,
                                                      Call call) override;

  private:
    Executor executor_;
    Clock* clock_;
};

}  // namespace hooklet

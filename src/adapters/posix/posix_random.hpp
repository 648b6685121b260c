// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/random.hpp"

namespace hooklet {

/// The kernel's randomness.
class PosixRandom final : public Random {
  public:
    std::uint64_t next() override;
};

}  // namespace hooklet

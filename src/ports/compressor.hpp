// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/task.hpp"
#include "ports/call.hpp"

#include <string>

namespace hooklet {

/// Compresses files away from the loop.
class Compressor {
  public:
    virtual ~Compressor() = default;
    /// Writes the gzip form of the file `from` as `to`, with the same mode: the whole of it or, on any error,
    /// nothing. `from` stays. Fails with not_found when there is no `from`.
    virtual Task<Status> gzip(std::string from, std::string to, Call call) = 0;
};

}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/posix/worker_thread.hpp"
#include "ports/compressor.hpp"

#include <string>
#include <utility>

namespace hooklet {

/// Compresses on a thread of its own, one file at a time, in the order of the calls. Calls must have ended
/// before it goes.
class GzipCompressor final : public Compressor {
  public:
    GzipCompressor(Executor executor, Clock* clock) : thread_(std::move(executor), clock) {}
    /// The file grows under the name `from`.tmp until it is whole.
    Task<Status> gzip(std::string from, std::string to, Call call) override;

  private:
    WorkerThread thread_;
};

}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/clock.hpp"
#include "ports/compressor.hpp"
#include "support/memory_files.hpp"

#include <string>
#include <utility>

namespace hooklet::sim {

/// "Compresses" by putting `gz:` before the text; takes a second.
class SimCompressor final : public Compressor {
  public:
    SimCompressor(Clock* clock, MemoryFiles* files) : clock_(clock), files_(files) {}
    Task<Status> gzip(std::string from, std::string to, Call call) override {
        const Call work{std::min(clock_->now() + std::chrono::seconds{1}, call.deadline), call.cancel};
        const Status waited = co_await sleep_until(clock_, work);
        if (!waited) co_return waited;
        if (fails) co_return fail(Code::internal, "No space left on device");
        const auto text = files_->read_tail(from, 1 << 20);
        if (!text) co_return std::unexpected(text.error());
        co_return files_->write_file(to, "gz:" + *text, 0640);
    }
    bool fails = false;

  private:
    Clock* clock_;
    MemoryFiles* files_;
};

}  // namespace hooklet::sim

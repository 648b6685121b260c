// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/promise.hpp"
#include "ports/bounded.hpp"
#include "ports/byte_stream.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include <boost/asio/post.hpp>

namespace hooklet::sim {

/// One end of a connection in memory. Like a connection of the machine, it holds only so many bytes that
/// nobody has read; unlike it, a second read or write at the same time is told at once.
class MemoryStream final : public ByteStream {
  public:
    MemoryStream(const MemoryStream&) = delete;
    MemoryStream& operator=(const MemoryStream&) = delete;
    ~MemoryStream() override;

    /// Two ends; what one writes the other reads. `capacity` bytes may be on their way in each direction.
    static std::pair<std::unique_ptr<MemoryStream>, std::unique_ptr<MemoryStream>> pair(
        Clock* clock, std::size_t capacity = 16 * 1024);

    Task<Result<std::string>> read(std::size_t limit, Call call) override;
    Task<Status> write(std::string bytes, Call call) override;
    Task<Status> end(Call call) override;
    void close() override;

    /// Whether the other end has closed or ended and all it wrote was read.
    [[nodiscard]] bool closed() const { return closed_; }

  private:
    /// Bytes on their way in one direction.
    struct Pipe {
        std::string bytes;
        bool ended = false;
        bool broken = false;
        std::optional<Promise<Status>> reader;
        std::optional<Promise<Status>> writer;
        void wake();
    };
    MemoryStream(Clock* clock, std::size_t capacity, std::shared_ptr<Pipe> in, std::shared_ptr<Pipe> out);

    Clock* clock_;
    std::size_t capacity_;
    std::shared_ptr<Pipe> in_;
    std::shared_ptr<Pipe> out_;
    bool closed_ = false;
};

}  // namespace hooklet::sim

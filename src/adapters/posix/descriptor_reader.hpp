// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/posix/unique_fd.hpp"
#include "base/task.hpp"

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

namespace hooklet {

/// Reads a descriptor for as long as it lives, from the loop.
class DescriptorReader {
  public:
    /// What was read, and the errno of a read that failed, else 0; returns whether reading goes on.
    using Listener = std::function<bool(int error, std::string_view text)>;

    DescriptorReader(const Executor& executor, UniqueFd fd, Listener listener)
        : state_(std::make_shared<State>(executor, fd.release(), std::move(listener))) {
        state_->read();
    }
    DescriptorReader(const DescriptorReader&) = delete;
    DescriptorReader& operator=(const DescriptorReader&) = delete;
    ~DescriptorReader() {
        state_->withdrawn = true;
        boost::system::error_code ignored;
        state_->descriptor.close(ignored);
    }

  private:
    /// Shared with the pending read, which outlives the reader.
    struct State : std::enable_shared_from_this<State> {
        State(const Executor& executor, int fd, Listener l)
            : descriptor(executor, fd), listener(std::move(l)) {}

        void read() {
            descriptor.async_read_some(
                asio::buffer(buffer),
                [self = shared_from_this()](const boost::system::error_code& error, std::size_t size) {
                    if (self->withdrawn) return;
                    const bool on = self->listener(error.value(), {self->buffer.data(), size});
                    if (on && !self->withdrawn) self->read();
                });
        }

        asio::posix::stream_descriptor descriptor;
        Listener listener;
        std::array<char, 8192> buffer{};
        bool withdrawn = false;
    };
    std::shared_ptr<State> state_;
};

}  // namespace hooklet

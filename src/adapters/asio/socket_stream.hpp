// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/bounded.hpp"
#include "ports/byte_stream.hpp"

#include <memory>
#include <string>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/asio/write.hpp>

namespace hooklet {

/// A connection of Asio, plain or TLS. Each operation runs to its own end on the socket, which the coroutine
/// that gave up on it does not wait for: what it uses is shared.
template <class Socket>
class SocketStream final : public ByteStream {
  public:
    using Shared = std::shared_ptr<Socket>;
    SocketStream(Shared socket, Clock* clock) : socket_(std::move(socket)), clock_(clock) {}
    SocketStream(const SocketStream&) = delete;
    SocketStream& operator=(const SocketStream&) = delete;
    ~SocketStream() override { SocketStream::close(); }

    Task<Result<std::string>> read(std::size_t limit, Call call) override {
        const auto buffer = std::make_shared<std::string>(limit, '\0');
        const Promise<Result<std::string>> over;
        socket_->async_read_some(asio::buffer(*buffer),
                                 [socket = socket_, buffer, over](ErrorCode error, std::size_t n) {
                                     buffer->resize(n);
                                     if (error && !is_end(error)) over.set(std::unexpected(lost(error)));
                                     over.set(std::move(*buffer));
                                 });
        auto got = co_await bounded(clock_, over, std::move(call));
        // The bytes of a read that nobody waits for any more would be lost.
        if (!got) close();
        co_return got;
    }

    Task<Status> write(std::string bytes, Call call) override {
        const auto kept = std::make_shared<std::string>(std::move(bytes));
        const Promise<Status> over;
        asio::async_write(*socket_, asio::buffer(*kept),
                          [socket = socket_, kept, over](ErrorCode error, std::size_t /*n*/) {
                              over.set(error ? Status(std::unexpected(lost(error))) : Status());
                          });
        const Status written = co_await bounded(clock_, over, std::move(call));
        // Half a write is the end of any protocol.
        if (!written) close();
        co_return written;
    }

    Task<Status> end(Call /*call*/) override {
        ErrorCode error;
        socket_->lowest_layer().shutdown(asio::socket_base::shutdown_send, error);
        if (error) co_return std::unexpected(lost(error));
        co_return Status{};
    }

    void close() override {
        ErrorCode ignored;
        socket_->lowest_layer().close(ignored);
    }

  private:
    using ErrorCode = boost::system::error_code;
    /// Many servers end a TLS connection without saying so: the category's only end of stream is truncation.
    static bool is_end(const ErrorCode& error) {
        return error == asio::error::eof || std::string_view(error.category().name()) == "asio.ssl.stream";
    }
    static Error lost(const ErrorCode& error) { return {Code::unavailable, error.message()}; }

    Shared socket_;
    Clock* clock_;
};

}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/beast/server_tls.hpp"
#include "base/promise.hpp"
#include "base/signal.hpp"
#include "ports/byte_stream.hpp"
#include "ports/clock.hpp"

#include <memory>
#include <optional>
#include <string>

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ssl/stream.hpp>

namespace hooklet {

/// An accepted connection, TCP or Unix, with TLS or without. It is read all the time, into a bounded buffer,
/// so that the client's going away is noticed while nobody reads. When it has ended both directions, and what
/// it had sent is not read within `unread_limit`, the connection is lost. A write that ends early (deadline,
/// token) closes the connection.
class ServerStream final : public ByteStream, public std::enable_shared_from_this<ServerStream> {
  public:
    using Socket = asio::generic::stream_protocol::socket;
    ServerStream(Socket socket, Clock* clock, Duration unread_limit);
    ServerStream(const ServerStream&) = delete;
    ServerStream& operator=(const ServerStream&) = delete;

    /// Makes it a TLS connection; the call's end closes it. Before everything else, once.
    Task<Result<TlsPeer>> start_tls(std::shared_ptr<ServerTls> tls, Call call);
    /// Reads until the connection ends. Spawned once; the other calls need it.
    static Task<void> pump(std::shared_ptr<ServerStream> self);

    Task<Result<std::string>> read(std::size_t limit, Call call) override;
    Task<Status> write(std::string bytes, Call call) override;
    /// Does not wait for the other side.
    Task<Status> end(Call call) override;
    void close() override;

    /// Puts bytes back, to be read first.
    void unread(std::string bytes) { input_.insert(0, bytes); }
    /// Fires when the connection is lost or closed, and, until allow_half_close(), when the client has ended
    /// its direction.
    [[nodiscard]] CancelToken gone() const { return gone_.token(); }
    void allow_half_close() { half_close_ = true; }
    [[nodiscard]] bool open() const { return !failed_; }

  private:
    void abort(Error why);
    /// Ends the connection when the call ends.
    struct Watch {
        Timer deadline;
        CancelRegistration cancellation;
    };
    Watch watch(const Call& call);
    /// Whether there may be more.
    Task<bool> pump_once();
    [[nodiscard]] bool full() const;
    /// Waits for the client's end behind what nobody reads.
    void watch_unread();

    Socket socket_;
    Clock* clock_;
    Duration unread_limit_;
    std::shared_ptr<ServerTls> context_;
    std::optional<asio::ssl::stream<Socket&>> tls_;
    std::string input_;
    bool input_ended_ = false;
    bool half_close_ = false;
    bool watched_ = false;
    Timer unread_;  ///< Of a client that has gone.
    std::optional<Error> failed_;
    std::optional<Promise<Status>> reader_;  ///< Who waits for input.
    Signal room_;                            ///< The input buffer has some again.
    CancelSource gone_;
};

}  // namespace hooklet

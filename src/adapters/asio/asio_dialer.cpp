// SPDX-License-Identifier: Apache-2.0
#include "adapters/asio/asio_dialer.hpp"

#include "ports/bounded.hpp"

#include <tuple>
#include <vector>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

namespace hooklet {

namespace {

using boost::system::error_code;
using Tcp = asio::ip::tcp;

Error network_error(const error_code& error) {
    const bool unknown = error == asio::error::host_not_found || error == asio::error::no_data;
    return {unknown ? Code::not_found : Code::unavailable, error.message()};
}

/// Each operation runs to its own end on the socket, which the coroutine that gave up on it does not wait
/// for: what it uses is shared.
struct Connection {
    explicit Connection(const Executor& executor) : socket(executor) {}
    Tcp::socket socket;
};
using Shared = std::shared_ptr<Connection>;

class AsioStream final : public ByteStream {
  public:
    AsioStream(Shared connection, Clock* clock) : connection_(std::move(connection)), clock_(clock) {}
    AsioStream(const AsioStream&) = delete;
    AsioStream& operator=(const AsioStream&) = delete;
    ~AsioStream() override { AsioStream::close(); }

    Task<Result<std::string>> read(std::size_t limit, Call call) override {
        const auto buffer = std::make_shared<std::string>(limit, '\0');
        const Promise<Result<std::string>> over;
        connection_->socket.async_read_some(
            asio::buffer(*buffer), [connection = connection_, buffer, over](error_code error, std::size_t n) {
                buffer->resize(n);
                if (error && error != asio::error::eof) over.set(std::unexpected(network_error(error)));
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
        asio::async_write(connection_->socket, asio::buffer(*kept),
                          [connection = connection_, kept, over](error_code error, std::size_t /*n*/) {
                              over.set(error ? Status(std::unexpected(network_error(error))) : Status());
                          });
        const Status written = co_await bounded(clock_, over, std::move(call));
        // Half a write is the end of any protocol.
        if (!written) close();
        co_return written;
    }

    Task<Status> end(Call /*call*/) override {
        error_code error;
        connection_->socket.shutdown(Tcp::socket::shutdown_send, error);
        if (error) co_return std::unexpected(network_error(error));
        co_return Status{};
    }

    void close() override {
        error_code ignored;
        connection_->socket.close(ignored);
    }

  private:
    Shared connection_;
    Clock* clock_;
};

}  // namespace

Task<Result<std::unique_ptr<ByteStream>>> AsioDialer::connect(std::string host, std::uint16_t port,
                                                              Call call) {
    const auto connection = std::make_shared<Connection>(executor_);
    const auto resolver = std::make_shared<Tcp::resolver>(executor_);
    const Promise<Status> over;
    resolver->async_resolve(
        host, std::to_string(port),
        [connection, resolver, over](error_code error, const Tcp::resolver::results_type& found) {
            if (error || over.is_set()) {
                over.set(std::unexpected(network_error(error)));
                return;
            }
            asio::async_connect(
                connection->socket, found,
                [connection, over](error_code failed, const Tcp::endpoint& /*to*/) {
                    over.set(failed ? Status(std::unexpected(network_error(failed))) : Status());
                });
        });
    const Status connected = co_await bounded(clock_, over, std::move(call));
    error_code ignored;
    if (!connected) {
        resolver->cancel();
        connection->socket.close(ignored);
        co_return std::unexpected(connected.error());
    }
    connection->socket.set_option(Tcp::no_delay(true), ignored);
    connection->socket.set_option(asio::socket_base::keep_alive(true), ignored);
    co_return std::make_unique<AsioStream>(connection, clock_);
}

}  // namespace hooklet

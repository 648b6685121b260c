// SPDX-License-Identifier: Apache-2.0
#include "adapters/asio/asio_dialer.hpp"

#include "adapters/asio/socket_stream.hpp"
#include "adapters/asio/tcp_connect.hpp"

namespace hooklet {

Task<Result<std::unique_ptr<ByteStream>>> AsioDialer::connect(std::string host, std::uint16_t port,
                                                              Call call) {
    const auto socket = co_await tcp_connect(executor_, clock_, std::move(host), port, std::move(call));
    if (!socket) co_return std::unexpected(socket.error());
    co_return std::make_unique<SocketStream<asio::ip::tcp::socket>>(*socket, clock_);
}

}  // namespace hooklet

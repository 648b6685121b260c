// SPDX-License-Identifier: Apache-2.0
#include "adapters/asio/tcp_connect.hpp"

#include "ports/bounded.hpp"

#include <boost/asio/connect.hpp>

namespace hooklet {

namespace {

using boost::system::error_code;
using Tcp = asio::ip::tcp;

Error network_error(const error_code& error) {
    const bool unknown = error == asio::error::host_not_found || error == asio::error::no_data;
    return {unknown ? Code::not_found : Code::unavailable, error.message()};
}

}  // namespace

Task<Result<std::shared_ptr<Tcp::socket>>> tcp_connect(Executor executor, Clock* clock, std::string host,
                                                       std::uint16_t port, Call call) {
    const auto socket = std::make_shared<Tcp::socket>(executor);
    const auto resolver = std::make_shared<Tcp::resolver>(executor);
    const Promise<Status> over;
    resolver->async_resolve(
        host, std::to_string(port),
        [socket, resolver, over](error_code error, const Tcp::resolver::results_type& found) {
            if (error || over.is_set()) {
                over.set(std::unexpected(network_error(error)));
                return;
            }
            asio::async_connect(*socket, found, [socket, over](error_code failed, const Tcp::endpoint&) {
                over.set(failed ? Status(std::unexpected(network_error(failed))) : Status());
            });
        });
    const Status connected = co_await bounded(clock, over, std::move(call));
    error_code ignored;
    if (!connected) {
        resolver->cancel();
        socket->close(ignored);
        co_return std::unexpected(connected.error());
    }
    socket->set_option(Tcp::no_delay(true), ignored);
    socket->set_option(asio::socket_base::keep_alive(true), ignored);
    co_return socket;
}

}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
#include "adapters/beast/beast_http_server.hpp"

#include "adapters/beast/completion.hpp"
#include "adapters/beast/http_session.hpp"
#include "adapters/beast/server_stream.hpp"
#include "adapters/beast/server_tls.hpp"
#include "base/gate.hpp"

#include <cerrno>
#include <functional>
#include <set>
#include <utility>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hooklet {

namespace {

using boost::system::error_code;
using Tcp = asio::ip::tcp;
using Unix = asio::local::stream_protocol;

/// After a failed accept (no file descriptors left), before the next.
constexpr Duration accept_pause = std::chrono::milliseconds{100};

std::string text_of(const Tcp::endpoint& endpoint) {
    const std::string address = endpoint.address().to_string();
    return fmt::format(fmt::runtime(endpoint.address().is_v6() ? "[{}]:{}" : "{}:{}"), address,
                       endpoint.port());
}

void set_tcp_option(Tcp::socket& socket, int option, int value) {
    (void)::setsockopt(socket.native_handle(), IPPROTO_TCP, option, &value, sizeof value);
}

HttpPeer peer_of(Tcp::socket& socket) {
    error_code ignored;
    socket.set_option(Tcp::no_delay(true), ignored);
    // A client that has vanished without a word, or behind words that nobody reads, is noticed in two
    // minutes.
    socket.set_option(asio::socket_base::keep_alive(true), ignored);
    set_tcp_option(socket, TCP_KEEPIDLE, 60);
    set_tcp_option(socket, TCP_KEEPINTVL, 15);
    set_tcp_option(socket, TCP_KEEPCNT, 4);
    HttpPeer peer;
    peer.address = text_of(socket.remote_endpoint(ignored));
    return peer;
}

HttpPeer peer_of(Unix::socket& socket) {
    HttpPeer peer;
    ucred credentials{};
    socklen_t size = sizeof credentials;
    if (::getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0) {
        peer.user_id = credentials.uid;
    }
    return peer;
}

Status remove_old_socket(const std::string& path) {
    struct stat found{};
    if (::lstat(path.c_str(), &found) != 0) return {};
    if (!S_ISSOCK(found.st_mode)) return fail(Code::conflict, path + " is there and is not a socket");
    if (::unlink(path.c_str()) != 0) return std::unexpected(errno_error("remove " + path, errno));
    return {};
}

Error listen_error(const std::string& where, const error_code& error) {
    return errno_error("listen on " + where, error.value());
}

}  // namespace

struct BeastHttpServer::Impl : std::enable_shared_from_this<BeastHttpServer::Impl> {
    Impl(Executor executor_, Clock* clock_, HttpHandler* handler_, HttpServerOptions options_)
        : executor(std::move(executor_)),
          clock(clock_),
          handler(handler_),
          options(std::move(options_)),
          strangers(options.strangers),
          gate(executor) {}

    template <class Protocol>
    Task<void> accept(std::shared_ptr<asio::basic_socket_acceptor<Protocol>> acceptor);
    /// `open` counts the listener's connections.
    Task<void> serve(std::shared_ptr<ServerStream> stream, HttpPeer peer, std::shared_ptr<std::size_t> open);
    Task<bool> secure(std::shared_ptr<ServerStream> stream, HttpPeer* peer);
    template <class Protocol>
    Status listen(const typename Protocol::endpoint& endpoint, std::string where,
                  std::function<Status(asio::basic_socket_acceptor<Protocol>&)> before);
    void drain();
    void cut_off();

    Executor executor;
    Clock* clock;
    HttpHandler* handler;
    HttpServerOptions options;
    WaitingRoom strangers;
    std::shared_ptr<ServerTls> tls;
    std::vector<std::function<void()>> listeners;  ///< Each closes one.
    std::set<ServerStream*> streams;
    std::set<HttpSession*> sessions;
    bool draining = false;
    CancelSource stopped;
    Gate gate;
};

template <class Protocol>
Status BeastHttpServer::Impl::listen(const typename Protocol::endpoint& endpoint, std::string where,
                                     std::function<Status(asio::basic_socket_acceptor<Protocol>&)> before) {
    auto acceptor = std::make_shared<asio::basic_socket_acceptor<Protocol>>(executor);
    error_code error;
    acceptor->open(endpoint.protocol(), error);
    if (!error) acceptor->set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor->bind(endpoint, error);
    if (error) return std::unexpected(listen_error(where, error));
    if (auto ready = before(*acceptor); !ready) return ready;
    acceptor->listen(asio::socket_base::max_listen_connections, error);
    if (error) return std::unexpected(listen_error(where, error));
    listeners.emplace_back([acceptor] {
        error_code ignored;
        acceptor->close(ignored);
    });
    gate.spawn(accept<Protocol>(std::move(acceptor)));
    return {};
}

template <class Protocol>
Task<void> BeastHttpServer::Impl::accept(std::shared_ptr<asio::basic_socket_acceptor<Protocol>> acceptor) {
    const auto open = std::make_shared<std::size_t>(0);
    bool told = false;
    while (!draining) {
        auto [error, socket] = co_await acceptor->async_accept(no_throw);
        if (draining) break;
        const bool before = std::exchange(told, static_cast<bool>(error));
        if (error) {
            if (!before && options.refused) options.refused(errno_error("accept", error.value()));
            const Call pause = clock->call_within(accept_pause, stopped.token());
            co_await sleep_until(clock, pause);
            continue;
        }
        if (*open >= options.connections && !strangers.make_way()) continue;
        HttpPeer peer = peer_of(socket);
        auto stream = std::make_shared<ServerStream>(std::move(socket), clock, options.unread);
        gate.spawn(serve(std::move(stream), std::move(peer), open));
    }
}

Task<bool> BeastHttpServer::Impl::secure(std::shared_ptr<ServerStream> stream, HttpPeer* peer) {
    const Call call = clock->call_within(options.handshake, stopped.token());
    const WaitingRoom::Seat seat(&strangers, stream.get());
    const auto shown = co_await stream->start_tls(tls, call);
    if (!shown) co_return false;
    peer->certificate = shown->certificate;
    peer->certificate_refused = shown->refused;
    co_return true;
}

Task<void> BeastHttpServer::Impl::serve(std::shared_ptr<ServerStream> stream, HttpPeer peer,
                                        std::shared_ptr<std::size_t> open) {
    ++*open;
    streams.insert(stream.get());
    const bool over_tcp = !peer.address.empty();
    bool usable = true;
    if (over_tcp) usable = co_await secure(stream, &peer);
    if (usable) {
        gate.spawn(ServerStream::pump(stream));
        const HttpSession::Service service{clock, handler, &options, &strangers};
        HttpSession session(stream, std::move(peer), service);
        sessions.insert(&session);
        if (draining) session.drain();
        co_await session.run();
        sessions.erase(&session);
    }
    stream->close();
    streams.erase(stream.get());
    --*open;
}

void BeastHttpServer::Impl::drain() {
    draining = true;
    for (const auto& close : listeners) close();
    stopped.cancel({Code::cancelled, "the server is shutting down"});
    for (HttpSession* const session : std::set(sessions)) session->drain();
}

void BeastHttpServer::Impl::cut_off() {
    for (ServerStream* const stream : std::set(streams)) stream->close();
}

BeastHttpServer::BeastHttpServer(Executor executor, Clock* clock, HttpHandler* handler,
                                 HttpServerOptions options)
    : impl_(std::make_shared<Impl>(std::move(executor), clock, handler, options)) {}

BeastHttpServer::~BeastHttpServer() = default;

Status BeastHttpServer::use_certificate(KeyPair server, std::string client_authorities) {
    auto made = ServerTls::make(server, client_authorities);
    if (!made) return std::unexpected(made.error());
    impl_->tls = *std::move(made);
    return {};
}

Result<std::uint16_t> BeastHttpServer::listen_tls(std::string address, std::uint16_t port) {
    error_code error;
    const auto parsed = asio::ip::make_address(address, error);
    if (error) return fail(Code::invalid, fmt::format("listen on {}: not an IP address", address));
    const Tcp::endpoint endpoint(parsed, port);
    std::uint16_t bound = 0;
    const Status listening =
        impl_->listen<Tcp>(endpoint, text_of(endpoint), [&bound](Tcp::acceptor& acceptor) {
            bound = acceptor.local_endpoint().port();
            return Status{};
        });
    if (!listening) return std::unexpected(listening.error());
    return bound;
}

Status BeastHttpServer::listen_unix(std::string path) {
    if (path.size() >= sizeof(sockaddr_un::sun_path)) {
        return fail(Code::invalid, fmt::format("listen on {}: the path is too long for a socket", path));
    }
    if (auto removed = remove_old_socket(path); !removed) return removed;
    // Nobody can connect before listen(), so the mode is right from the first moment on.
    auto listening = impl_->listen<Unix>(Unix::endpoint(path), path, [path](Unix::acceptor&) -> Status {
        if (::chmod(path.c_str(), 0600) == 0) return {};
        return std::unexpected(errno_error("chmod " + path, errno));
    });
    if (listening) impl_->listeners.emplace_back([path] { ::unlink(path.c_str()); });
    return listening;
}

Task<void> BeastHttpServer::stop(Call call) {
    impl_->drain();
    const auto cut_off = [impl = impl_.get()] { impl->cut_off(); };
    const Timer timer = impl_->clock->at(call.deadline, cut_off);
    const CancelRegistration cancellation = call.cancel.on_cancel(cut_off);
    co_await impl_->gate.close();
}

}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
#include "adapters/beast/beast_network.hpp"

#include "adapters/beast/completion.hpp"
#include "adapters/beast/http_message.hpp"
#include "adapters/http2/grpc_health.hpp"
#include "base/promise.hpp"

#include <array>
#include <cctype>
#include <cstring>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

namespace hooklet {

namespace {

using boost::system::error_code;
using Tcp = asio::ip::tcp;
using Transferred = std::tuple<error_code, std::size_t>;

Error timed_out() {
    return {Code::deadline, "timed out"};
}

Error lookup_error(const error_code& error) {
    if (error == asio::error::host_not_found || error == asio::error::no_data) {
        return {Code::not_found, "no such host"};
    }
    return {Code::unavailable, "host lookup failed: " + error.message()};
}

Error network_error(const error_code& error) {
    if (is_end_of_stream(error)) return {Code::unavailable, "EOF"};
    if (error.category() == asio::error::get_ssl_category()) {
        const char* reason = ::ERR_reason_error_string(static_cast<unsigned long>(error.value()));
        return {Code::unavailable, fmt::format("tls: {}", reason != nullptr ? reason : error.message())};
    }
    // The C library's words are Go's, but for the first letter.
    std::string text = error.message();
    text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
    return {Code::unavailable, std::move(text)};
}

bool is_address(const std::string& host) {
    error_code error;
    asio::ip::make_address(host, error);
    return !error;
}

/// Sees each record header of a TLS connection as it is received; `found` points to a bool.
void note_http_answer(int sent, int /*version*/, int type, const void* bytes, std::size_t size, SSL* /*ssl*/,
                      void* found) {
    if (sent == 0 && type == SSL3_RT_HEADER && size >= 5 && std::memcmp(bytes, "HTTP/", 5) == 0) {
        *static_cast<bool*>(found) = true;
    }
}

/// One TCP connection, with TLS or without, whose operations all end with the call: with Code::deadline when
/// its time is over, with the token's reason when it is cancelled. One operation at a time; closed when
/// destroyed. Errors are short, as Go words them: `connection refused`, `EOF`.
class Connection {
  public:
    Connection(Executor executor, Clock* clock, const Call& call);
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Looks up `host` unless it is an address, and tries its addresses in order.
    Task<Status> open(std::string host, std::uint16_t port);
    /// Turns the open connection into a TLS one. Code::conflict: the other side answers in plain HTTP.
    Task<Status> start_tls(asio::ssl::context* context, std::string host);
    Task<Status> send(std::string bytes);
    /// Gives the open connection away; the Call does not end it any more.
    Tcp::socket release();
    /// The next bytes, valid until the next operation; none at the end of the stream.
    Task<Result<std::string_view>> receive();

  private:
    using Addresses = std::vector<Tcp::endpoint>;
    using Resolved = Promise<Result<Addresses>>;

    void abort(Error why);
    [[nodiscard]] Error failure(const error_code& error) const;
    Task<Result<Addresses>> resolve(std::string host, std::uint16_t port);

    Executor executor_;
    Tcp::socket socket_;
    std::optional<asio::ssl::stream<Tcp::socket&>> tls_;
    bool http_answer_ = false;  ///< The first bytes of the TLS answer were `HTTP/`.
    std::optional<Error> aborted_;
    std::optional<Resolved> resolving_;
    std::array<char, 16384> buffer_;
    Timer deadline_;
    CancelRegistration cancellation_;
};

Connection::Connection(Executor executor, Clock* clock, const Call& call)
    : executor_(std::move(executor)), socket_(executor_) {
    if (call.cancel.cancelled()) {
        aborted_ = call.cancel.reason();
    } else if (clock->now() >= call.deadline) {
        aborted_ = timed_out();
    } else {
        deadline_ = clock->at(call.deadline, [this] { abort(timed_out()); });
        cancellation_ = call.cancel.on_cancel([this, cancel = call.cancel] { abort(cancel.reason()); });
    }
}

void Connection::abort(Error why) {
    if (aborted_) return;
    aborted_ = std::move(why);
    if (resolving_) resolving_->set(std::unexpected(*aborted_));
    error_code ignored;
    socket_.close(ignored);
}

Error Connection::failure(const error_code& error) const {
    return aborted_ ? *aborted_ : network_error(error);
}

Task<Result<Connection::Addresses>> Connection::resolve(std::string host, std::uint16_t port) {
    error_code not_an_address;
    const auto address = asio::ip::make_address(host, not_an_address);
    if (!not_an_address) co_return Addresses{{address, port}};
    const Resolved resolved;
    resolving_ = resolved;
    // A look-up that the system does not finish cannot be interrupted, only abandoned: it keeps the resolver.
    auto resolver = std::make_shared<Tcp::resolver>(executor_);
    resolver->async_resolve(
        host, std::to_string(port), Tcp::resolver::numeric_service,
        [resolver, resolved](const error_code& error, const Tcp::resolver::results_type& found) {
            if (error) {
                resolved.set(std::unexpected(lookup_error(error)));
            } else {
                resolved.set(Addresses(found.begin(), found.end()));
            }
        });
    co_return co_await resolved.get();
}

Task<Status> Connection::open(std::string host, std::uint16_t port) {
    if (aborted_) co_return std::unexpected(*aborted_);
    const auto addresses = co_await resolve(std::move(host), port);
    if (aborted_) co_return std::unexpected(*aborted_);
    if (!addresses) co_return std::unexpected(addresses.error());
    const auto [error, used] = co_await asio::async_connect(socket_, *addresses, no_throw);
    if (error || aborted_) co_return std::unexpected(failure(error));
    co_return Status{};
}

Task<Status> Connection::start_tls(asio::ssl::context* context, std::string host) {
    tls_.emplace(socket_, *context);
    SSL* ssl = tls_->native_handle();
    SSL_set_msg_callback(ssl, note_http_answer);
    SSL_set_msg_callback_arg(ssl, &http_answer_);
    if (!is_address(host)) SSL_set_tlsext_host_name(ssl, host.c_str());
    const auto [error] = co_await tls_->async_handshake(asio::ssl::stream_base::client, no_throw);
    if (aborted_) co_return std::unexpected(*aborted_);
    if (error && http_answer_) {
        co_return fail(Code::conflict, "server gave HTTP response to HTTPS client");
    }
    if (error) co_return std::unexpected(failure(error));
    co_return Status{};
}

Tcp::socket Connection::release() {
    deadline_ = {};
    cancellation_ = {};
    return std::move(socket_);
}

Task<Status> Connection::send(std::string bytes) {
    const auto buffer = asio::buffer(bytes);
    Transferred sent;
    if (tls_) {
        sent = co_await asio::async_write(*tls_, buffer, no_throw);
    } else {
        sent = co_await asio::async_write(socket_, buffer, no_throw);
    }
    const error_code error = std::get<0>(sent);
    if (error || aborted_) co_return std::unexpected(failure(error));
    co_return Status{};
}

Task<Result<std::string_view>> Connection::receive() {
    const auto buffer = asio::buffer(buffer_);
    Transferred received;
    if (tls_) {
        received = co_await tls_->async_read_some(buffer, no_throw);
    } else {
        received = co_await socket_.async_read_some(buffer, no_throw);
    }
    const auto [error, count] = received;
    if (aborted_) co_return std::unexpected(*aborted_);
    if (is_end_of_stream(error)) co_return std::string_view{};
    if (error) co_return std::unexpected(failure(error));
    co_return std::string_view(buffer_.data(), count);
}

Task<Result<HttpResponse>> exchange(Connection* connection, std::string request, std::size_t body_limit) {
    // A server may answer, and close, before it has read everything: then the answer counts.
    const Status sent = co_await connection->send(std::move(request));
    HttpAnswerReader answer(body_limit);
    while (!answer.done()) {
        const auto bytes = co_await connection->receive();
        if (!bytes) co_return std::unexpected(sent ? bytes.error() : sent.error());
        const Status taken = bytes->empty() ? answer.end() : answer.feed(*bytes);
        if (!taken) co_return std::unexpected(sent ? taken.error() : sent.error());
    }
    co_return answer.take();
}

}  // namespace

struct BeastNetwork::Tls {
    asio::ssl::context context{asio::ssl::context::tls_client};
};

BeastNetwork::BeastNetwork(Executor executor, Clock* clock) : executor_(std::move(executor)), clock_(clock) {}

BeastNetwork::~BeastNetwork() = default;

Task<Result<HttpResponse>> BeastNetwork::http_get(HttpRequest request, Call call) {
    auto bytes = http_request_bytes(request);
    if (!bytes) co_return std::unexpected(bytes.error());
    Connection connection(executor_, clock_, call);
    const Status opened = co_await connection.open(request.host, request.port);
    if (!opened) co_return std::unexpected(opened.error());
    if (request.tls) {
        if (!tls_) tls_ = std::make_unique<Tls>();
        const Status secured = co_await connection.start_tls(&tls_->context, request.host);
        if (!secured) co_return std::unexpected(secured.error());
    }
    co_return co_await exchange(&connection, *std::move(bytes), request.body_limit);
}

Task<Status> BeastNetwork::tcp_connect(std::string host, std::uint16_t port, Call call) {
    Connection connection(executor_, clock_, call);
    co_return co_await connection.open(std::move(host), port);
}

Task<Result<GrpcHealth>> BeastNetwork::grpc_health_check(GrpcHealthRequest request, Call call) {
    Connection connection(executor_, clock_, call);
    const Status opened = co_await connection.open(request.host, request.port);
    if (!opened) co_return std::unexpected(opened.error());
    co_return co_await http2::check_health(connection.release(), std::move(request), clock_, std::move(call));
}

}  // namespace hooklet

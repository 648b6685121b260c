// SPDX-License-Identifier: Apache-2.0
#include "server_bench.hpp"

#include "support/run_task.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/completion_condition.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <openssl/ssl.h>

namespace hooklet {

namespace {

using boost::system::error_code;

constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);

template <class Protocol>
asio::generic::stream_protocol::socket connected(asio::io_context& loop,
                                                 const typename Protocol::endpoint& endpoint) {
    typename Protocol::socket socket(loop);
    socket.connect(endpoint);
    return socket;
}

template <class Stream>
Task<void> write_all(Stream* stream, std::string bytes) {
    co_await asio::async_write(*stream, asio::buffer(bytes), no_throw);
}

template <class Stream>
Task<std::string> read_some_until(Stream* stream, std::string* buffer, std::string marker) {
    const auto [error, count] =
        co_await asio::async_read_until(*stream, asio::dynamic_buffer(*buffer), marker, no_throw);
    const std::size_t size = error ? buffer->size() : count;
    std::string found = buffer->substr(0, size);
    buffer->erase(0, size);
    co_return found;
}

template <class Stream>
Task<std::string> read_to_end(Stream* stream, std::string* buffer) {
    co_await asio::async_read(*stream, asio::dynamic_buffer(*buffer), no_throw);
    co_return std::exchange(*buffer, {});
}

/// Until the buffer has `size` bytes.
template <class Stream>
Task<void> read_more(Stream* stream, std::string* buffer, std::size_t size) {
    const std::size_t missing = size - std::min(size, buffer->size());
    co_await asio::async_read(*stream, asio::dynamic_buffer(*buffer), asio::transfer_exactly(missing),
                              no_throw);
}

template <class Stream>
Task<bool> shake_hands(Stream* stream) {
    const auto [error] = co_await stream->async_handshake(asio::ssl::stream_base::client, no_throw);
    co_return !error;
}

}  // namespace

Task<void> echo(HttpExchange* exchange) {
    const HttpServerRequest& request = exchange->request();
    HttpReply reply{200, {}, request.method + " " + request.target + " " + request.body};
    co_await exchange->respond(std::move(reply));
}

RawClient::RawClient(asio::io_context& loop, const std::string& path)
    : loop_(loop), socket_(connected<asio::local::stream_protocol>(loop, path)) {}

RawClient::RawClient(asio::io_context& loop, std::uint16_t port)
    : loop_(loop), socket_(connected<asio::ip::tcp>(loop, {asio::ip::make_address("127.0.0.1"), port})) {}

bool RawClient::start_tls(const TlsSettings& settings) {
    if (settings.certificate) {
        context_.use_certificate(asio::buffer(settings.certificate->certificate), asio::ssl::context::pem);
        context_.use_private_key(asio::buffer(settings.certificate->key), asio::ssl::context::pem);
    }
    if (settings.highest_version != 0) {
        SSL_CTX_set_min_proto_version(context_.native_handle(), 0);
        SSL_CTX_set_max_proto_version(context_.native_handle(), settings.highest_version);
        SSL_CTX_set_security_level(context_.native_handle(), 0);
    }
    std::string protocols;
    for (const std::string& one : settings.protocols) protocols += static_cast<char>(one.size()) + one;
    tls_.emplace(socket_, context_);
    SSL_set_alpn_protos(tls_->native_handle(), reinterpret_cast<const unsigned char*>(protocols.data()),
                        static_cast<unsigned>(protocols.size()));
    return run(loop_, shake_hands(&*tls_));
}

std::string RawClient::protocol() {
    const unsigned char* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(tls_->native_handle(), &name, &size);
    return {reinterpret_cast<const char*>(name), size};
}

void RawClient::send(std::string bytes) {
    run(loop_, tls_ ? write_all(&*tls_, std::move(bytes)) : write_all(&socket_, std::move(bytes)));
}

std::string RawClient::read_until(const std::string& marker) {
    return run(loop_, tls_ ? read_some_until(&*tls_, &buffer_, marker)
                           : read_some_until(&socket_, &buffer_, marker));
}

std::string RawClient::read_all() {
    return run(loop_, tls_ ? read_to_end(&*tls_, &buffer_) : read_to_end(&socket_, &buffer_));
}

std::string RawClient::get(const std::string& target) {
    send("GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n");
    const std::string length = "Content-Length: ";
    const std::string head = read_until("\r\n\r\n");
    const std::size_t at = head.find(length);
    if (at == std::string::npos) throw std::runtime_error("no length in: " + head);
    const std::size_t size = std::stoul(head.substr(at + length.size()));
    run(loop_, tls_ ? read_more(&*tls_, &buffer_, size) : read_more(&socket_, &buffer_, size));
    std::string body = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return body;
}

void RawClient::end() {
    error_code ignored;
    socket_.shutdown(asio::socket_base::shutdown_send, ignored);
}

void RawClient::close() {
    error_code ignored;
    socket_.close(ignored);
}

ServerBench::ServerBench(ScriptedHandler::Script script, HttpServerOptions options)
    : handler(std::move(script)), server(loop.get_executor(), &clock, &handler, options) {
    if (auto listening = server.listen_unix(folder.path("api.sock")); !listening) {
        throw std::runtime_error(listening.error().text());
    }
}

ServerBench::~ServerBench() {
    if (!stopped_) stop();
    // What the server has left to the loop: callbacks of closed sockets.
    loop.restart();
    loop.poll();
}

HttpServerOptions ServerBench::patient() {
    using std::chrono::hours;
    HttpServerOptions options;
    for (Duration* one : {&options.handshake, &options.idle, &options.stranger_idle, &options.head,
                          &options.body, &options.write, &options.linger, &options.unread}) {
        *one = hours{1};
    }
    return options;
}

std::string ServerBench::answer_to(const std::string& bytes) {
    RawClient asking = client();
    asking.send(bytes);
    return asking.read_all();
}

void ServerBench::stop(Duration limit) {
    stopped_ = true;
    run(loop, server.stop(clock.call_within(limit)));
}

}  // namespace hooklet

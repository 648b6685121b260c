// SPDX-License-Identifier: Apache-2.0
#include "http_servers.hpp"

#include "adapters/beast/completion.hpp"

#include <array>
#include <utility>

#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace hooklet {

namespace {

using Tcp = asio::ip::tcp;

Task<> serve(Tcp::acceptor* acceptor, OneShotServer::Script script) {
    auto [error, socket] = co_await acceptor->async_accept(no_throw);
    if (!error) co_await script(std::move(socket));
}

template <class Stream>
Task<> exchange(Stream* stream, std::string answer, std::shared_ptr<std::string> seen) {
    std::string request;
    co_await asio::async_read_until(*stream, asio::dynamic_buffer(request), "\r\n\r\n", no_throw);
    if (seen) *seen = request;
    co_await asio::async_write(*stream, asio::buffer(answer), no_throw);
}

Task<> serve_plain(Tcp::socket socket, std::string answer, std::shared_ptr<std::string> seen) {
    co_await exchange(&socket, std::move(answer), std::move(seen));
}

/// A self-signed certificate and its key, made in memory.
void use_own_certificate(SSL_CTX* context) {
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME* name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("test"), -1,
                               -1, 0);
    X509_set_issuer_name(certificate, name);
    X509_sign(certificate, key, EVP_sha256());
    SSL_CTX_use_certificate(context, certificate);
    SSL_CTX_use_PrivateKey(context, key);
    X509_free(certificate);
    EVP_PKEY_free(key);
}

Task<> serve_tls(Tcp::socket socket, std::string answer, std::shared_ptr<std::string> server_name) {
    asio::ssl::context context(asio::ssl::context::tls_server);
    use_own_certificate(context.native_handle());
    asio::ssl::stream<Tcp::socket> stream(std::move(socket), context);
    const auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::server, no_throw);
    if (error) co_return;
    const char* name = SSL_get_servername(stream.native_handle(), TLSEXT_NAMETYPE_host_name);
    *server_name = name != nullptr ? name : "none";
    co_await exchange(&stream, std::move(answer), nullptr);
}

Task<> swallow(Tcp::socket socket) {
    std::array<char, 1024> buffer{};
    boost::system::error_code error;
    while (!error) {
        std::tie(error, std::ignore) = co_await socket.async_read_some(asio::buffer(buffer), no_throw);
    }
}

Task<> receive_once(Tcp::socket socket) {
    std::array<char, 4096> buffer{};
    co_await socket.async_read_some(asio::buffer(buffer), no_throw);
}

Task<> serve_endlessly(Tcp::socket socket, std::string first, std::string piece) {
    auto [error, count] = co_await asio::async_write(socket, asio::buffer(first), no_throw);
    while (!error && !piece.empty()) {
        std::tie(error, count) = co_await asio::async_write(socket, asio::buffer(piece), no_throw);
    }
    co_await swallow(std::move(socket));
}

}  // namespace

OneShotServer::OneShotServer(asio::io_context& loop, Script script, const char* address)
    : loop_(loop), acceptor_(loop, {asio::ip::make_address(address), 0}), gate_(loop.get_executor()) {
    gate_.spawn(serve(&acceptor_, std::move(script)));
}

OneShotServer::~OneShotServer() {
    acceptor_.close();
    loop_.restart();
    while (gate_.running() > 0) loop_.run_one();
}

std::uint16_t OneShotServer::port() const {
    return acceptor_.local_endpoint().port();
}

OneShotServer::Script answer_with(std::string answer, std::shared_ptr<std::string> seen) {
    return [=](Tcp::socket socket) { return serve_plain(std::move(socket), answer, seen); };
}

OneShotServer::Script answer_over_tls(std::string answer, std::shared_ptr<std::string> server_name) {
    return [=](Tcp::socket socket) { return serve_tls(std::move(socket), answer, server_name); };
}

OneShotServer::Script repeat(std::string first, std::string piece) {
    return [=](Tcp::socket socket) { return serve_endlessly(std::move(socket), first, piece); };
}

OneShotServer::Script hang_up() {
    return receive_once;
}

OneShotServer::Script never_answer() {
    return swallow;
}

}  // namespace hooklet

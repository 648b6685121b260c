// SPDX-License-Identifier: Apache-2.0
#include "adapters/beast/beast_http_client.hpp"

#include "adapters/asio/socket_stream.hpp"
#include "adapters/asio/tcp_connect.hpp"
#include "adapters/beast/completion.hpp"
#include "adapters/beast/http_grammar.hpp"
#include "adapters/beast/http_message.hpp"

#include <algorithm>
#include <ctime>
#include <limits>
#include <utility>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <fmt/format.h>
#include <openssl/ssl.h>

namespace hooklet {

namespace {

using boost::system::error_code;
using Tcp = asio::ip::tcp;
using Unix = asio::local::stream_protocol;
using TlsStream = asio::ssl::stream<Tcp::socket>;

Error connect_error(const error_code& error) {
    const bool missing = error == boost::system::errc::no_such_file_or_directory;
    const bool refused = error == boost::system::errc::permission_denied;
    return {missing ? Code::not_found : refused ? Code::invalid : Code::unavailable, error.message()};
}

/// What was read before is read first.
class Upgraded final : public ByteStream {
  public:
    Upgraded(ByteStream* stream, std::string first) : stream_(stream), first_(std::move(first)) {}
    Task<Result<std::string>> read(std::size_t limit, Call call) override {
        if (first_.empty()) co_return co_await stream_->read(limit, std::move(call));
        std::string taken = first_.substr(0, limit);
        first_.erase(0, limit);
        co_return taken;
    }
    Task<Status> write(std::string bytes, Call call) override {
        return stream_->write(std::move(bytes), std::move(call));
    }
    Task<Status> end(Call call) override { return stream_->end(std::move(call)); }
    void close() override { stream_->close(); }

  private:
    ByteStream* stream_;
    std::string first_;
};

class StreamedAnswer final : public HttpAnswer {
  public:
    explicit StreamedAnswer(std::unique_ptr<ByteStream> stream) : stream_(std::move(stream)) {}

    [[nodiscard]] int status() const override { return reader_.head().status; }
    [[nodiscard]] const std::vector<HttpHeader>& headers() const override { return reader_.head().headers; }

    Task<Status> read_head(Call call) {
        while (!reader_.has_head()) {
            const Status fed = co_await feed(call);
            if (!fed) co_return fed;
        }
        if (status() == 101) upgraded_ = std::make_unique<Upgraded>(stream_.get(), reader_.take_rest());
        co_return Status{};
    }

    Task<Result<std::string>> read(Call call) override {
        while (true) {
            std::string piece = reader_.take_body();
            if (!piece.empty() || reader_.done()) co_return piece;
            const Status fed = co_await feed(call);
            if (!fed) co_return std::unexpected(fed.error());
        }
    }

    ByteStream* stream() override { return upgraded_.get(); }

  private:
    Task<Status> feed(Call call) {
        auto bytes = co_await stream_->read(read_size, std::move(call));
        if (!bytes) co_return std::unexpected(bytes.error());
        if (!bytes->empty()) co_return reader_.feed(*bytes);
        const Status ended = reader_.end();
        if (!ended) co_return ended;
        if (reader_.head().body_truncated) co_return fail(Code::unavailable, "the connection was lost");
        co_return Status{};
    }

    std::unique_ptr<ByteStream> stream_;
    HttpAnswerReader reader_{std::numeric_limits<std::size_t>::max()};
    std::unique_ptr<Upgraded> upgraded_;
};

}  // namespace

struct BeastHttpClient::Tls {
    asio::ssl::context context{asio::ssl::context::tls_client};

    Status use(const HttpEndpoint& endpoint) {
        error_code error;
        if (!endpoint.verify) {
            context.set_verify_mode(asio::ssl::verify_none, error);
        } else {
            context.set_verify_mode(asio::ssl::verify_peer, error);
            if (endpoint.authority.empty()) context.set_default_verify_paths(error);
            if (!endpoint.authority.empty())
                context.add_certificate_authority(asio::buffer(endpoint.authority), error);
        }
        if (error) return fail(Code::invalid, "the server's authority: " + error.message());
        if (!endpoint.identity) return {};
        context.use_certificate_chain(asio::buffer(endpoint.identity->certificate), error);
        if (!error)
            context.use_private_key(asio::buffer(endpoint.identity->key), asio::ssl::context::pem, error);
        if (error) return fail(Code::invalid, "the client's certificate: " + error.message());
        return {};
    }

    /// A connection whose other side is to prove that it is the endpoint's server at this time.
    std::shared_ptr<TlsStream> stream(Tcp::socket socket, const HttpEndpoint& endpoint, WallTime now) {
        const std::string& name = endpoint.server_name.empty() ? endpoint.host : endpoint.server_name;
        auto made = std::make_shared<TlsStream>(std::move(socket), context);
        error_code not_an_address;
        asio::ip::make_address(name, not_an_address);
        if (not_an_address) SSL_set_tlsext_host_name(made->native_handle(), name.c_str());
        const auto at = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
        X509_VERIFY_PARAM_set_time(SSL_get0_param(made->native_handle()), static_cast<std::time_t>(at));
        if (endpoint.verify) made->set_verify_callback(asio::ssl::host_name_verification(name));
        return made;
    }
};

BeastHttpClient::BeastHttpClient(Executor executor, Clock* clock, HttpEndpoint endpoint)
    : executor_(std::move(executor)), clock_(clock), endpoint_(std::move(endpoint)) {}

BeastHttpClient::~BeastHttpClient() = default;

Result<std::string> BeastHttpClient::bytes_of(const HttpClientRequest& request) const {
    if (!request.target.starts_with('/') || !std::ranges::all_of(request.target, is_target_char))
        return fail(Code::invalid, "invalid request target");
    const bool v6 = endpoint_.host.contains(':');
    const std::string host =
        endpoint_.socket.empty()
            ? fmt::format("{}{}{}:{}", v6 ? "[" : "", endpoint_.host, v6 ? "]" : "", endpoint_.port)
            : "localhost";
    std::string head = fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\n", request.method, request.target, host);
    for (const HttpHeader& header : request.headers) {
        if (!is_token(header.name) || !std::ranges::all_of(header.value, is_value_char))
            return fail(Code::invalid, fmt::format("invalid header \"{}\"", header.name));
        head += fmt::format("{}: {}\r\n", header.name, header.value);
    }
    if (!request.body.empty() || request.method == "POST" || request.method == "PUT")
        head += fmt::format("Content-Length: {}\r\n", request.body.size());
    return head + "\r\n" + request.body;
}

BeastHttpClient::Connected BeastHttpClient::connect_unix(Call call) {
    if (endpoint_.socket.size() >= sizeof(sockaddr_un::sun_path))
        co_return fail(Code::invalid, "the socket's path is too long");
    const auto socket = std::make_shared<Unix::socket>(executor_);
    const Promise<Status> over;
    socket->async_connect(Unix::endpoint(endpoint_.socket), [socket, over](error_code error) {
        over.set(error ? Status(std::unexpected(connect_error(error))) : Status());
    });
    const Status connected = co_await bounded(clock_, over, std::move(call));
    if (!connected) co_return std::unexpected(connected.error());
    co_return std::make_unique<SocketStream<Unix::socket>>(socket, clock_);
}

BeastHttpClient::Connected BeastHttpClient::connect_tcp(Call call) {
    auto socket = co_await tcp_connect(executor_, clock_, endpoint_.host, endpoint_.port, call);
    if (!socket) co_return std::unexpected(socket.error());
    if (!endpoint_.tls) co_return std::make_unique<SocketStream<Tcp::socket>>(*socket, clock_);
    if (!tls_) {
        tls_ = std::make_unique<Tls>();
        const Status used = tls_->use(endpoint_);
        if (!used) co_return std::unexpected(used.error());
    }
    const auto secure = tls_->stream(std::move(**socket), endpoint_, clock_->wall());
    const Promise<Status> over;
    secure->async_handshake(asio::ssl::stream_base::client, [secure, over](error_code error) {
        over.set(error ? Status(fail(Code::unavailable, "tls: " + error.message())) : Status());
    });
    const Status done = co_await bounded(clock_, over, std::move(call));
    auto stream = std::make_unique<SocketStream<TlsStream>>(secure, clock_);
    if (!done) co_return std::unexpected(done.error());
    co_return std::move(stream);
}

BeastHttpClient::Connected BeastHttpClient::connect(Call call) {
    return endpoint_.socket.empty() ? connect_tcp(std::move(call)) : connect_unix(std::move(call));
}

Task<Result<std::unique_ptr<HttpAnswer>>> BeastHttpClient::send(HttpClientRequest request, Call call) {
    auto bytes = bytes_of(request);
    if (!bytes) co_return std::unexpected(bytes.error());
    auto stream = co_await connect(call);
    if (!stream) co_return std::unexpected(stream.error());
    ByteStream* const connection = stream->get();
    auto answer = std::make_unique<StreamedAnswer>(*std::move(stream));
    // A server may answer before it has read everything: then the answer counts.
    const Status sent = co_await connection->write(*std::move(bytes), call);
    const Status read = co_await answer->read_head(call);
    if (!read) co_return std::unexpected(sent ? read.error() : sent.error());
    co_return std::move(answer);
}

}  // namespace hooklet

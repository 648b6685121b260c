// SPDX-License-Identifier: Apache-2.0
#include "adapters/http2/http2_connection.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <nghttp2/nghttp2.h>

namespace hooklet::http2 {

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

/// ExecSync answers with up to 16 MiB for each of two streams.
constexpr std::size_t longest_message = 40UL * 1024 * 1024;
/// How much the server may send before it waits for us, for each call and for all together.
constexpr std::int32_t window = 4 * 1024 * 1024;
constexpr std::size_t output_chunk = 256UL * 1024;

nghttp2_nv header(std::string_view name, std::string_view value) {
    // nghttp2 copies both; its structure lacks const for historical reasons.
    const auto bytes = [](std::string_view text) {
        return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
    };
    return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

}  // namespace

Rpc::Rpc(std::string path_, std::string_view request, std::function<void(std::string)> listener)
    : path(std::move(path_)),
      body(frame_message(request)),
      reader(longest_message),
      on_message(std::move(listener)) {}

/// What nghttp2 calls while it works through received bytes.
struct Http2Connection::Callbacks {
    static Http2Connection& self(void* user) { return *static_cast<Http2Connection*>(user); }

    static Rpc* rpc(void* user, std::int32_t stream) {
        const auto found = self(user).rpcs_.find(stream);
        return found == self(user).rpcs_.end() ? nullptr : found->second.get();
    }

    static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                         std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                         std::uint8_t, void* user) {
        Rpc* const call = rpc(user, frame->hd.stream_id);
        const std::string_view key(reinterpret_cast<const char*>(name), name_size);
        const std::string_view text(reinterpret_cast<const char*>(value), value_size);
        if (call == nullptr) return 0;
        if (key == "grpc-message") call->message = percent_decoded(text);
        if (key == "grpc-status") {
            constexpr int unknown = 2;
            std::from_chars(text.data(), text.data() + text.size(), call->status.emplace(unknown));
        }
        return 0;
    }

    static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
        if (frame->hd.type == NGHTTP2_SETTINGS) self(user).ready_.set({});
        return 0;
    }

    static int on_data(nghttp2_session*, std::uint8_t, std::int32_t stream, const std::uint8_t* data,
                       std::size_t size, void* user) {
        Rpc* const call = rpc(user, stream);
        if (call == nullptr) return 0;
        const std::string_view piece(reinterpret_cast<const char*>(data), size);
        if (auto read = call->reader.feed(piece, call->on_message); !read) {
            self(user).abandon(self(user).rpcs_.at(stream), read.error());
        }
        return 0;
    }

    static int on_close(nghttp2_session*, std::int32_t stream, std::uint32_t code, void* user) {
        const Rpc* const call = rpc(user, stream);
        if (call == nullptr) return 0;
        const std::string why = nghttp2_http2_strerror(code);
        self(user).finish(stream, call->status
                                      ? outcome_of(*call->status, call->message)
                                      : fail(Code::unavailable, "the server ended the call: " + why));
        return 0;
    }

    static ssize_t read_body(nghttp2_session*, std::int32_t, std::uint8_t* to, std::size_t size,
                             std::uint32_t* flags, nghttp2_data_source* source, void*) {
        auto& call = *static_cast<Rpc*>(source->ptr);
        const std::size_t count = std::min(size, call.body.size() - call.sent);
        std::copy_n(call.body.data() + call.sent, count, to);
        call.sent += count;
        if (call.sent == call.body.size()) *flags |= NGHTTP2_DATA_FLAG_EOF;
        return static_cast<ssize_t>(count);
    }
};

Http2Connection::Http2Connection(Socket socket, Http2Names names)
    : socket_(std::move(socket)), names_(std::move(names)) {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, Callbacks::on_header);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, Callbacks::on_frame);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, Callbacks::on_data);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, Callbacks::on_close);
    nghttp2_session_client_new(&session_, callbacks, this);
    nghttp2_session_callbacks_del(callbacks);
    const std::array settings{nghttp2_settings_entry{NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
                              nghttp2_settings_entry{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, window}};
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
    nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, window);
}

Http2Connection::~Http2Connection() {
    nghttp2_session_del(session_);
}

bool Http2Connection::usable() const {
    return open_ && nghttp2_session_check_request_allowed(session_) != 0;
}

void Http2Connection::submit(const std::shared_ptr<Rpc>& rpc) {
    std::vector<nghttp2_nv> headers{header(":method", "POST"),
                                    header(":scheme", "http"),
                                    header(":path", rpc->path),
                                    header(":authority", names_.authority),
                                    header("te", "trailers"),
                                    header("content-type", "application/grpc"),
                                    header("user-agent", names_.user_agent)};
    for (const auto& [name, value] : names_.metadata) headers.push_back(header(name, value));
    if (rpc->timeout) headers.push_back(header("grpc-timeout", *rpc->timeout));
    nghttp2_data_provider body{};
    body.source.ptr = rpc.get();
    body.read_callback = Callbacks::read_body;
    const std::int32_t stream =
        nghttp2_submit_request(session_, nullptr, headers.data(), headers.size(), &body, nullptr);
    if (stream < 0) {
        rpc->done.set(fail(Code::unavailable, nghttp2_strerror(stream)));
        return;
    }
    rpc->stream = stream;
    rpcs_[stream] = rpc;
    output_.notify();
}

void Http2Connection::abandon(const std::shared_ptr<Rpc>& rpc, Error why) {
    if (!rpcs_.contains(rpc->stream)) return;
    // Until the stream is closed nghttp2 may still ask for the body, so the call is kept by the entry.
    rpc->done.set(std::unexpected(std::move(why)));
    rpc->on_message = [](const std::string&) {};
    nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, rpc->stream, NGHTTP2_CANCEL);
    output_.notify();
}

void Http2Connection::finish(std::int32_t stream, Status outcome) {
    const auto node = rpcs_.extract(stream);
    node.mapped()->done.set(std::move(outcome));
}

void Http2Connection::close() {
    if (!std::exchange(open_, false)) return;
    boost::system::error_code ignored;
    socket_.close(ignored);
    ready_.set(fail(Code::unavailable, "the server does not speak HTTP/2, or closed the connection"));
    for (const auto& [stream, rpc] : std::exchange(rpcs_, {})) {
        rpc->done.set(fail(Code::unavailable, "the connection to the server was lost"));
    }
    output_.notify();
}

Task<void> Http2Connection::read() {
    std::vector<std::uint8_t> buffer(output_chunk);
    while (open_) {
        const auto [error, count] = co_await socket_.async_read_some(asio::buffer(buffer), as_result);
        if (error || !open_ || nghttp2_session_mem_recv(session_, buffer.data(), count) < 0) break;
        output_.notify();
    }
    close();
}

std::string Http2Connection::pending_output() {
    std::string output;
    while (output.size() < output_chunk) {
        const std::uint8_t* data = nullptr;
        const ssize_t size = nghttp2_session_mem_send(session_, &data);
        if (size <= 0) break;
        output.append(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size));
    }
    return output;
}

Task<void> Http2Connection::write() {
    while (open_) {
        const std::string output = pending_output();
        if (output.empty()) {
            // Either side has ended the session, and nothing is left to be said.
            if (nghttp2_session_want_read(session_) == 0) break;
            co_await output_.wait();
            continue;
        }
        const auto [error, count] = co_await asio::async_write(socket_, asio::buffer(output), as_result);
        if (error) break;
    }
    close();
}

}  // namespace hooklet::http2

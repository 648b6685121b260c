// SPDX-License-Identifier: Apache-2.0
#include "health_server.hpp"

#include "adapters/beast/completion.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <nghttp2/nghttp2.h>

namespace hooklet {

namespace {

using Tcp = asio::ip::tcp;

nghttp2_nv header(std::string_view name, std::string_view value) {
    const auto bytes = [](std::string_view text) {
        return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
    };
    return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

/// One connection's HTTP/2 session.
struct Conversation {
    explicit Conversation(HealthScript what) : script(std::move(what)) {
        nghttp2_session_callbacks* callbacks = nullptr;
        nghttp2_session_callbacks_new(&callbacks);
        nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
        nghttp2_session_server_new(&session, callbacks, this);
        nghttp2_session_callbacks_del(callbacks);
        nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, nullptr, 0);
    }
    Conversation(const Conversation&) = delete;
    Conversation& operator=(const Conversation&) = delete;
    ~Conversation() { nghttp2_session_del(session); }

    static Conversation& self(void* user) { return *static_cast<Conversation*>(user); }

    static int on_header(nghttp2_session*, const nghttp2_frame*, const std::uint8_t* name,
                         std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                         std::uint8_t, void* user) {
        const std::string key(reinterpret_cast<const char*>(name), name_size);
        self(user).call.headers[key].assign(reinterpret_cast<const char*>(value), value_size);
        return 0;
    }
    static int on_data(nghttp2_session*, std::uint8_t, std::int32_t, const std::uint8_t* data,
                       std::size_t size, void* user) {
        self(user).call.body.append(reinterpret_cast<const char*>(data), size);
        return 0;
    }
    static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
        const bool request = frame->hd.type == NGHTTP2_DATA || frame->hd.type == NGHTTP2_HEADERS;
        if (request && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0)
            self(user).answer(frame->hd.stream_id);
        return 0;
    }
    static ssize_t read_body(nghttp2_session* session, std::int32_t stream, std::uint8_t* to, std::size_t,
                             std::uint32_t* flags, nghttp2_data_source*, void* user) {
        const std::string& body = self(user).body;
        std::copy(body.begin(), body.end(), to);
        *flags |= NGHTTP2_DATA_FLAG_EOF | NGHTTP2_DATA_FLAG_NO_END_STREAM;
        const std::array trailers{header("grpc-status", "0")};
        nghttp2_submit_trailer(session, stream, trailers.data(), trailers.size());
        return static_cast<ssize_t>(body.size());
    }

    void answer(std::int32_t stream) {
        answered = true;
        if (script.on_call) script.on_call();
        if (script.silent) return;
        std::vector<nghttp2_nv> headers{header(":status", "200"), header("content-type", "application/grpc")};
        const std::string status = std::to_string(script.grpc_status);
        if (script.grpc_status != 0) {
            headers.push_back(header("grpc-status", status));
            headers.push_back(header("grpc-message", script.grpc_message));
            nghttp2_submit_response(session, stream, headers.data(), headers.size(), nullptr);
            return;
        }
        body = std::string(4, '\0') + static_cast<char>(script.response.size()) + script.response;
        nghttp2_data_provider provider{};
        provider.read_callback = read_body;
        nghttp2_submit_response(session, stream, headers.data(), headers.size(), &provider);
    }

    HealthScript script;
    nghttp2_session* session = nullptr;
    SeenCall call;
    std::string body;
    bool answered = false;
};

Task<> serve_health(Tcp::socket socket, HealthScript script, std::shared_ptr<SeenCall> seen) {
    Conversation conversation(std::move(script));
    std::array<std::uint8_t, 4096> buffer{};
    while (true) {
        const std::uint8_t* data = nullptr;
        for (ssize_t size = 1; size > 0;) {
            size = nghttp2_session_mem_send(conversation.session, &data);
            if (size <= 0) break;
            const std::string output(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size));
            co_await asio::async_write(socket, asio::buffer(output), no_throw);
        }
        if (seen && conversation.answered) *seen = conversation.call;
        const auto [error, count] = co_await socket.async_read_some(asio::buffer(buffer), no_throw);
        if (error || nghttp2_session_mem_recv(conversation.session, buffer.data(), count) < 0) co_return;
    }
}

}  // namespace

OneShotServer::Script answer_health(HealthScript script, std::shared_ptr<SeenCall> seen) {
    return [=](Tcp::socket socket) { return serve_health(std::move(socket), script, seen); };
}

}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
#include "unit/adapters_cri/event_server.hpp"

#include "adapters/http2/grpc_message.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <nghttp2/nghttp2.h>

namespace hooklet::cri {

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

nghttp2_nv header(std::string_view name, std::string_view value) {
    const auto bytes = [](std::string_view text) {
        return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
    };
    return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

}  // namespace

struct EventServer::Callbacks {
    static EventServer& self(void* user) { return *static_cast<EventServer*>(user); }

    static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                         std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                         std::uint8_t, void* user) {
        if (std::string_view(reinterpret_cast<const char*>(name), name_size) == ":path") {
            const std::string path(reinterpret_cast<const char*>(value), value_size);
            self(user).called.push_back(path);
            self(user).paths_[frame->hd.stream_id] = path;
        }
        return 0;
    }
    static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
        const bool request = frame->hd.type == NGHTTP2_DATA || frame->hd.type == NGHTTP2_HEADERS;
        if (request && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) {
            self(user).respond(frame->hd.stream_id);
        }
        return 0;
    }
    static ssize_t read_body(nghttp2_session*, std::int32_t, std::uint8_t* to, std::size_t size,
                             std::uint32_t*, nghttp2_data_source* source, void*) {
        auto& body = *static_cast<std::string*>(source->ptr);
        if (body.empty()) return NGHTTP2_ERR_DEFERRED;
        const std::size_t count = std::min(size, body.size());
        std::copy_n(body.data(), count, to);
        body.erase(0, count);
        return static_cast<ssize_t>(count);
    }
};

EventServer::EventServer(asio::io_context& loop, const std::string& path)
    : acceptor_(loop, asio::local::stream_protocol::endpoint(path)),
      socket_(loop),
      gate_(loop.get_executor()) {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, Callbacks::on_header);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, Callbacks::on_frame);
    nghttp2_session_server_new(&session_, callbacks, this);
    nghttp2_session_callbacks_del(callbacks);
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, nullptr, 0);
    gate_.spawn(serve());
}

EventServer::~EventServer() {
    nghttp2_session_del(session_);
}

void EventServer::respond(std::int32_t number) {
    const std::array refusal{header(":status", "200"), header("content-type", "application/grpc"),
                             header("grpc-status", grpc_status), header("grpc-message", grpc_message)};
    if (paths_[number] != stream) {
        nghttp2_submit_response(session_, number, refusal.data(), refusal.size(), nullptr);
        return;
    }
    std::string& body = bodies_[number];
    for (const std::string& message : messages) body += http2::frame_message(message);
    nghttp2_data_provider provider{};
    provider.source.ptr = &body;
    provider.read_callback = Callbacks::read_body;
    nghttp2_submit_response(session_, number, refusal.data(), 2, &provider);
}

Task<void> EventServer::serve() {
    const auto [refused] = co_await acceptor_.async_accept(socket_, as_result);
    if (refused) co_return;
    std::array<std::uint8_t, 4096> buffer{};
    while (true) {
        co_await answer();
        const auto [error, count] = co_await socket_.async_read_some(asio::buffer(buffer), as_result);
        if (error || nghttp2_session_mem_recv(session_, buffer.data(), count) < 0) co_return;
    }
}

Task<void> EventServer::answer() {
    const std::uint8_t* data = nullptr;
    for (ssize_t size = 0; (size = nghttp2_session_mem_send(session_, &data)) > 0;) {
        const std::string output(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size));
        const auto [error, count] = co_await asio::async_write(socket_, asio::buffer(output), as_result);
        if (error) co_return;
    }
}

Task<void> EventServer::stop() {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    socket_.close(ignored);
    co_await gate_.close();
}

}  // namespace hooklet::cri

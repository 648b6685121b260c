// SPDX-License-Identifier: Apache-2.0
#include "client/remote_command.hpp"

#include "api/base64.hpp"
#include "api/json.hpp"
#include "client/document.hpp"
#include "streams/big_endian.hpp"
#include "streams/command_channels.hpp"

#include <charconv>
#include <utility>

#include <fmt/format.h>

namespace hooklet::client {

namespace {

constexpr std::size_t read_size = 64 * 1024;
constexpr std::size_t largest_message = 64U << 20;
constexpr char close_channel = '\xff';

char number(Channel channel) {
    return static_cast<char>(std::to_underlying(channel));
}

}  // namespace

Result<int> exit_code_of(std::string_view status) {
    const auto document = api::parse_json(status);
    if (!document) return fail(Code::internal, fmt::format("error: {}", status));
    if (text_at(*document, "status") == "Success") return 0;
    if (text_at(*document, "reason") == "NonZeroExitCode") {
        for (const api::Node& cause : items(*document, "details.causes")) {
            const std::string digits = text_at(cause, "message");
            int code = 0;
            std::from_chars(digits.data(), digits.data() + digits.size(), code);
            if (text_at(cause, "reason") == "ExitCode" && code != 0) return code;
        }
    }
    return fail(Code::internal, "error: " + text_at(*document, "message"));
}

RemoteCommand::RemoteCommand(Ports ports, CommandEnds ends)
    : ports_(std::move(ports)),
      ends_(std::move(ends)),
      writer_(ports_.stream),
      decoder_(largest_message, websocket::Sender::server),
      over_(ports_.cancel),
      gate_(ports_.executor) {}

std::vector<HttpHeader> RemoteCommand::handshake(Random& random) {
    std::string key;
    append_big_endian(key, random.next(), 8);
    append_big_endian(key, random.next(), 8);
    return {{"Connection", "Upgrade"},
            {"Upgrade", "websocket"},
            {"Sec-WebSocket-Version", "13"},
            {"Sec-WebSocket-Key", api::to_base64(key)},
            {"Sec-WebSocket-Protocol", "v5.channel.k8s.io"}};
}

Task<Status> RemoteCommand::write_frame(websocket::Opcode opcode, std::string payload) {
    const auto mask = static_cast<std::uint32_t>(ports_.random->next());
    co_return co_await writer_.write(websocket::encode_masked(opcode, payload, mask));
}

Task<void> RemoteCommand::write(std::string payload) {
    // Who reads will see that the connection is gone.
    (void)co_await write_frame(websocket::Opcode::binary, std::move(payload));
}

void RemoteCommand::send_size() {
    const ConsoleSize size = ends_.console->size();
    gate_.spawn(write(
        fmt::format("{}{{\"Width\":{},\"Height\":{}}}", number(Channel::resize), size.columns, size.rows)));
}

Task<void> RemoteCommand::send_input() {
    const Call call(MonotonicTime::max(), over_.token());
    while (true) {
        auto bytes = co_await ends_.console->read(call);
        if (over_.token().cancelled()) co_return;
        if (!bytes || bytes->empty()) break;
        std::string payload = number(Channel::stdin_) + *std::move(bytes);
        co_await write(std::move(payload));
    }
    std::string ended{close_channel, number(Channel::stdin_)};
    co_await write(std::move(ended));
}

std::optional<Result<int>> RemoteCommand::take(const websocket::Message& message) {
    const bool data =
        message.opcode == websocket::Opcode::binary || message.opcode == websocket::Opcode::text;
    if (!data || message.payload.empty()) return std::nullopt;
    const std::string_view content = std::string_view(message.payload).substr(1);
    const char channel = message.payload.front();
    if (channel == number(Channel::stdout_)) ends_.out(content);
    if (channel == number(Channel::stderr_)) ends_.err(content);
    if (channel == number(Channel::error) && !content.empty()) return exit_code_of(content);
    return std::nullopt;
}

Task<Result<int>> RemoteCommand::receive() {
    const Call call(MonotonicTime::max(), ports_.cancel);
    const Error lost{Code::unavailable, "error: the connection was lost before the command ended"};
    while (true) {
        const auto message = decoder_.next();
        if (!message) co_return std::unexpected(message.error());
        if (!*message) {
            const auto bytes = co_await ports_.stream->read(read_size, call);
            if (!bytes) co_return std::unexpected(ports_.cancel.cancelled() ? bytes.error() : lost);
            if (bytes->empty()) co_return std::unexpected(lost);
            decoder_.feed(*bytes);
            continue;
        }
        if (auto end = take(**message)) co_return *std::move(end);
        std::string payload = (**message).payload;
        if ((**message).opcode == websocket::Opcode::ping)
            (void)co_await write_frame(websocket::Opcode::pong, std::move(payload));
        if ((**message).opcode == websocket::Opcode::close) co_return std::unexpected(lost);
    }
}

Task<Result<int>> RemoteCommand::run() {
    if (ends_.console != nullptr) gate_.spawn(send_input());
    if (ends_.console != nullptr && ends_.tty) {
        ends_.console->on_resize([this] { send_size(); });
        send_size();
    }
    auto end = co_await receive();
    over_.cancel();
    if (ends_.console != nullptr) ends_.console->on_resize({});
    ports_.stream->close();
    co_await gate_.close();
    co_return end;
}

}  // namespace hooklet::client

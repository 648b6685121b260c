// SPDX-License-Identifier: Apache-2.0
#include "streams/websocket_channels.hpp"

#include "api/base64.hpp"

#include <optional>
#include <utility>

namespace hooklet {

namespace {

constexpr std::size_t message_size = 32 * 1024;
/// In front of the number of a channel that the client ends.
constexpr unsigned char close_channel = 255;

std::optional<Channel> channel_of(unsigned number) {
    if (number >= channel_count) return std::nullopt;
    return static_cast<Channel>(number);
}

}  // namespace

/// What the client sends in one channel.
class WebSocketChannels::Input final : public ByteStream {
  public:
    explicit Input(ByteQueue* queue) : queue_(queue) {}
    Task<Result<std::string>> read(std::size_t limit, Call call) override {
        return queue_->take(limit, std::move(call));
    }
    Task<Status> write(std::string /*bytes*/, Call /*call*/) override {
        co_return fail(Code::invalid, "the channel is only read");
    }
    Task<Status> end(Call /*call*/) override { co_return Status{}; }
    void close() override { queue_->drop(); }

  private:
    ByteQueue* queue_;
};

/// What is sent to the client in one channel. There is no way to say that it has ended.
class WebSocketChannels::Output final : public ByteStream {
  public:
    Output(WebSocketChannels* owner, Channel channel) : owner_(owner), channel_(channel) {}
    Task<Result<std::string>> read(std::size_t /*limit*/, Call /*call*/) override {
        co_return fail(Code::invalid, "the channel is only written");
    }
    Task<Status> write(std::string bytes, Call /*call*/) override {
        return owner_->send(channel_, std::move(bytes));
    }
    Task<Status> end(Call /*call*/) override { co_return Status{}; }
    void close() override {}

  private:
    WebSocketChannels* owner_;
    Channel channel_;
};

WebSocketChannels::WebSocketChannels(Executor executor, Clock* clock, ByteStream* connection,
                                     std::string_view protocol, CommandStreams streams)
    : connection_(connection, clock),
      streams_(streams),
      half_close_(protocol.starts_with("v5.")),
      base64_(protocol.find("base64.") != std::string_view::npos),
      status_as_json_(half_close_ || protocol.starts_with("v4.")),
      stdin_(clock),
      resize_(clock),
      gate_(std::move(executor)) {
    for (const Channel channel : {Channel::stdin_, Channel::resize}) {
        if (!streams_.has(channel)) continue;
        ByteQueue* queue = channel == Channel::stdin_ ? &stdin_ : &resize_;
        channels_[std::to_underlying(channel)] = std::make_unique<Input>(queue);
    }
    for (const Channel channel : {Channel::stdout_, Channel::stderr_}) {
        if (streams_.has(channel)) {
            channels_[std::to_underlying(channel)] = std::make_unique<Output>(this, channel);
        }
    }
}

WebSocketChannels::~WebSocketChannels() = default;

ByteStream* WebSocketChannels::stream(Channel channel) {
    return channels_[std::to_underlying(channel)].get();
}

Task<Status> WebSocketChannels::start() {
    const Channel first = streams_.stdout_   ? Channel::stdout_
                          : streams_.stderr_ ? Channel::stderr_
                                             : Channel::error;
    const Status told = co_await send(first, std::string());
    gate_.spawn(receive());
    co_return told;
}

Task<Status> WebSocketChannels::send(Channel channel, std::string bytes) {
    std::size_t at = 0;
    do {
        const std::string_view piece = std::string_view(bytes).substr(at, message_size);
        at += message_size;
        const auto number = std::to_underlying(channel);
        std::string payload(1, static_cast<char>(base64_ ? '0' + number : number));
        payload += base64_ ? api::to_base64(piece) : std::string(piece);
        const auto opcode = base64_ ? websocket::Opcode::text : websocket::Opcode::binary;
        const Status sent = co_await connection_.send(opcode, std::move(payload));
        if (!sent) co_return sent;
    } while (at < bytes.size());
    co_return Status{};
}

Task<void> WebSocketChannels::dispatch(std::string payload) {
    if (payload.empty()) co_return;
    unsigned number = static_cast<unsigned char>(payload[0]);
    payload.erase(0, 1);
    if (half_close_ && number == close_channel) {
        const bool is_stdin = !payload.empty() && payload[0] == std::to_underlying(Channel::stdin_);
        if (is_stdin) stdin_.end();
        co_return;
    }
    if (base64_) {
        number -= '0';
        auto bytes = api::from_base64(payload);
        if (!bytes) co_return;
        payload = std::move(*bytes);
    }
    const auto channel = channel_of(number);
    if (!channel || !streams_.has(*channel)) co_return;
    if (*channel == Channel::stdin_) {
        co_await stdin_.put(std::move(payload));
    } else if (*channel == Channel::resize) {
        co_await resize_.put(std::move(payload));
    }
}

Task<void> WebSocketChannels::receive() {
    while (true) {
        auto message = co_await connection_.receive(CancelToken());
        if (!message) {
            stdin_.end(message.error());
            resize_.end(message.error());
            gone_.cancel(message.error());
            co_return;
        }
        co_await dispatch(std::move(message->payload));
    }
}

Task<void> WebSocketChannels::finish(CommandEnd end) {
    const std::string& report = status_as_json_ ? end.status : end.text;
    if (!report.empty()) (void)co_await send(Channel::error, report);
    stdin_.drop();
    resize_.drop();
    co_await connection_.close(websocket::CloseCode::normal, std::string());
    co_await gate_.close();
}

}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
#include "streams/remote_command.hpp"

#include <utility>

namespace hooklet {

namespace {

constexpr std::size_t longest_status = 64 * 1024;
constexpr Duration open_limit = std::chrono::seconds{30};
/// An engine that cannot attach ends the streams at once. One that is quiet for so long has attached.
constexpr Duration refusal_limit = std::chrono::milliseconds{300};

}  // namespace

RemoteCommand::RemoteCommand(Executor executor, Clock* clock, CommandChannels* client,
                             EngineConnection engine)
    : clock_(clock),
      client_(client),
      connection_(std::move(engine.stream)),
      received_(std::move(engine.received)),
      session_(executor, clock, connection_.get(), spdy::Role::client),
      inputs_(executor),
      outputs_(executor) {}

Task<Status> RemoteCommand::open(CommandStreams streams) {
    const Call call = clock_->call_within(open_limit, client_->gone());
    // The order in which kubectl opens them.
    for (const Channel channel :
         {Channel::error, Channel::stdin_, Channel::stdout_, Channel::stderr_, Channel::resize}) {
        if (!streams.has(channel)) continue;
        const spdy::Headers headers{{"streamtype", std::string(stream_type(channel))}};
        auto stream = co_await session_.open(headers, call);
        if (!stream) co_return std::unexpected(stream.error());
        channels_[std::to_underlying(channel)] = std::move(*stream);
    }
    co_return Status{};
}

Task<void> RemoteCommand::copy(ByteStream* from, ByteStream* to, CancelToken cancel) {
    const Call call{MonotonicTime::max(), std::move(cancel)};
    Status written;
    while (true) {
        auto piece = co_await from->read(relay_size, call);
        if (!piece) co_return;
        if (piece->empty()) break;
        // Bytes that nobody takes any more are read all the same, so that they hold up nothing else.
        if (written) written = co_await to->write(std::move(*piece), call);
    }
    if (written) (void)co_await to->end(call);
}

Task<std::string> RemoteCommand::read_status() {
    const Call unlimited{MonotonicTime::max(), {}};
    std::string status;
    while (true) {
        const auto piece = co_await engine(Channel::error)->read(relay_size, unlimited);
        if (!piece || piece->empty()) co_return status;
        if (status.size() < longest_status) status += *piece;
    }
}

Task<void> RemoteCommand::output(Channel channel, std::string before) {
    const Call unlimited{MonotonicTime::max(), client_->gone()};
    ByteStream* to = client_->stream(channel);
    if (!before.empty()) {
        const Call soon = clock_->call_within(refusal_limit, client_->gone());
        auto first = co_await engine(channel)->read(relay_size, soon);
        const bool quiet = !first && first.error().code == Code::deadline;
        const bool ended = !quiet && (!first || first->empty());
        if (ended) {
            unshown_.push_back({to, std::move(before)});
            co_return;
        }
        if (!quiet) before += *first;
        (void)co_await to->write(std::move(before), unlimited);
    }
    CancelToken never;
    co_await copy(engine(channel), to, std::move(never));
}

Task<void> RemoteCommand::show_unshown() {
    const Call unlimited{MonotonicTime::max(), client_->gone()};
    for (Unshown& one : unshown_) {
        (void)co_await one.to->write(std::move(one.text), unlimited);
        (void)co_await one.to->end(unlimited);
    }
}

Task<CommandEnd> RemoteCommand::run(CommandStreams streams, WrittenOutput before) {
    session_.start(received_);
    const CancelRegistration lost = client_->gone().on_cancel([this] { connection_->close(); });
    const Status opened = co_await open(streams);
    if (!opened) {
        co_await session_.stop();
        co_return CommandEnd::failure("unable to open the engine's streams: " + opened.error().message);
    }
    for (const Channel channel : {Channel::stdin_, Channel::resize}) {
        ByteStream* from = client_->stream(channel);
        if (from != nullptr) inputs_.spawn(copy(from, engine(channel), over_.token()));
    }
    if (engine(Channel::stdout_) != nullptr)
        outputs_.spawn(output(Channel::stdout_, std::move(before.stdout_)));
    if (engine(Channel::stderr_) != nullptr)
        outputs_.spawn(output(Channel::stderr_, std::move(before.stderr_)));
    const std::string status = co_await read_status();
    CommandEnd end = CommandEnd::from_engine(status);
    co_await outputs_.close();
    // A client that could not attach asks for the log, which has all of it.
    if (end.text.empty()) co_await show_unshown();
    over_.cancel();
    co_await session_.stop();
    co_await inputs_.close();
    co_return end;
}

}  // namespace hooklet

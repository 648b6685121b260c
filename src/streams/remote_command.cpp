// SPDX-License-Identifier: Apache-2.0
#include "streams/remote_command.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace hooklet {

namespace {

constexpr std::size_t longest_status = 64 * 1024;
constexpr Duration open_limit = std::chrono::seconds{30};
constexpr std::array outputs{Channel::stdout_, Channel::stderr_};

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

void RemoteCommand::begin_with_log(FileSystem* files, const std::string& path, CommandStreams streams) {
    const LogReader::Ports ports{clock_, files, nullptr};
    for (const Channel channel : outputs) {
        if (!streams.has(channel)) continue;
        LogRequest log;
        log.path = path;
        log.view.stream = stream_type(channel);
        from_log_[std::to_underlying(channel)] =
            std::make_unique<AttachedOutput>(ports, std::move(log), streams.tty, client_->stream(channel));
    }
}

Task<void> RemoteCommand::output(Channel channel) {
    const auto number = std::to_underlying(channel);
    if (from_log_[number]) {
        const bool level = co_await from_log_[number]->catch_up(engine(channel), client_->gone());
        if (!level) co_return;
        from_log_[number].reset();
    }
    CancelToken never;
    co_await copy(engine(channel), client_->stream(channel), std::move(never));
}

Task<void> RemoteCommand::last_lines(bool attached) {
    // A client that could not attach asks for the log, which has all of it.
    const auto wanted = [attached](const auto& output) { return output && (attached || output->begun()); };
    if (std::ranges::none_of(from_log_, wanted)) co_return;
    const Call drained = clock_->call_within(log_drain_time, client_->gone());
    const Status waited = co_await sleep_until(clock_, drained);
    if (!waited) co_return;
    for (const auto& output : from_log_) {
        if (wanted(output)) co_await output->finish();
    }
}

Task<CommandEnd> RemoteCommand::run(CommandStreams streams) {
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
    for (const Channel channel : outputs) {
        if (engine(channel) != nullptr) outputs_.spawn(output(channel));
    }
    const std::string status = co_await read_status();
    CommandEnd end = CommandEnd::from_engine(status);
    co_await outputs_.close();
    co_await last_lines(end.text.empty());
    over_.cancel();
    co_await session_.stop();
    co_await inputs_.close();
    co_return end;
}

}  // namespace hooklet

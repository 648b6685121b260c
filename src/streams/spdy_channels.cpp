// SPDX-License-Identifier: Apache-2.0
#include "streams/spdy_channels.hpp"

#include <algorithm>
#include <utility>

namespace hooklet {

namespace {

constexpr Duration streams_limit = std::chrono::seconds{30};
constexpr std::array all_channels{Channel::stdin_, Channel::stdout_, Channel::stderr_, Channel::error,
                                  Channel::resize};

/// The protocol's version 2 has no resize.
CommandStreams expected(CommandStreams streams, std::string_view protocol) {
    if (protocol.starts_with("v2.")) streams.tty = false;
    return streams;
}

}  // namespace

SpdyChannels::SpdyChannels(Executor executor, Clock* clock, ByteStream* connection, std::string_view protocol,
                           CommandStreams streams)
    : clock_(clock),
      streams_(expected(streams, protocol)),
      status_as_json_(protocol.starts_with("v4.")),
      session_(std::move(executor), clock, connection, spdy::Role::server) {}

bool SpdyChannels::complete() const {
    return std::ranges::all_of(all_channels, [this](Channel channel) {
        return !streams_.has(channel) || channels_[std::to_underlying(channel)] != nullptr;
    });
}

Task<Status> SpdyChannels::start() {
    session_.start();
    const Call call = clock_->call_within(streams_limit);
    while (!complete()) {
        const auto stream = co_await session_.accept(call);
        if (!stream) co_return std::unexpected(stream.error());
        const std::string_view type = spdy::header((*stream)->headers(), "streamtype");
        const auto* channel = std::ranges::find(all_channels, type, stream_type);
        if (channel == all_channels.end() || !streams_.has(*channel)) {
            (*stream)->close();
        } else {
            channels_[std::to_underlying(*channel)] = *stream;
        }
    }
    co_return Status{};
}

Task<void> SpdyChannels::finish(CommandEnd end) {
    const Call unlimited{MonotonicTime::max(), {}};
    const std::string& report = status_as_json_ ? end.status : end.text;
    for (const Channel channel : {Channel::stdout_, Channel::stderr_, Channel::error}) {
        const spdy::StreamPtr stream = channels_[std::to_underlying(channel)];
        if (!stream) continue;
        if (channel == Channel::error && !report.empty()) (void)co_await stream->write(report, unlimited);
        (void)co_await stream->end(unlimited);
    }
    for (const Channel channel : {Channel::stdin_, Channel::resize}) {
        if (const auto& stream = channels_[std::to_underlying(channel)]) stream->close();
    }
    co_await session_.stop();
}

}  // namespace hooklet

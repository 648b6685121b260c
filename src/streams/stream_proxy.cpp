// SPDX-License-Identifier: Apache-2.0
#include "streams/stream_proxy.hpp"

#include "streams/remote_command.hpp"
#include "streams/reply.hpp"
#include "streams/spdy_channels.hpp"
#include "streams/splice.hpp"
#include "streams/websocket_channels.hpp"

#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet {

namespace {

constexpr Duration engine_limit = std::chrono::seconds{30};
/// For what a client has to take at the end.
constexpr Duration finish_limit = std::chrono::seconds{30};
/// The same when the server ends.
constexpr Duration farewell_limit = std::chrono::seconds{1};
constexpr std::string_view shutting_down = "the agent is shutting down before the command has ended";
constexpr std::string_view command_protocol = "v4.channel.k8s.io";
constexpr std::string_view forward_protocol = "portforward.k8s.io";
constexpr std::array forward_protocols{forward_protocol};
/// SPDY inside of a WebSocket.
constexpr std::string_view tunnel_protocol = "SPDY/3.1+portforward.k8s.io";
/// Besides it the older ones, two channels for each port of the query, which the engine speaks itself.
constexpr std::array forward_websockets{
    tunnel_protocol, std::string_view("v4.channel.k8s.io"), std::string_view("v4.base64.channel.k8s.io"),
    std::string_view("channel.k8s.io"), std::string_view("base64.channel.k8s.io")};

using Protocols = std::span<const std::string_view>;

Result<Upgrade> accept(const HttpServerRequest& request, Protocols websocket, Protocols spdy) {
    if (wants_upgrade(request, "websocket")) return accept_websocket(request, websocket);
    return accept_spdy(request, spdy);
}

/// What answers a handshake that failed.
HttpReply refusal(const Error& error, Protocols spdy) {
    if (error.code != Code::conflict) return status_reply(api::bad_request(error.message));
    HttpReply reply = status_reply(api::failure(403, "Forbidden", error.message));
    for (const std::string_view protocol : spdy) {
        reply.headers.push_back({"X-Accepted-Stream-Protocol-Versions", std::string(protocol)});
    }
    return reply;
}

/// The answers of a node: kubectl shows such a text as `unable to upgrade connection: TEXT`.
HttpReply engine_refusal(const Error& error, const std::string& container) {
    if (error.code != Code::not_found) return text_reply(500, error.text());
    return text_reply(404, fmt::format("container not found (\"{}\")", container));
}

bool is_websocket(const Upgrade& upgrade) {
    return upgrade.reply.headers.front().value == "websocket";
}

bool is_tunnel(const Upgrade& upgrade) {
    return is_websocket(upgrade) && upgrade.protocol == tunnel_protocol;
}

/// Port-forward over a WebSocket whose messages are of channels.
bool has_channels(const Upgrade& upgrade) {
    return is_websocket(upgrade) && !is_tunnel(upgrade);
}

}  // namespace

Task<Result<std::string>> StreamProxy::url_of(Wanted wanted, Call call) {
    cri::StreamingRuntime* runtime = ports_.runtime;
    if (auto* exec = std::get_if<cri::ExecRequest>(&wanted)) {
        return runtime->exec(std::move(*exec), std::move(call));
    }
    if (auto* attach = std::get_if<cri::AttachRequest>(&wanted)) {
        return runtime->attach(std::move(*attach), std::move(call));
    }
    return runtime->port_forward(std::move(std::get<cri::PortForwardRequest>(wanted)), std::move(call));
}

Task<Result<EngineConnection>> StreamProxy::connect(Wanted wanted, EngineProtocol protocol,
                                                    CancelToken gone) {
    const Call call = ports_.clock->call_within(engine_limit, std::move(gone));
    auto url = co_await url_of(std::move(wanted), call);
    if (!url) co_return std::unexpected(std::move(url.error()));
    co_return co_await connect_engine(ports_.dialer, std::move(*url), std::move(protocol), call);
}

Task<void> StreamProxy::exec(HttpExchange* exchange, CommandTarget target, CommandOptions options) {
    const CommandStreams streams = options.streams;
    cri::ExecRequest request{target.container_id, std::move(options.command),
                             streams.tty,         streams.stdin_,
                             streams.stdout_,     streams.stderr_};
    return command(exchange, std::move(target), streams, std::move(request));
}

Task<void> StreamProxy::attach(HttpExchange* exchange, CommandTarget target, CommandOptions options) {
    CommandStreams streams = options.streams;
    streams.tty = target.tty;
    streams.stdin_ = streams.stdin_ && target.stdin_;
    if (streams.tty) streams.stderr_ = false;
    cri::AttachRequest request{target.container_id, streams.tty, streams.stdin_, streams.stdout_,
                               streams.stderr_};
    return command(exchange, std::move(target), streams, std::move(request));
}

Task<void> StreamProxy::command(HttpExchange* exchange, CommandTarget target, CommandStreams streams,
                                Wanted wanted) {
    auto upgrade = accept(exchange->request(), WebSocketChannels::protocols, SpdyChannels::protocols);
    if (!upgrade) {
        (void)co_await exchange->respond(refusal(upgrade.error(), SpdyChannels::protocols));
        co_return;
    }
    EngineProtocol spdy{.name = std::string(command_protocol)};
    auto engine = co_await connect(std::move(wanted), std::move(spdy), exchange->gone());
    if (!engine) {
        (void)co_await exchange->respond(engine_refusal(engine.error(), target.container));
        co_return;
    }
    co_await talk(exchange, std::move(*upgrade), streams, std::move(*engine), std::move(target.log));
}

std::unique_ptr<CommandChannels> StreamProxy::channels_for(const Upgrade& upgrade, CommandStreams streams,
                                                           ByteStream* connection) const {
    if (is_websocket(upgrade)) {
        return std::make_unique<WebSocketChannels>(ports_.executor, ports_.clock, connection,
                                                   upgrade.protocol, streams);
    }
    return std::make_unique<SpdyChannels>(ports_.executor, ports_.clock, connection, upgrade.protocol,
                                          streams);
}

Task<void> StreamProxy::talk(HttpExchange* exchange, Upgrade upgrade, CommandStreams streams,
                             EngineConnection engine, std::string log) {
    const auto connection = co_await exchange->upgrade(upgrade.reply);
    if (!connection) co_return;
    ByteStream* stream = *connection;
    const auto client = channels_for(upgrade, streams, stream);
    CommandEnd end = CommandEnd::failure("the client has not opened its streams");
    CancelRegistration left = exchange->gone().on_cancel([stream] { stream->close(); });
    const Status started = co_await client->start();
    left = CancelRegistration();
    if (started) {
        ByteStream* command = engine.stream.get();
        RemoteCommand remote(ports_.executor, ports_.clock, client.get(), std::move(engine));
        // What the client still sends may wait for the command to read it, so that its end goes unseen.
        const CancelRegistration over = exchange->gone().on_cancel([command] { command->close(); });
        if (!log.empty()) remote.begin_with_log(ports_.files, log, streams);
        end = co_await remote.run(streams);
        // Over SPDY a client takes a connection that ends without a word for success.
        if (!end.known && exchange->server_ends()) end = CommandEnd::failure(shutting_down);
    }
    const Duration patience = exchange->server_ends() ? farewell_limit : finish_limit;
    const Timer impatient = ports_.clock->at(ports_.clock->now() + patience, [stream] { stream->close(); });
    co_await client->finish(std::move(end));
}

Task<void> StreamProxy::port_forward(HttpExchange* exchange, std::string sandbox_id,
                                     std::vector<std::int32_t> ports) {
    auto upgrade = accept(exchange->request(), forward_websockets, forward_protocols);
    if (!upgrade) {
        (void)co_await exchange->respond(refusal(upgrade.error(), forward_protocols));
        co_return;
    }
    EngineProtocol protocol{.name = std::string(forward_protocol)};
    if (has_channels(*upgrade)) {
        if (ports.empty()) {
            const auto none = api::bad_request("query parameter \"ports\" is required");
            (void)co_await exchange->respond(status_reply(none));
            co_return;
        }
        protocol = {"websocket", upgrade->protocol};
    }
    cri::PortForwardRequest request{std::move(sandbox_id), std::move(ports)};
    auto engine = co_await connect(std::move(request), std::move(protocol), exchange->gone());
    if (!engine) {
        (void)co_await exchange->respond(text_reply(500, engine.error().text()));
        co_return;
    }
    co_await splice(exchange, std::move(*upgrade), std::move(*engine));
}

Task<void> StreamProxy::splice(HttpExchange* exchange, Upgrade upgrade, EngineConnection engine) {
    const auto connection = co_await exchange->upgrade(upgrade.reply);
    if (!connection) co_return;
    ByteStream* stream = *connection;
    websocket::Tunnel tunnel(stream, ports_.clock);
    // The end of the engine's side is told to a client that is still there.
    const CancelRegistration left =
        exchange->gone().on_cancel([exchange, &tunnel, port = engine.stream.get()] {
            if (exchange->server_ends()) tunnel.going_away();
            port->close();
        });
    // The client and the engine speak the same protocol: nothing of it has to be understood here.
    ByteStream* client = is_tunnel(upgrade) ? &tunnel : stream;
    Splice joined(ports_.executor, ports_.clock, client, engine.stream.get());
    co_await joined.run(std::move(engine.received));
}

}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "unit/streams/fake_exchange.hpp"

#include <string>
#include <utility>
#include <vector>

/// What clients of a remote command over a WebSocket do.
namespace hooklet {

/// How an engine says that a command has ended well, and what clients get to hear of it.
inline constexpr const char* success = R"({"metadata":{},"status":"Success"})";

/// Sends the messages, then collects what comes until the connection ends.
inline Task<void> converse(FakeExchange* exchange, std::vector<websocket::Message> say,
                           std::vector<websocket::Message>* heard) {
    for (websocket::Message& one : say) co_await exchange->send(one.opcode, std::move(one.payload));
    while (true) {
        auto message = co_await exchange->receive();
        if (!message) co_return;
        const bool closing = message->opcode == websocket::Opcode::close;
        heard->push_back(std::move(*message));
        if (closing) co_await exchange->send(websocket::Opcode::close, heard->back().payload);
    }
}

/// Leaves after two messages.
inline Task<void> leave(FakeExchange* exchange) {
    for (int messages = 0; messages < 2; ++messages) (void)co_await exchange->receive();
    exchange->client->close();
}

/// What came in a channel.
inline std::string all_of(const std::vector<websocket::Message>& messages, char channel) {
    std::string text;
    for (const websocket::Message& m : messages) {
        if (m.opcode == websocket::Opcode::binary && !m.payload.empty() && m.payload[0] == channel) {
            text += m.payload.substr(1);
        }
    }
    return text;
}

}  // namespace hooklet

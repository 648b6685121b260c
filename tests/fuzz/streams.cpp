// SPDX-License-Identifier: Apache-2.0
// Streams of exec, attach and port-forward: WebSocket's and SPDY's frames.
#include "fuzz/target.hpp"
#include "streams/spdy_frame.hpp"
#include "streams/websocket_frame.hpp"

namespace {

template <class Decoder>
void decode(Decoder decoder, std::string_view bytes) {
    // In two pieces, as a connection would bring them.
    decoder.feed(bytes.substr(0, bytes.size() / 2));
    for (int round = 0; round < 2; ++round) {
        for (auto next = decoder.next(); next && *next; next = decoder.next()) {
        }
        if (round == 0) decoder.feed(bytes.substr(bytes.size() / 2));
    }
}

}  // namespace

HOOKLET_FUZZ(input) {
    decode(hooklet::websocket::Decoder(1 << 16), input);
    decode(hooklet::spdy::Decoder(), input);
}

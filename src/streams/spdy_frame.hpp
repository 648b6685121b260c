// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/network.hpp"
#include "streams/zlib_codec.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// The frames of SPDY/3.1 as far as Kubernetes' streams need them: without priorities, settings and flow
/// control, which nobody there enforces.
namespace hooklet::spdy {

using Headers = std::vector<HttpHeader>;

/// The statuses of RST_STREAM that are sent.
enum class ResetStatus : std::uint8_t { protocol_error = 1, invalid_stream = 2, refused = 3, cancel = 5 };

struct SynStream {
    std::uint32_t stream = 0;
    bool fin = false;
    Headers headers{};
};
struct SynReply {
    std::uint32_t stream = 0;
    bool fin = false;
};
/// A part of what a stream carries; `fin` comes with the last.
struct Data {
    std::uint32_t stream = 0;
    bool fin = false;
    std::string bytes{};
};
struct Reset {
    std::uint32_t stream = 0;
};
struct Ping {
    std::uint32_t id = 0;
};
struct GoAway {};
using Frame = std::variant<SynStream, SynReply, Data, Reset, Ping, GoAway>;

/// The first value of that header, or empty. Names compare without regard to case.
std::string_view header(const Headers& headers, std::string_view name);

/// Makes frames. Those with headers go out in the order in which they were made: the compression goes on
/// from one to the next.
class Encoder {
  public:
    Encoder();
    std::string syn_stream(std::uint32_t stream, const Headers& headers);
    std::string syn_reply(std::uint32_t stream);

  private:
    Deflater deflater_;
};
std::string data(std::uint32_t stream, std::string_view bytes, bool fin);
std::string reset(std::uint32_t stream, ResetStatus status);
std::string ping(std::uint32_t id);
std::string go_away(std::uint32_t last_stream);

/// Makes frames out of bytes. Keeps what was fed, and no more than one control frame of 64 KiB; data is given
/// out as it comes.
class Decoder {
  public:
    Decoder();
    void feed(std::string_view bytes) { input_ += bytes; }
    /// nullopt: more bytes are needed. Frames that do not matter are skipped. Code::invalid when the other
    /// side breaks the protocol; nothing may be decoded after that.
    Result<std::optional<Frame>> next();

  private:
    struct Control;
    /// The rest of a data frame that has begun.
    struct Begun {
        std::uint32_t stream = 0;
        std::size_t left = 0;
        bool fin = false;
    };
    Data take_data();
    Result<std::optional<Frame>> read_control(const Control& control);
    Result<Headers> read_headers(std::string_view compressed);

    Inflater inflater_;
    std::string input_;
    std::optional<Begun> begun_;
};

}  // namespace hooklet::spdy

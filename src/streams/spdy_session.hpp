// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/gate.hpp"
#include "ports/byte_stream.hpp"
#include "ports/clock.hpp"
#include "streams/byte_queue.hpp"
#include "streams/serial_writer.hpp"
#include "streams/spdy_frame.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>

namespace hooklet::spdy {

class Session;

/// One stream of a session. Goes before its session does.
class Stream final : public ByteStream {
  public:
    Stream(Session* session, std::uint32_t id, Headers headers, Clock* clock)
        : session_(session), id_(id), headers_(std::move(headers)), received_(clock) {}
    /// What it was opened with.
    [[nodiscard]] const Headers& headers() const { return headers_; }

    Task<Result<std::string>> read(std::size_t limit, Call call) override;
    /// Lasts until the connection takes the bytes or is lost; the call does not end it.
    Task<Status> write(std::string bytes, Call call) override;
    Task<Status> end(Call call) override;
    /// Resets the stream unless both directions have ended.
    void close() override;

  private:
    friend class Session;
    Session* session_;
    std::uint32_t id_;
    Headers headers_;
    ByteQueue received_;
    bool ended_ = false;                    ///< This side's direction.
    std::optional<Promise<Status>> reply_;  ///< Of a stream that was opened here.
};
using StreamPtr = std::shared_ptr<Stream>;

enum class Role : std::uint8_t { client, server };

/// Many streams over one connection. Pings are answered. A stream that nobody reads holds up the others once
/// 64 KiB of it are waiting, as there is no flow control: streams are read or closed.
class Session {
  public:
    /// `connection` is past the upgrade and outlives the session.
    Session(Executor executor, Clock* clock, ByteStream* connection, Role role);

    /// Begins to read; `received` came before. To be called once.
    void start(std::string_view received = {});
    /// Opens a stream and waits for the other side's reply. Code::unavailable when it refuses or is gone,
    /// Code::deadline, or the token's reason.
    Task<Result<StreamPtr>> open(Headers headers, Call call);
    /// The next stream that the other side has opened. Errors as open().
    Task<Result<StreamPtr>> accept(Call call);
    /// Fires when the connection has ended, for whatever reason.
    [[nodiscard]] CancelToken closed() const { return closed_.token(); }
    /// Says good-bye and closes the connection. To be called once, also when start() was not.
    Task<void> stop();

  private:
    friend class Stream;
    Task<void> receive();
    /// Handles all frames of what was fed; an error when the connection cannot go on.
    Task<Status> handle_all();
    Task<void> handle(Frame frame);
    Task<void> handle_syn(SynStream frame);
    Task<void> handle_data(Data frame);
    void handle_reset(const Reset& frame);
    void end_all(const Error& why);
    Task<Status> send_data(std::uint32_t stream, std::string bytes);
    Task<Status> send_fin(StreamPtr stream);
    Task<void> send(std::string frame);
    void forget_if_over(std::uint32_t id);
    [[nodiscard]] StreamPtr find(std::uint32_t id) const;

    Clock* clock_;
    ByteStream* connection_;
    Role role_;
    SerialWriter writer_;
    Encoder encoder_;
    Decoder decoder_;
    std::map<std::uint32_t, StreamPtr> streams_;
    std::uint32_t next_id_;
    std::uint32_t last_accepted_ = 0;
    std::deque<StreamPtr> accepted_;
    std::optional<Promise<Status>> acceptor_;
    CancelSource closed_;
    bool started_ = false;
    Promise<Status> drained_;  ///< The other side has nothing more to say.
    Gate gate_;
};

}  // namespace hooklet::spdy

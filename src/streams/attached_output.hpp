// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/byte_stream.hpp"
#include "streams/log_reader.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace hooklet {

/// The line that the engine has sent the beginning of.
class OpenLine {
  public:
    /// Whether a line has ended in these.
    bool feed(std::string_view bytes);
    /// False when the attachment may have come in the middle of it.
    [[nodiscard]] bool whole() const { return whole_; }
    /// What comes after its first `shown` bytes. An engine's log lacks much less of a line than is kept here.
    [[nodiscard]] std::string rest(std::uint64_t shown) const;

  private:
    std::string text_;  ///< Its newest part.
    std::uint64_t length_ = 0;
    bool whole_ = false;
};

/// One output of a container for somebody who attaches soon after its start and wants all of it. The engine
/// sends what is written after the attachment and does not say where that began. The log has all, but not the
/// line that has not ended yet. So the log is shown, looked at whenever the engine sends something, until the
/// two are level: neither has had anything new for a while. From there on it is the engine's bytes that
/// count. What the client does not take is read from neither.
class AttachedOutput final : private LogSink {
  public:
    /// Ports (no watch is needed) and `to` outlive it. With `tty`, the log's lines end as a terminal's do.
    AttachedOutput(LogReader::Ports ports, LogRequest log, bool tty, ByteStream* to);
    AttachedOutput(const AttachedOutput&) = delete;
    AttachedOutput& operator=(const AttachedOutput&) = delete;

    /// Returns true when all that is still to come is what `from` has from here on; false when `from` has
    /// ended before. To be called once.
    Task<bool> catch_up(ByteStream* from, CancelToken gone);
    /// Whether the client has seen anything.
    [[nodiscard]] bool begun() const { return shown_ > 0; }
    /// The log's last lines, after catch_up() has returned false.
    Task<void> finish();

  private:
    Task<Status> write(std::string piece) override;

    Clock* clock_;
    LogReader log_;
    bool tty_;
    ByteStream* to_;
    CancelToken gone_;
    OpenLine line_;
    std::uint64_t shown_ = 0;       ///< Bytes out of the log.
    std::uint64_t line_shown_ = 0;  ///< Those of a line that the log has not ended.
};

}  // namespace hooklet

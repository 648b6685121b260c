// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "streams/answer_head.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace hooklet {

/// Takes the body of an HTTP answer out of the bytes that follow its head.
class AnswerBody {
  public:
    /// The head of the answer to a request with that method.
    AnswerBody(const AnswerHead& head, std::string_view method);

    /// What of the body the next bytes hold. Code::invalid: they are not what the head says.
    Result<std::string> feed(std::string_view bytes);
    /// Nothing more belongs to it.
    [[nodiscard]] bool done() const { return framing_ == Framing::length ? left_ == 0 : finished_; }
    /// Whether it is whole when the connection has ended.
    [[nodiscard]] bool may_end() const { return done() || framing_ == Framing::connection; }

  private:
    enum class Framing : std::uint8_t { length, chunks, connection };
    /// The line that comes next between chunks.
    enum class Line : std::uint8_t { size, end_of_data, trailer };

    std::string take(std::string_view& bytes);
    Result<std::string> feed_chunks(std::string_view bytes);
    Status on_line(std::string_view line);

    Framing framing_ = Framing::connection;
    std::uint64_t left_ = 0;  ///< Bytes of the body, or of this chunk, that are to come.
    Line expected_ = Line::size;
    std::string line_;  ///< What has come of it.
    bool finished_ = false;
};

}  // namespace hooklet

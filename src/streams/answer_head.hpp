// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "base/task.hpp"
#include "ports/byte_stream.hpp"
#include "ports/network.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hooklet {

/// The beginning of an HTTP answer.
struct AnswerHead {
    int status = 0;
    std::vector<HttpHeader> headers;
    std::size_t size = 0;  ///< Of the head in bytes, with its empty line.

    /// The first header of that name, in any case, or empty.
    [[nodiscard]] std::string_view header(std::string_view name) const;
};

/// nullopt: it is not whole yet. Code::invalid when it is no HTTP answer or longer than 16 KiB.
Result<std::optional<AnswerHead>> parse_answer_head(std::string_view bytes);

struct ReceivedHead {
    AnswerHead head;
    std::string rest;  ///< What came after it.
};
/// Reads the head of the answer proper or of a 101; what 1xx comes before is passed over. Code::unavailable
/// `EOF` when there is none, else as parse_answer_head() or the stream.
Task<Result<ReceivedHead>> receive_answer_head(ByteStream* stream, Call call);

}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <memory>
#include <string>
#include <string_view>

namespace hooklet {

/// The closed set of failure classes. Each maps once to an HTTP status, a gRPC status and an exit code.
enum class Code {
    not_found,       ///< The named thing does not exist.
    already_exists,  ///< The thing to be created exists.
    conflict,        ///< The thing is in a state, or held by someone, that forbids the operation.
    invalid,         ///< The caller's input is wrong; repeating it cannot help.
    expired,         ///< What it refers to was there once and is no longer kept; start again without it.
    unavailable,     ///< The other side cannot be reached now; repeating may help.
    deadline,        ///< The time allowed was spent before the operation ended.
    cancelled,       ///< Somebody asked for the operation to stop.
    internal,        ///< Anything else the other side, or the system, reported.
};

/// The code's name as it stands in logs and JSON, e.g. `not_found`.
std::string_view name(Code code);

/// A failure as a value. `message` says what failed in words a user can act on; `cause` is what it wraps.
struct Error {
    Code code = Code::internal;
    std::string message;
    std::shared_ptr<const Error> cause = nullptr;

    /// `message` followed by the messages of all causes, separated by ": ".
    [[nodiscard]] std::string text() const;
};

template <class T>
using Result = std::expected<T, Error>;
using Status = Result<void>;

/// Shorthand for returning a failure: `return fail(Code::invalid, "...")`.
[[nodiscard]] std::unexpected<Error> fail(Code code, std::string message);

/// Returns `cause` with context put before it; the code stays the cause's.
[[nodiscard]] std::unexpected<Error> wrap(std::string context, Error cause);

/// A failure from an `errno` value: the code is derived from it, the message is `context: strerror`.
[[nodiscard]] Error errno_error(std::string context, int number);

}  // namespace hooklet

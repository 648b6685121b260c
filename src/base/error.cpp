// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

namespace hooklet {

std::string_view name(Code code) {
    switch (code) {
        case Code::not_found:
            return "not_found";
        case Code::already_exists:
            return "already_exists";
        case Code::conflict:
            return "conflict";
        case Code::invalid:
            return "invalid";
        case Code::expired:
            return "expired";
        case Code::unavailable:
            return "unavailable";
        case Code::deadline:
            return "deadline";
        case Code::cancelled:
            return "cancelled";
        case Code::internal:
            return "internal";
    }
    return "internal";
}

std::string Error::text() const {
    std::string out = message;
    for (const Error* e = cause.get(); e != nullptr; e = e->cause.get()) {
        if (!out.empty() && !e->message.empty()) out += ": ";
        out += e->message;
    }
    return out;
}

std::unexpected<Error> fail(Code code, std::string message) {
    return std::unexpected(Error{code, std::move(message)});
}

std::unexpected<Error> wrap(std::string context, Error cause) {
    const Code code = cause.code;
    return std::unexpected(Error{code, std::move(context), std::make_shared<const Error>(std::move(cause))});
}

namespace {
Code code_of_errno(int number) {
    switch (number) {
        case ENOENT:
            return Code::not_found;
        case EEXIST:
            return Code::already_exists;
        case EINVAL:
        case ENOTDIR:
        case EISDIR:
        case ENAMETOOLONG:
        case EADDRNOTAVAIL:
            return Code::invalid;
        // What the machine lacks now it may have later.
        case ENOSPC:
        case EDQUOT:
        case EROFS:
        case EMFILE:
        case ENFILE:
        case ENOMEM:
        case EAGAIN:
        case ECONNREFUSED:
        case ECONNRESET:
        case EHOSTUNREACH:
        case ENETUNREACH:
            return Code::unavailable;
        case ETIMEDOUT:
            return Code::deadline;
        case ECANCELED:
            return Code::cancelled;
        case EBUSY:
        case EADDRINUSE:
            return Code::conflict;
        default:
            return Code::internal;
    }
}
}  // namespace

Error errno_error(std::string context, int number) {
    return Error{code_of_errno(number), std::move(context) + ": " + std::generic_category().message(number)};
}

}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
#include "cli/comeback.hpp"

#include <algorithm>
#include <utility>

namespace hooklet::cli {

namespace {

constexpr Duration pause_between_tries = std::chrono::seconds{1};

}  // namespace

Comeback::Comeback(Environment* env, Call call, Duration limit, bool tells)
    : env_(env), call_(std::move(call)), limit_(limit), tells_(tells) {}

Task<Status> Comeback::wait(Error error) {
    if (call_.cancel.cancelled()) co_return std::unexpected(call_.cancel.reason());
    if (error.code != Code::unavailable) co_return std::unexpected(error);
    const MonotonicTime now = env_->clock().now();
    if (now >= call_.deadline) co_return fail(Code::deadline, "timed out");
    if (failures_++ == 0) first_ = now;
    if (now - first_ >= limit_) co_return std::unexpected(error);
    // The first failure is the end of a connection: the second shows that nobody is there.
    if (tells_ && failures_ == 2) env_->err("hooklet: no answer; trying again for a minute\n");
    const Call pause(std::min(now + pause_between_tries, call_.deadline), call_.cancel);
    co_return co_await sleep_until(&env_->clock(), pause);
}

}  // namespace hooklet::cli

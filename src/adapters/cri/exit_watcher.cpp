// SPDX-License-Identifier: Apache-2.0
#include "adapters/cri/exit_watcher.hpp"

#include "base/back_off.hpp"

#include <cerrno>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <sys/syscall.h>
#include <unistd.h>

namespace hooklet::cri {

namespace {

using namespace std::chrono_literals;

constexpr Duration first_delay = 1ms;
constexpr Duration longest_delay = 500ms;
/// The engine learns of an exit at the same moment as the pidfd, and then takes some ten milliseconds to
/// record it: it is asked often for so long, and then seldom.
constexpr Duration record_limit = 1s;
constexpr Duration record_delay = 4ms;
constexpr Duration ask_limit = 5s;
/// An engine that is restarting answers again well within this.
constexpr Duration report_limit = 30s;

int open_pidfd(pid_t pid) {
    return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
}

bool ended(const LiveStatus& live) {
    return live.status.state == ContainerState::exited;
}

}  // namespace

pid_t ExitWatcher::pid_of(const std::string& id) const {
    const auto found = containers_.find(id);
    return found == containers_.end() ? 0 : found->second.pid;
}

void ExitWatcher::report(ContainerEvent stopped) {
    auto& watched = containers_[stopped.container_id];
    if (std::exchange(watched.reported, true)) return;
    watched.pid = 0;
    emit_(std::move(stopped));
}

Task<Status> ExitWatcher::watch(std::string id, Call call) {
    if (containers_.contains(id)) co_return Status{};
    auto live = co_await ask_(id, call);
    if (!live) co_return std::unexpected(live.error());
    if (ended(*live)) {
        report({ContainerEventType::stopped, id, live->status.pod_sandbox_id, clock_->now(), live->status});
        co_return Status{};
    }
    if (live->status.state != ContainerState::running) {
        co_return fail(Code::conflict, "container " + id + " is not running");
    }
    if (live->pid == 0) co_return fail(Code::invalid, "the engine does not tell the pid of container " + id);
    const int pidfd = open_pidfd(live->pid);
    if (pidfd < 0 && errno != ESRCH) co_return std::unexpected(errno_error("pidfd_open", errno));
    // The pid may have been reused between the answer and the open. A container that still runs with the
    // same pid now ran with it then.
    auto again = co_await ask_(id, call);
    const bool same = again && again->status.state == ContainerState::running && again->pid == live->pid;
    if (!containers_.try_emplace(id, live->pid).second) {
        if (pidfd >= 0) ::close(pidfd);
        co_return Status{};
    }
    if (pidfd >= 0 && !same) ::close(pidfd);
    gate_.spawn(pidfd >= 0 && same ? wait_for_exit(id, pidfd) : report_end(id, clock_->now()));
    co_return Status{};
}

void ExitWatcher::watch_soon(std::string id) {
    if (!stopping_.token().cancelled()) gate_.spawn(keep_trying(std::move(id)));
}

Task<void> ExitWatcher::keep_trying(std::string id) {
    const MonotonicTime limit = clock_->now() + report_limit;
    for (unsigned attempt = 0; clock_->now() < limit && !stopping_.token().cancelled(); ++attempt) {
        const auto watched = co_await watch(id, clock_->call_within(ask_limit, stopping_.token()));
        if (watched || watched.error().code == Code::not_found || watched.error().code == Code::invalid) {
            co_return;
        }
        (void)co_await sleep_until(
            clock_, clock_->call_within(retry_delay(attempt, first_delay, longest_delay), stopping_.token()));
    }
}

Task<void> ExitWatcher::wait_for_exit(std::string id, int pidfd) {
    asio::posix::stream_descriptor process(gate_.executor(), pidfd);
    const auto stop = stopping_.token().on_cancel([&process] { process.cancel(); });
    constexpr auto token = asio::as_tuple(asio::use_awaitable);
    const auto [error] = co_await process.async_wait(asio::posix::stream_descriptor::wait_read, token);
    if (error) co_return;
    co_await report_end(std::move(id), clock_->now());
}

Task<void> ExitWatcher::report_end(std::string id, MonotonicTime seen_at) {
    const MonotonicTime begin = clock_->now();
    const MonotonicTime limit = begin + report_limit;
    for (unsigned attempt = 0; clock_->now() < limit && !stopping_.token().cancelled(); ++attempt) {
        auto live = co_await ask_(id, clock_->call_within(ask_limit, stopping_.token()));
        if (live && ended(*live)) {
            report({ContainerEventType::stopped, id, live->status.pod_sandbox_id, seen_at, live->status});
            co_return;
        }
        if (!live && live.error().code == Code::not_found) break;
        (void)co_await sleep_until(
            clock_, clock_->call_within(retry_delay(attempt, first_delay, longest_delay), stopping_.token()));
    }
    if (!stopping_.token().cancelled()) {
        report({ContainerEventType::stopped, id, {}, seen_at, std::nullopt});
    }
}

Task<void> ExitWatcher::stop() {
    stopping_.cancel({Code::cancelled, "the exit watcher is stopping"});
    co_await gate_.close();
}

}  // namespace hooklet::cri

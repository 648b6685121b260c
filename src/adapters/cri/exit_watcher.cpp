// SPDX-License-Identifier: Apache-2.0
#include "adapters/cri/exit_watcher.hpp"

#include "adapters/posix/process_end.hpp"
#include "base/back_off.hpp"

#include <cerrno>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <sys/syscall.h>
#include <unistd.h>

namespace hooklet::cri {

namespace {

using namespace std::chrono_literals;

constexpr Duration first_delay = 1ms;
constexpr Duration longest_delay = 500ms;
constexpr Duration ask_limit = 5s;
/// An engine that is restarting answers again well within this.
constexpr Duration watch_limit = 30s;

int open_pidfd(pid_t pid) {
    return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
}

bool ended(const LiveStatus& live) {
    return live.status.state == ContainerState::exited;
}

/// containerd's shim of this container's process. Other engines' monitors end with their container.
std::optional<ProcessEntry> shim_of(pid_t pid) {
    const auto process = process_entry(pid);
    if (!process) return std::nullopt;
    const std::vector<std::string> arguments = process_arguments(process->parent);
    if (arguments.empty() || !arguments[0].contains("containerd-shim")) return std::nullopt;
    return process_entry(process->parent);
}

}  // namespace

pid_t ExitWatcher::pid_of(const std::string& id) const {
    const auto found = processes_.find(id);
    return found == processes_.end() ? 0 : found->second.pid;
}

void ExitWatcher::correct(ContainerStatus& status) const {
    const auto found = processes_.find(status.id);
    if (found == processes_.end() || !found->second.lost_shim || status.state != ContainerState::exited)
        return;
    status.reason = "Unknown";
    status.message = "the container's shim was gone before it ended";
}

Status ExitWatcher::report(const LiveStatus& last, bool lost_shim) {
    const std::string& id = last.status.id;
    processes_[id] = {.sandbox = last.status.pod_sandbox_id, .lost_shim = lost_shim};
    ContainerEvent stopped{ContainerEventType::stopped, id, last.status.pod_sandbox_id, clock_->now(), {}};
    if (ended(last)) stopped.status = last.status;
    emit_(std::move(stopped));
    return {};
}

Task<Status> ExitWatcher::watch(std::string id, Call call) {
    if (processes_.contains(id)) co_return Status{};
    const auto live = co_await ask_(id, call);
    if (!live) co_return std::unexpected(live.error());
    if (ended(*live)) co_return report(*live);
    if (live->status.state != ContainerState::running) {
        co_return fail(Code::conflict, "container " + id + " is not running");
    }
    if (live->pid == 0) co_return fail(Code::invalid, "the engine does not tell the pid of container " + id);
    UniqueFd pidfd(open_pidfd(live->pid));
    if (!pidfd && errno != ESRCH) co_return std::unexpected(errno_error("pidfd_open", errno));
    // The pid may have been reused between the answer and the open. A container that still runs with the
    // same pid now ran with it then.
    const auto again = co_await ask_(id, call);
    if (!again) co_return std::unexpected(again.error());
    if (ended(*again) || !pidfd) co_return report(*again);
    if (processes_.try_emplace(id, again->status.pod_sandbox_id, live->pid, pidfd.get()).second) {
        gate_.spawn(wait_for_exit(*again, std::move(pidfd), shim_of(live->pid)));
    }
    co_return Status{};
}

Task<Status> ExitWatcher::signal(std::string id, int number, Call call) {
    const Status watched = co_await watch(id, std::move(call));
    if (!watched) co_return watched;
    const auto found = processes_.find(id);
    if (found == processes_.end() || found->second.pid == 0) co_return Status{};
    const long sent = ::syscall(SYS_pidfd_send_signal, found->second.handle, number, nullptr, 0);
    if (sent != 0 && errno != ESRCH) co_return std::unexpected(errno_error("pidfd_send_signal", errno));
    co_return Status{};
}

void ExitWatcher::watch_soon(std::string id) {
    if (!stopping_.token().cancelled()) gate_.spawn(keep_trying(std::move(id)));
}

Task<void> ExitWatcher::keep_trying(std::string id) {
    const MonotonicTime limit = clock_->now() + watch_limit;
    for (unsigned attempt = 0; clock_->now() < limit && !stopping_.token().cancelled(); ++attempt) {
        const auto watched = co_await watch(id, clock_->call_within(ask_limit, stopping_.token()));
        if (watched || watched.error().code == Code::not_found || watched.error().code == Code::invalid) {
            co_return;
        }
        (void)co_await sleep_until(
            clock_, clock_->call_within(retry_delay(attempt, first_delay, longest_delay), stopping_.token()));
    }
}

Task<void> ExitWatcher::wait_for_exit(LiveStatus last, UniqueFd pidfd, std::optional<ProcessEntry> shim) {
    asio::posix::stream_descriptor process(gate_.executor(), pidfd.release());
    const auto stop = stopping_.token().on_cancel([&process] { process.cancel(); });
    const auto error = co_await process_end(&process);
    if (!error) (void)report(last, shim && !signal_process(*shim, 0));
}

Task<void> ExitWatcher::stop() {
    stopping_.cancel({Code::cancelled, "the exit watcher is stopping"});
    co_await gate_.close();
}

}  // namespace hooklet::cri

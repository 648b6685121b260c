// SPDX-License-Identifier: Apache-2.0
#include "bench/memory_run.hpp"

#include "adapters/posix/process.hpp"
#include "bench/bench_pod.hpp"

#include <cerrno>
#include <csignal>
#include <fstream>
#include <iterator>
#include <string_view>

#include <fcntl.h>
#include <fmt/format.h>

namespace hooklet::bench {

namespace {

constexpr Duration load_limit = std::chrono::minutes{2};
constexpr Duration run_limit = std::chrono::minutes{5};
constexpr Duration end_limit = std::chrono::minutes{5};
constexpr Duration look_period = std::chrono::milliseconds{200};
constexpr Duration memory_settle_time = std::chrono::seconds{3};
constexpr Duration idle_time = std::chrono::seconds{10};

std::string text_of(const std::string& file) {
    std::ifstream stream(file);
    return {std::istreambuf_iterator<char>(stream), {}};
}

int count(std::string_view text, std::string_view part) {
    int found = 0;
    for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1))
        ++found;
    return found;
}

Result<UniqueFd> open_output(const std::string& file) {
    const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
    if (fd < 0) return std::unexpected(errno_error(file, errno));
    return UniqueFd(fd);
}

}  // namespace

Task<void> MemoryRun::pause(Duration length) {
    (void)co_await sleep_until(clock_, clock_->call_within(length));
}

Task<Status> MemoryRun::load_image(std::string archive) {
    const std::vector<std::string> argv{program_, "image", "load", archive, "--root", root_};
    const auto output = co_await run_command(executor_, clock_, argv, clock_->call_within(load_limit));
    if (!output) co_return std::unexpected(output.error());
    if (!output->exit.ok()) co_return fail(Code::internal, "hooklet image load: " + output->err);
    co_return Status{};
}

Task<Result<bool>> MemoryRun::wait_until_running(std::string output, int pods) {
    const MonotonicTime end = clock_->now() + run_limit;
    while (clock_->now() < end) {
        const std::string text = text_of(output);
        if (count(text, R"("step":"Running")") >= pods) co_return true;
        if (count(text, R"("type":"result")") > 0) break;
        co_await pause(look_period);
    }
    co_return fail(Code::internal, "the Pods do not run: " + text_of(output));
}

Task<IdleLoad> MemoryRun::look_at(pid_t hooklet) {
    const std::vector<pid_t> ours{hooklet};
    const std::vector<pid_t> engine = processes_of(hooklet, "containerd", root_);
    co_await pause(memory_settle_time);
    const std::int64_t ours_before = context_switches(ours);
    const std::int64_t engine_before = context_switches(engine);
    co_await pause(idle_time);
    IdleLoad load;
    const double seconds = std::chrono::duration<double>(idle_time).count();
    load.hooklet_wakes = static_cast<double>(context_switches(ours) - ours_before) / seconds;
    load.containerd_wakes = static_cast<double>(context_switches(engine) - engine_before) / seconds;
    load.hooklet = memory_of(ours);
    load.containerd = memory_of(engine);
    load.shims = memory_of(processes_of(-1, "containerd-shim-runc-v2", root_));
    co_return load;
}

Task<Result<IdleLoad>> MemoryRun::measure(int pods) {
    const std::string manifest = fmt::format("{}-{}.json", root_, pods);
    const std::string output = manifest + ".out";
    std::ofstream(manifest) << sleeping_pods(pods);
    const Result<UniqueFd> out = open_output(output);
    if (!out) co_return std::unexpected(out.error());
    SpawnOptions options;
    // Process 1 of a container ignores SIGTERM unless it asks for it, so that each Pod ends by SIGKILL.
    options.argv = {program_, "run", manifest, "-o", "json", "--grace-period", "1", "--root", root_};
    options.stdout_fd = out->get();
    options.stderr_fd = out->get();
    options.ends_with_parent = true;
    const MonotonicTime begun = clock_->now();
    const Result<Child> child = Child::spawn(executor_, options);
    if (!child) co_return std::unexpected(child.error());

    const Result<bool> running = co_await wait_until_running(output, pods);
    const Duration all_running = clock_->now() - begun;
    IdleLoad load;
    if (running) load = co_await look_at(child->pid());
    load.all_running = all_running;
    child->signal(SIGTERM);
    const auto ended = co_await child->wait(clock_, clock_->call_within(end_limit));
    if (!ended) co_return wrap("the end of hooklet run", ended.error());
    if (!running) co_return std::unexpected(running.error());
    co_return load;
}

}  // namespace hooklet::bench

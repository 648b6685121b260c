// SPDX-License-Identifier: Apache-2.0
#include "node/log_rotator.hpp"

#include <fmt/format.h>

namespace hooklet {

namespace {

constexpr Duration reopen_limit = std::chrono::seconds{30};
constexpr Duration compress_limit = std::chrono::minutes{10};

}  // namespace

LogRotator::LogRotator(NodePorts ports, Compressor* compressor, std::string pod_log_directory,
                       LogPolicy policy)
    : ports_(std::move(ports)),
      compressor_(compressor),
      pod_log_directory_(std::move(pod_log_directory)),
      policy_(policy),
      gate_(ports_.executor) {}

Task<void> LogRotator::stop() {
    stopping_.cancel({Code::cancelled, "the agent stops"});
    co_await gate_.close();
}

Task<void> LogRotator::loop() {
    const CancelToken cancel = stopping_.token();
    while (!cancel.cancelled()) {
        (void)co_await sleep_until(ports_.clock, ports_.clock->call_within(policy_.period, cancel));
        if (!cancel.cancelled()) co_await look();
    }
}

Task<void> LogRotator::look() {
    const std::vector<PodOnNode> pods = ports_.pods->pods();
    for (const PodOnNode& pod : pods) {
        for (const RunningLog& log : running_logs(pod.pod, pod_log_directory_)) {
            if (stopping_.token().cancelled()) co_return;
            co_await rotate_if_large(log);
        }
    }
}

Task<void> LogRotator::rotate_if_large(RunningLog log) {
    const Result<std::uint64_t> size = ports_.files->size_of(log.path);
    if (!size && size.error().code == Code::not_found) {
        // An earlier rotation was interrupted, or somebody has removed the file.
        (void)co_await reopen(log.container_id);
        co_return;
    }
    if (size && *size >= policy_.max_size_bytes) co_await rotate(log);
}

Task<void> LogRotator::rotate(RunningLog log) {
    const std::size_t slash = log.path.rfind('/');
    const std::string directory = log.path.substr(0, slash + 1);
    const auto names = ports_.files->list_directory(directory);
    if (!names) co_return;
    const Rotation plan =
        plan_rotation(log.path.substr(slash + 1), *names, policy_.max_files, ports_.clock->wall());
    for (const std::string& name : plan.remove) (void)ports_.files->remove_file(directory + name);
    for (const std::string& name : plan.compress) co_await compress(directory + name);
    const std::string rotated = directory + plan.rotated;
    if (!ports_.files->rename(log.path, rotated)) co_return;
    const Status reopened = co_await reopen(log.container_id);
    if (reopened) co_return;
    // Either the engine still writes to the file, which gets its name back; or it has opened a new one after
    // all, and the old one stays as rotated.
    const Status back = ports_.files->rename(rotated, log.path);
    if (back) ports_.tell(fmt::format("log {} can't be rotated: {}", log.path, reopened.error().text()));
}

Task<void> LogRotator::compress(std::string path) {
    const Call call = ports_.clock->call_within(compress_limit, stopping_.token());
    const Status done = co_await compressor_->gzip(path, path + ".gz", call);
    // What cannot be compressed stays as it is and is tried again at the next rotation.
    if (done) (void)ports_.files->remove_file(path);
}

Task<Status> LogRotator::reopen(std::string container_id) {
    const Call call = ports_.clock->call_within(reopen_limit, stopping_.token());
    co_return co_await ports_.runtime->reopen_container_log(std::move(container_id), call);
}

}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
#include "bench/floor.hpp"

#include "adapters/posix/posix_file_system.hpp"
#include "app/host_facts.hpp"
#include "bench/bench_pod.hpp"
#include "pods/container_config.hpp"
#include "pods/sandbox_config.hpp"

#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <unistd.h>

namespace hooklet::bench {

namespace {

constexpr Duration term_limit = std::chrono::seconds{20};

/// Adds the time since the last lap.
class Laps {
  public:
    explicit Laps(Clock* clock) : clock_(clock), last_(clock->now()) {}
    void lap(Samples& samples) {
        const MonotonicTime now = clock_->now();
        samples.add(now - last_);
        last_ = now;
    }

  private:
    Clock* clock_;
    MonotonicTime last_;
};

/// As make_mounts() mounts into each container.
std::vector<cri::Mount> make_files(const std::string& folder) {
    std::filesystem::create_directories(folder);
    std::vector<cri::Mount> mounts{{"/etc/hosts", folder + "/hosts"},
                                   {"/dev/termination-log", folder + "/termination-log"}};
    for (const cri::Mount& mount : mounts) std::ofstream(mount.host_path) << "";
    return mounts;
}

cri::Mount make_token_folder(const std::string& folder) {
    std::filesystem::create_directories(folder);
    return {"/var/run/secrets/kubernetes.io/serviceaccount", folder, true};
}

}  // namespace

Floor::Floor(cri::ContainerRuntime* runtime, Clock* clock, const std::string& folder, bool with_token)
    : runtime_(runtime),
      clock_(clock),
      settings_(app::host_settings()),
      mounts_(make_files(folder + "/floor-files")) {
    if (with_token) mounts_.push_back(make_token_folder(folder + "/floor-token"));
    settings_.pod_log_directory = folder + "/floor-logs";
    settings_.cgroup_root = fmt::format("/hooklet-bench-{}", ::getpid());
    settings_.owner_label = "bench";
}

Status Floor::tidy() const {
    return PosixFileSystem().remove_cgroup(settings_.cgroup_root);
}

Result<cri::ContainerConfig> Floor::container_config(const api::Pod& pod, std::string image) const {
    ContainerConfigInput input{pod, pod.spec.containers.front()};
    input.image_ref = std::move(image);
    input.mounts = mounts_;
    input.owner_label = settings_.owner_label;
    input.node_memory_bytes = settings_.node_memory_bytes;
    return make_container_config(std::move(input));
}

Task<Result<std::string>> Floor::start(api::Pod pod) {
    const auto image = co_await runtime_->image_status(pod.spec.containers.front().image, soon());
    if (!image) co_return std::unexpected(image.error());
    if (!*image) co_return fail(Code::not_found, "the image is not there");
    const auto container = container_config(pod, (*image)->id);
    if (!container) co_return std::unexpected(container.error());
    const cri::PodSandboxConfig config = make_sandbox_config(pod, settings_, 0);
    std::filesystem::create_directories(config.log_directory + "/" + pod.spec.containers.front().name);

    Laps whole(clock_);
    Laps part(clock_);
    const Result<std::string> sandbox = co_await runtime_->run_pod_sandbox(config, soon());
    if (!sandbox) co_return sandbox;
    sandbox_ = *sandbox;
    part.lap(times_.run_sandbox);
    Laps container_start(clock_);
    const auto id = co_await runtime_->create_container(sandbox_, *container, config, soon());
    if (!id) co_return id;
    part.lap(times_.create);
    const Status started = co_await runtime_->start_container(*id, soon());
    if (!started) co_return std::unexpected(started.error());
    part.lap(times_.start);
    container_start.lap(times_.create_start);
    whole.lap(times_.whole_start);
    co_return *id;
}

Task<Status> Floor::use(std::string container) {
    // As often as hooklet runs it: after the start and before the stop.
    for (int i = 0; i < 2; ++i) {
        cri::ExecSyncRequest request;
        request.container_id = container;
        request.command = hook_command;
        Laps exec(clock_);
        const auto response = co_await runtime_->exec_sync(request, soon());
        if (!response) co_return std::unexpected(response.error());
        exec.lap(times_.exec);
    }
    Laps stop(clock_);
    const Status stopped = co_await runtime_->stop_container(container, term_limit, soon());
    if (stopped) stop.lap(times_.stop_container);
    co_return stopped;
}

Task<Status> Floor::end(std::string sandbox) {
    Laps whole(clock_);
    Laps part(clock_);
    const Status stopped = co_await runtime_->stop_pod_sandbox(sandbox, soon());
    if (!stopped) co_return stopped;
    part.lap(times_.stop_sandbox);
    const Status removed = co_await runtime_->remove_pod_sandbox(sandbox, soon());
    if (!removed) co_return removed;
    part.lap(times_.remove_sandbox);
    whole.lap(times_.whole_end);
    co_return Status{};
}

Task<Status> Floor::run(api::Pod pod) {
    sandbox_.clear();
    const Result<std::string> container = co_await start(std::move(pod));
    Status result;
    if (container) {
        result = co_await use(*container);
    } else {
        result = std::unexpected(container.error());
    }
    if (sandbox_.empty()) co_return result;
    const Status ended = co_await end(sandbox_);
    co_return result ? ended : result;
}

}  // namespace hooklet::bench

// SPDX-License-Identifier: Apache-2.0
#include "app/agent.hpp"

#include "adapters/beast/beast_network.hpp"
#include "adapters/containerd/containerd.hpp"
#include "adapters/containerd/image_import.hpp"
#include "adapters/cri/cri_runtime.hpp"
#include "adapters/posix/lock_file.hpp"
#include "adapters/posix/orphan_reaper.hpp"
#include "adapters/posix/posix_file_system.hpp"
#include "adapters/sqlite/sqlite_journal.hpp"
#include "app/host_facts.hpp"
#include "app/node_services.hpp"
#include "app/paths.hpp"
#include "images/pause/pause_image.hpp"

#include <optional>

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

namespace hooklet::app {

namespace {

constexpr Duration engine_start_limit = std::chrono::seconds{60};
constexpr Duration import_limit = std::chrono::minutes{10};

/// The one place where the parts of an agent are put together. They are members in the order in which they
/// are made: each may use those above it, and none below it. They end in the reverse order.
class Agent final : public cli::Session {
  public:
    Agent(HostPorts host, cli::SessionOptions options)
        : host_(std::move(host)), options_(std::move(options)), paths_(paths_of(options_.root)) {}

    /// Makes the parts. When it fails, close() ends those that there are.
    Task<Status> open(CancelToken cancel);

    PodManager& pods() override { return *pods_; }
    LocalObjects& objects() override { return objects_; }
    Journal& journal() override { return *journal_; }
    cri::ContainerRuntime& runtime() override { return *runtime_; }
    Task<Result<JournalContents>> read_journal(JournalQuery query) override;
    Task<Result<std::vector<std::string>>> import_image(std::string path) override;
    Task<void> close(cli::Containers left) override;

  private:
    Status take_root();
    Status open_journal();
    Status make_runtime();
    Task<Status> reach_engine(CancelToken cancel);
    Task<Status> make_pods(CancelToken cancel);
    [[nodiscard]] std::string cgroup_root() const { return "/hooklet-" + short_id(paths_); }
    void tell(std::string_view line) const { host_.tell(fmt::format("hooklet: {}\n", line)); }

    HostPorts host_;
    cli::SessionOptions options_;
    Paths paths_;
    PosixFileSystem files_;
    LocalObjects objects_;
    std::optional<LockFile> lock_;          // before anything below the root is touched
    std::unique_ptr<SqliteJournal> store_;  // its thread works until stop()
    std::optional<Journal> journal_;        // writes to the store in the background
    std::optional<OrphanReaper> reaper_;    // the engine's shims, only with --runtime auto
    std::unique_ptr<Containerd> engine_;    // only with --runtime auto
    std::unique_ptr<cri::CriRuntime> runtime_;
    std::optional<BeastNetwork> network_;  // hooks' connections to containers
    std::optional<PodManager> pods_;       // uses all of them
    std::optional<NodeServices> node_;     // what surrounds the Pods
};

Status Agent::take_root() {
    // What Pods say and keep is for root; logs are for whoever may read logs.
    if (const Status made = files_.make_directories(paths_.state, 0700); !made) return made;
    for (const std::string& directory : {paths_.run, paths_.log}) {
        if (const Status made = files_.make_directories(directory, 0755); !made) return made;
    }
    Result<LockFile> lock = LockFile::acquire(paths_.run + "/lock");
    if (!lock) return std::unexpected(lock.error());
    lock_.emplace(*std::move(lock));
    return {};
}

Status Agent::open_journal() {
    Result<std::unique_ptr<SqliteJournal>> store =
        open_sqlite_journal(host_.executor, paths_.state + "/journal.db");
    if (!store) return std::unexpected(store.error());
    store_ = *std::move(store);
    journal_.emplace(store_.get(), host_.clock, host_.random, host_.executor);
    journal_->on_error([this](const Error& error) { tell("the journal can't be written: " + error.text()); });
    return {};
}

Status Agent::make_runtime() {
    std::string endpoint = options_.runtime;
    if (options_.runtime == "auto") {
        reaper_.emplace(host_.executor);
        engine_ = std::make_unique<Containerd>(
            host_.executor, host_.clock,
            Containerd::Options{paths_.engine, pause_image_name(), pause_image_tar(),
                                [this](const std::string& line) { tell(line); }});
        endpoint = engine_->endpoint();
    }
    Result<std::unique_ptr<cri::CriRuntime>> runtime =
        cri::make_cri_runtime(host_.executor, host_.clock, endpoint);
    if (!runtime) return std::unexpected(runtime.error());
    runtime_ = *std::move(runtime);
    return {};
}

Task<Status> Agent::reach_engine(CancelToken cancel) {
    const Call call = host_.clock->call_within(engine_start_limit, std::move(cancel));
    if (engine_) {
        const Status started = co_await engine_->start(runtime_.get(), call);
        if (started) co_return started;
        engine_.reset();  // it left nothing behind, so close() has nothing to end
        co_return wrap("hooklet's own containerd can't be started", started.error());
    }
    const auto conditions = co_await runtime_->status(call);
    if (!conditions)
        co_return wrap("the engine at " + options_.runtime + " can't be used", conditions.error());
    for (const cri::RuntimeCondition& condition : *conditions) {
        if (condition.status) continue;
        tell(fmt::format("the engine is not ready: {}: {} {}", condition.type, condition.reason,
                         condition.message));
    }
    co_return Status{};
}

Task<Status> Agent::make_pods(CancelToken cancel) {
    const Call call = host_.clock->call_within(engine_start_limit, std::move(cancel));
    const Result<cri::VersionResponse> version = co_await runtime_->version(call);
    if (!version) co_return std::unexpected(version.error());
    network_.emplace(host_.executor, host_.clock);
    PodSettings settings = host_settings();
    settings.pods_directory = paths_.state + "/pods";
    settings.seccomp_directory = paths_.state + "/seccomp";
    settings.pod_log_directory = paths_.log + "/pods";
    settings.container_log_directory = paths_.log + "/containers";
    settings.cgroup_root = cgroup_root();
    settings.owner_label = short_id(paths_);
    settings.runtime_name = version->runtime_name;
    settings.any_http_status = options_.any_http_status;
    pods_.emplace(PodPorts{host_.executor, host_.clock, host_.random, runtime_.get(), &*network_, &files_,
                           &*journal_, &objects_},
                  settings);
    const auto tell_line = [this](const std::string& line) { tell(line); };
    node_.emplace(
        NodeServices::Ports{host_.executor, host_.clock, runtime_.get(), &files_, &*pods_, tell_line},
        settings, paths_.state);
    node_->start();
    co_return Status{};
}

Task<Status> Agent::open(CancelToken cancel) {
    if (const Status taken = take_root(); !taken) co_return taken;
    if (const Status opened = open_journal(); !opened) co_return opened;
    if (const Status made = make_runtime(); !made) co_return made;
    if (const Status reached = co_await reach_engine(cancel); !reached) co_return reached;
    co_return co_await make_pods(cancel);
}

Task<Result<JournalContents>> Agent::read_journal(JournalQuery query) {
    // Background writes that were begun in this turn of the loop go first.
    co_await asio::post(host_.executor, asio::use_awaitable);
    co_return co_await store_->read(std::move(query));
}

Task<Result<std::vector<std::string>>> Agent::import_image(std::string path) {
    containerd::ImportTarget target;
    target.endpoint = engine_ ? engine_->endpoint() : options_.runtime;
    target.runtime = runtime_.get();
    if (engine_) target.snapshotter = engine_->snapshotter();
    const Call call = host_.clock->call_within(import_limit);
    co_return co_await containerd::import_image(host_.executor, host_.clock, target, std::move(path), call);
}

Task<void> Agent::close(cli::Containers left) {
    if (node_) co_await node_->stop();
    if (pods_) co_await pods_->stop();
    node_.reset();
    if (pods_ && left == cli::Containers::ended) {
        if (const Status removed = files_.remove_cgroup(cgroup_root()); !removed)
            tell(removed.error().text());
    }
    pods_.reset();  // it listens to the runtime
    if (engine_) {
        if (left == cli::Containers::ended) {
            co_await engine_->stop();
        } else {
            co_await engine_->leave();
        }
    }
    if (runtime_) co_await runtime_->stop();
    if (journal_) co_await journal_->stop();
    if (store_) co_await store_->stop();
}

}  // namespace

Task<Result<std::unique_ptr<cli::Session>>> open_agent(HostPorts host, cli::SessionOptions options,
                                                       CancelToken cancel) {
    auto agent = std::make_unique<Agent>(std::move(host), std::move(options));
    const Status opened = co_await agent->open(std::move(cancel));
    if (opened) co_return agent;
    co_await agent->close(cli::Containers::ended);
    co_return std::unexpected(opened.error());
}

}  // namespace hooklet::app

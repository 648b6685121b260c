// SPDX-License-Identifier: Apache-2.0
#include "app/machine.hpp"

#include "adapters/containerd/image_import.hpp"
#include "adapters/sqlite/damaged_file.hpp"
#include "app/host_facts.hpp"
#include "images/pause/pause_image.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

namespace hooklet::app {

namespace {

constexpr Duration engine_start_limit = std::chrono::seconds{60};
constexpr Duration engine_interval = std::chrono::milliseconds{200};
constexpr Duration import_limit = std::chrono::minutes{10};
/// How long the journal has what it knows of a Pod that is gone.
constexpr Duration journal_memory = std::chrono::days{30};

}  // namespace

Machine::Machine(HostPorts host, cli::SessionOptions options)
    : host_(std::move(host)), options_(std::move(options)), paths_(paths_of(options_.root)) {}

void Machine::tell(std::string_view line) const {
    host_.tell(fmt::format("hooklet: {}\n", line));
}

Status Machine::take_root() {
    // What Pods say and keep is for root; logs are for whoever may read logs.
    if (const Status made = files_.make_directories(paths_.state, 0700); !made) return made;
    if (const Status closed = files_.change_owner_mode(paths_.state, {}, 0700); !closed) return closed;
    for (const std::string& directory : {paths_.run, paths_.log}) {
        if (const Status made = files_.make_directories(directory, 0755); !made) return made;
    }
    Result<LockFile> lock = LockFile::acquire(paths_.run + "/lock");
    if (!lock && lock.error().code == Code::conflict && options_.images_only) {
        shared_ = true;
        return {};
    }
    if (!lock) return std::unexpected(lock.error());
    lock_.emplace(*std::move(lock));
    return {};
}

Status Machine::open_journal() {
    const std::string path = paths_.state + "/journal.db";
    const Result<std::string> aside = set_aside_if_damaged(path);
    if (!aside) return std::unexpected(aside.error());
    if (!aside->empty()) tell("the journal is damaged and set aside as " + *aside + "; a new one begins");
    Result<std::unique_ptr<SqliteJournal>> store = open_sqlite_journal(host_.executor, path);
    if (!store) return std::unexpected(store.error());
    store_ = *std::move(store);
    journal_.emplace(store_.get(), host_.clock, host_.random, host_.executor);
    journal_->on_error([this](const Error& error) { tell("not recorded: " + error.text()); });
    return {};
}

Status Machine::make_runtime() {
    std::string endpoint = options_.runtime;
    std::string exec_folder;
    if (options_.runtime == "auto") {
        reaper_.emplace(host_.executor);
        engine_ = std::make_unique<Containerd>(
            host_.executor, host_.clock,
            Containerd::Options{paths_.engine, pause_image_name(), pause_image_tar(),
                                [this](const std::string& line) { tell(line); }});
        endpoint = engine_->endpoint();
        exec_folder = engine_->exec_folder();
    }
    Result<std::unique_ptr<cri::CriRuntime>> runtime =
        cri::make_cri_runtime(host_.executor, host_.clock, endpoint, std::move(exec_folder));
    if (!runtime) return std::unexpected(runtime.error());
    runtime_ = *std::move(runtime);
    return {};
}

Task<Status> Machine::reach_engine(CancelToken cancel) {
    const Call call = host_.clock->call_within(engine_start_limit, std::move(cancel));
    if (engine_ && !shared_) {
        const Status started = co_await engine_->start(runtime_.get(), call);
        if (started) co_return started;
        engine_.reset();  // it has ended, so close() has nothing to end
        co_return wrap("hooklet's own containerd can't be started", started.error());
    }
    auto conditions = co_await runtime_->status(call);
    // The agent whose engine it is may be about to start it.
    while (!conditions && engine_ && !call.cancel.cancelled() && host_.clock->now() < call.deadline) {
        (void)co_await sleep_until(host_.clock, host_.clock->call_within(engine_interval, call.cancel));
        conditions = co_await runtime_->status(call);
    }
    const std::string which = engine_ ? "the agent's containerd" : "the engine at " + options_.runtime;
    if (!conditions) co_return wrap(which + " can't be used", conditions.error());
    for (const cri::RuntimeCondition& condition : *conditions) {
        if (condition.status) continue;
        tell(fmt::format("the engine is not ready: {}: {} {}", condition.type, condition.reason,
                         condition.message));
    }
    co_return Status{};
}

Status Machine::begin() {
    if (const Status taken = take_root(); !taken) return taken;
    if (!options_.images_only) {
        if (const Status opened = open_journal(); !opened) return opened;
    }
    if (const Status made = make_runtime(); !made) return made;
    if (engine_ && !shared_) engine_->begin();
    return {};
}

Task<Status> Machine::ready(CancelToken cancel) {
    if (const Status reached = co_await reach_engine(cancel); !reached) co_return reached;
    const Call call = host_.clock->call_within(engine_start_limit, std::move(cancel));
    const Result<cri::VersionResponse> version = co_await runtime_->version(call);
    if (!version) co_return std::unexpected(version.error());
    runtime_name_ = version->runtime_name;
    network_.emplace(host_.executor, host_.clock);
    co_return Status{};
}

PodPorts Machine::pod_ports(ObjectSource* objects) {
    return {host_.executor, host_.clock, host_.random, runtime_.get(),
            &*network_,     &files_,     &*journal_,   objects};
}

PodSettings Machine::pod_settings() const {
    PodSettings settings = host_settings();
    settings.pods_directory = paths_.state + "/pods";
    settings.seccomp_directory = paths_.state + "/seccomp";
    settings.pod_log_directory = paths_.log + "/pods";
    settings.container_log_directory = paths_.log + "/containers";
    settings.cgroup_root = cgroup_root();
    settings.owner_label = short_id(paths_);
    settings.runtime_name = runtime_name_;
    settings.any_http_status = options_.any_http_status;
    return settings;
}

Task<Result<JournalContents>> Machine::read_journal(JournalQuery query) {
    // Background writes that were begun in this turn of the loop go first.
    co_await asio::post(host_.executor, asio::use_awaitable);
    co_return co_await store_->read(std::move(query));
}

Task<void> Machine::trim_journal() {
    const Status trimmed = co_await store_->trim(host_.clock->wall() - journal_memory);
    if (!trimmed) tell("the journal: " + trimmed.error().text());
}

Task<Result<std::vector<std::string>>> Machine::import_image(std::string path) {
    containerd::ImportTarget target;
    target.endpoint = engine_ ? engine_->endpoint() : options_.runtime;
    target.runtime = runtime_.get();
    target.name_digests = true;
    if (engine_ && !shared_) target.snapshotter = engine_->snapshotter();
    const Call call = host_.clock->call_within(import_limit);
    co_return co_await containerd::import_image(host_.executor, host_.clock, target, std::move(path), call);
}

Task<bool> Machine::has_pods() {
    const Call call = host_.clock->call_within(engine_start_limit);
    const cri::Filter any;
    const auto sandboxes = co_await runtime_->list_pod_sandbox(any, call);
    co_return sandboxes && !sandboxes->empty();
}

Task<void> Machine::close(cli::Containers left) {
    if (shared_) {
        if (runtime_) co_await runtime_->stop();
        co_return;
    }
    if (engine_ && options_.images_only) {
        const bool used = co_await has_pods();
        if (used) left = cli::Containers::left_alone;
    }
    if (runtime_ && left == cli::Containers::ended) {
        if (const Status removed = files_.remove_cgroup(cgroup_root()); !removed)
            tell(removed.error().text());
    }
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

}  // namespace hooklet::app

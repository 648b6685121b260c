// SPDX-License-Identifier: Apache-2.0
#include "adapters/containerd/containerd.hpp"

#include "adapters/containerd/cleanup.hpp"
#include "adapters/containerd/config.hpp"
#include "adapters/containerd/engine_log.hpp"
#include "adapters/containerd/image_import.hpp"
#include "adapters/containerd/preflight.hpp"
#include "adapters/containerd/remains.hpp"
#include "adapters/containerd/sweeper.hpp"
#include "adapters/posix/kernel_files.hpp"
#include "adapters/posix/posix_file_system.hpp"
#include "adapters/posix/process.hpp"
#include "base/back_off.hpp"
#include "base/gate.hpp"
#include "ports/retry.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>

namespace hooklet {

namespace {

using namespace std::chrono_literals;

constexpr Duration sandbox_limit = 15s;  ///< To end and remove what is left at the stop.
constexpr Duration term_limit = 10s;
constexpr Duration ready_interval = 20ms;
/// Of the end of containerd's log, in bytes: more than it writes when it starts.
constexpr std::size_t log_of_a_start = 64 * 1024;
/// The kernel's limit for the path of a Unix socket; containerd makes a second one with `.ttrpc` behind.
constexpr std::size_t longest_socket = 107 - 6;

bool all_ready(const std::vector<cri::RuntimeCondition>& conditions) {
    return !conditions.empty() && std::ranges::all_of(conditions, &cri::RuntimeCondition::status);
}

std::string not_ready(const std::vector<cri::RuntimeCondition>& conditions) {
    std::string text = "no condition is known";
    for (const auto& condition : conditions) {
        if (!condition.status) text = condition.type + ": " + condition.message;
    }
    return text;
}

}  // namespace

Duration containerd::restart_delay(unsigned failures) {
    return retry_delay(failures - 1, 100ms, 10s);
}

struct Containerd::Impl {
    Impl(Executor e, Clock* c, Options o) : executor(e), clock(c), options(std::move(o)), gate(std::move(e)) {
        settings.layout.root = options.root;
        settings.pause_image = options.pause_image_name;
    }

    Status prepare();
    Result<containerd::Subnet> settle_subnet();
    Status launch();
    Status begin();
    Task<Status> come_up(Call call);
    Task<Status> until_ready(Call call);
    Task<Status> insist(Task<Status> (Impl::*step)(Call), Call call);
    Task<Status> launch_until_ready(Call call);
    Task<Status> load_pause_image(Call call);
    [[nodiscard]] containerd::SweepTools sweep_tools() const;
    Task<void> remove_remains();
    Task<void> remove_later(std::shared_ptr<containerd::Sweeper> sweeper);
    Task<void> supervise();
    Task<void> end();
    Task<void> remove_sandboxes();
    Task<void> clean();
    [[nodiscard]] std::string last_words() const;
    [[nodiscard]] std::unexpected<Error> without_cri() const;

    Executor executor;
    Clock* clock;
    Options options;
    containerd::Settings settings;
    std::string search_path;
    PosixFileSystem files;
    cri::ContainerRuntime* runtime = nullptr;
    std::optional<Child> child;
    std::optional<Status> begun;
    containerd::Remains remains;
    CancelSource stopping;
    Gate gate;
};

Result<containerd::Subnet> Containerd::Impl::settle_subnet() {
    using namespace containerd;
    const std::string& root = settings.layout.root;
    const auto taken = parse_routes(read_available("/proc/net/route"), bridge_name(root));
    const auto kept = parse_subnet(read_available(settings.layout.subnet()));
    const auto clash = [&](const Subnet& other) { return kept->overlaps(other); };
    if (kept && std::ranges::none_of(taken, clash)) return *kept;
    const auto chosen = choose_subnet(root, taken);
    if (!chosen) return fail(Code::conflict, "no IPv4 network is free for pods in 10.192.0.0/10");
    // Addresses counted in another network mean nothing in this one.
    if (auto removed = files.remove_tree(settings.layout.addresses()); !removed) {
        return std::unexpected(removed.error());
    }
    auto written = files.write_file(settings.layout.subnet(), chosen->text(), 0644);
    if (!written) return std::unexpected(written.error());
    return *chosen;
}

Status Containerd::Impl::prepare() {
    using namespace containerd;
    const Layout& layout = settings.layout;
    if (layout.socket().size() > longest_socket) {
        return fail(Code::invalid, "the path of the root is too long for a socket below it: " + layout.root);
    }
    const char* path = std::getenv("PATH");
    auto tools = find_tools(path == nullptr ? "" : path, is_executable_file);
    if (!tools) return std::unexpected(tools.error());
    search_path = tools->search_path;
    settings.cni_plugins = tools->cni_plugins;
    for (const auto& folder : {layout.run(), layout.data(), layout.cni_config(), layout.root + "/log"}) {
        if (auto made = files.make_directories(folder, 0755); !made) return made;
    }
    // containerd's own sockets are open to their group.
    if (auto closed = files.change_owner_mode(layout.run(), {}, 0700); !closed) return closed;
    settings.overlayfs = overlayfs_works(layout.data());
    settings.may_lower_oom_score = has_sys_resource(read_available("/proc/self/status"));
    const auto subnet = settle_subnet();
    if (!subnet) return std::unexpected(subnet.error());
    auto written = files.write_file(layout.cni_config() + "/10-hooklet.conflist",
                                    cni_conflist(layout, bridge_name(layout.root), *subnet), 0644);
    if (!written) return written;
    return files.write_file(layout.config(), containerd_config(settings), 0644);
}

Status Containerd::Impl::launch() {
    const containerd::Layout& layout = settings.layout;
    const UniqueFd log(::open(layout.log().c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    // The engine's errors may name what a container was given in confidence.
    if (!log || ::fchmod(log.get(), 0600) != 0) return std::unexpected(errno_error(layout.log(), errno));
    remains = containerd::Remains::look(layout);
    auto started = Child::spawn(
        executor, {containerd::with_path(search_path, {"containerd", "--config", layout.config()}), log.get(),
                   log.get(), true});
    if (!started) return std::unexpected(started.error());
    child = std::move(*started);
    return {};
}

std::string Containerd::Impl::last_words() const {
    PosixFileSystem reader;
    auto tail = reader.read_tail(settings.layout.log(), 600);
    return tail ? *tail : std::string();
}

std::unexpected<Error> Containerd::Impl::without_cri() const {
    PosixFileSystem reader;
    const std::string log = settings.layout.log();
    const std::string why = containerd::why_without_cri(reader.read_tail(log, log_of_a_start).value_or(""));
    return fail(Code::deadline, fmt::format("containerd runs, but serves no containers: {}; its log is {}",
                                            why.empty() ? "its CRI plugin is not loaded" : why, log));
}

Task<Status> Containerd::Impl::until_ready(Call call) {
    for (;;) {
        const auto conditions = co_await runtime->status(call);
        if (conditions && all_ready(*conditions)) co_return Status{};
        if (!conditions && conditions.error().code == Code::invalid) co_return without_cri();
        // Waiting for its end serves as the pause between two questions.
        const Call pause{std::min(clock->now() + ready_interval, call.deadline), call.cancel};
        const auto exit = co_await child->wait(clock, pause);
        if (exit) {
            child.reset();
            co_return fail(Code::unavailable, "containerd ended at its start (" + exit->text() +
                                                  "); its last words: " + last_words());
        }
        if (call.cancel.cancelled()) co_return std::unexpected(call.cancel.reason());
        if (clock->now() >= call.deadline) {
            const std::string why = conditions ? not_ready(*conditions) : conditions.error().text();
            co_return fail(Code::deadline,
                           "containerd is not ready (" + why + "); its log is " + settings.layout.log());
        }
    }
}

Task<Status> Containerd::Impl::load_pause_image(Call call) {
    const auto present = co_await runtime->image_status(settings.pause_image, call);
    if (!present) co_return std::unexpected(present.error());
    if (present->has_value()) co_return Status{};
    const std::string archive = settings.layout.run() + "/pause.tar";
    auto written = files.write_file(archive, options.pause_image_tar, 0644);
    if (!written) co_return written;
    containerd::ImportTarget target;
    target.endpoint = "unix://" + settings.layout.socket();
    target.runtime = runtime;
    target.snapshotter = settings.overlayfs ? "overlayfs" : "native";
    const auto loaded = co_await containerd::import_image(executor, clock, target, archive, call);
    (void)files.remove_file(archive);
    if (!loaded) co_return wrap("sandbox image", loaded.error());
    co_return Status{};
}

Status Containerd::Impl::begin() {
    if (const Status done = prepare(); !done) return done;
    return launch();
}

Task<Status> Containerd::Impl::launch_until_ready(Call call) {
    if (!begun) begun = begin();
    const Status done = *std::exchange(begun, std::nullopt);
    if (!done) co_return done;
    co_return co_await until_ready(call);
}

/// Does the step again, some times, when containerd has ended meanwhile.
Task<Status> Containerd::Impl::insist(Task<Status> (Impl::*step)(Call), Call call) {
    for (unsigned failures = 1;; ++failures) {
        Status done = co_await (this->*step)(call);
        if (done || done.error().code != Code::unavailable || failures == containerd::start_attempts)
            co_return done;
        options.log(done.error().text() + "; trying again");
        const bool in_time = co_await wait_to_retry(clock, containerd::restart_delay(failures), call);
        if (!in_time) co_return done;
    }
}

Task<Status> Containerd::Impl::come_up(Call call) {
    if (auto done = co_await insist(&Impl::launch_until_ready, call); !done) co_return done;
    gate.spawn(supervise());
    co_await remove_remains();
    co_return co_await insist(&Impl::load_pause_image, call);
}

Task<void> Containerd::Impl::supervise() {
    for (unsigned failures = 0; !stopping.token().cancelled();) {
        const MonotonicTime started = clock->now();
        if (child) {
            const Call unlimited{MonotonicTime::max(), stopping.token()};
            const auto exit = co_await child->wait(clock, unlimited);
            if (!exit) co_return;
            child.reset();
            if (clock->now() - started > containerd::worked_after) failures = 0;
            options.log("containerd ended unexpectedly (" + exit->text() + "); starting it again");
        }
        const Duration delay = containerd::restart_delay(++failures);
        if (!co_await sleep_until(clock, clock->call_within(delay, stopping.token()))) co_return;
        if (auto done = launch(); !done) options.log("containerd can't be started: " + done.error().text());
        if (child) gate.spawn(remove_remains());
    }
}

containerd::SweepTools Containerd::Impl::sweep_tools() const {
    return {executor, clock, runtime, settings.layout, search_path, options.log, stopping.token()};
}

Task<void> Containerd::Impl::remove_remains() {
    const auto sweeper = std::make_shared<containerd::Sweeper>(sweep_tools(), remains);
    const bool all = co_await sweeper->sweep();
    if (!all) gate.spawn(remove_later(sweeper));
}

Task<void> Containerd::Impl::remove_later(std::shared_ptr<containerd::Sweeper> sweeper) {
    co_await sweeper->sweep_later();
}

/// Ends containerd and the supervision.
Task<void> Containerd::Impl::end() {
    stopping.cancel({Code::cancelled, "containerd is being stopped"});
    co_await gate.close();
    if (!child) co_return;
    child->signal(SIGTERM);
    const auto exit = co_await child->wait(clock, clock->call_within(term_limit));
    if (!exit) {
        options.log("containerd does not end; killing it");
        child->signal(SIGKILL);
        (void)co_await child->wait(clock, clock->call_within(term_limit));
    }
    child.reset();
}

Task<void> Containerd::Impl::remove_sandboxes() {
    const Call call = clock->call_within(sandbox_limit);
    const cri::Filter all;
    const auto sandboxes = co_await runtime->list_pod_sandbox(all, call);
    if (!sandboxes) co_return;
    for (const cri::PodSandbox& sandbox : *sandboxes) {
        auto gone = co_await runtime->stop_pod_sandbox(sandbox.id, call);
        if (gone) gone = co_await runtime->remove_pod_sandbox(sandbox.id, call);
        if (!gone) options.log("sandbox " + sandbox.id + " is left: " + gone.error().text());
    }
}

/// Precondition: containerd has ended.
Task<void> Containerd::Impl::clean() {
    const containerd::Layout& layout = settings.layout;
    containerd::kill_shims(layout.socket());
    containerd::unmount_below(layout.run());
    containerd::unmount_below(layout.data());
    const std::string bridge = containerd::bridge_name(layout.root);
    containerd::remove_bridge(bridge);
    std::vector<std::string> names{bridge};
    containerd::SweepTools tools = sweep_tools();
    co_await containerd::forget_networks(std::move(tools), std::move(names));
    (void)files.remove_cgroup("/k8s.io");
    if (auto removed = files.remove_tree(layout.run()); !removed) options.log(removed.error().text());
    containerd::remove_empty_shared_folders();
}

Containerd::Containerd(Executor executor, Clock* clock, Options options)
    : impl_(std::make_unique<Impl>(std::move(executor), clock, std::move(options))) {}

Containerd::~Containerd() = default;

std::string Containerd::endpoint() const {
    return "unix://" + impl_->settings.layout.socket();
}

std::string Containerd::exec_folder() const {
    return impl_->settings.layout.execs();
}

std::string Containerd::snapshotter() const {
    return impl_->settings.overlayfs ? "overlayfs" : "native";
}

void Containerd::begin() {
    if (!impl_->begun) impl_->begun = impl_->begin();
}

Task<Status> Containerd::start(cri::ContainerRuntime* runtime, Call call) {
    impl_->runtime = runtime;
    auto up = co_await impl_->come_up(std::move(call));
    if (!up) {
        co_await impl_->end();
        const auto shims = containerd::shims_of(impl_->settings.layout.socket(), process_table());
        if (shims.empty()) co_await impl_->clean();
    }
    co_return up;
}

Task<void> Containerd::stop() {
    co_await impl_->remove_sandboxes();
    co_await impl_->end();
    co_await impl_->clean();
}

Task<void> Containerd::leave() {
    return impl_->end();
}

}  // namespace hooklet

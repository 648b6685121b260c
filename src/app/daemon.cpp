// SPDX-License-Identifier: Apache-2.0
#include "app/daemon.hpp"

#include "adapters/logind/logind_shutdown.hpp"
#include "adapters/posix/inotify_watch.hpp"
#include "adapters/posix/kernel_messages.hpp"
#include "adapters/posix/posix_node_stats.hpp"
#include "adapters/yaml/yaml.hpp"
#include "adapters/zlib/gzip_compressor.hpp"
#include "app/api_host.hpp"
#include "app/host_sheet.hpp"
#include "app/kubelet_configuration.hpp"
#include "app/machine.hpp"
#include "app/node_settings.hpp"
#include "app/pod_streams.hpp"
#include "base/back_off.hpp"
#include "base/gate.hpp"
#include "controllers/bootstrap.hpp"
#include "controllers/controllers.hpp"
#include "controllers/role_founder.hpp"
#include "node/api_objects.hpp"
#include "node/api_services.hpp"
#include "node/node_agent.hpp"

#include <charconv>
#include <optional>

#include <fmt/format.h>
#include <malloc.h>

namespace hooklet::app {

namespace {

constexpr Duration bootstrap_limit = std::chrono::seconds{30};
constexpr Duration drain_limit = std::chrono::seconds{2};
constexpr Duration memory_period = std::chrono::minutes{1};
constexpr Duration trim_period = std::chrono::hours{24};
/// Between two attempts to start on a machine that lacks what it takes: doubling.
constexpr Duration first_retry = std::chrono::seconds{1};
constexpr Duration longest_retry = std::chrono::seconds{30};
/// The first address of the range of Services.
constexpr const char* api_service_ip = "10.96.0.1";

/// `--listen` in its two parts; the command line has checked it.
std::pair<std::string, std::uint16_t> split(const std::string& listen) {
    const std::size_t colon = listen.rfind(':');
    std::string address = listen.substr(0, colon);
    if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
    std::uint16_t port = 0;
    std::from_chars(listen.data() + colon + 1, listen.data() + listen.size(), port);
    return {std::move(address), port};
}

/// The agent with an API. Members are in the order in which they are made: each may use those above it, and
/// none below it. They end in the reverse order.
class AgentDaemon final : public cli::Daemon {
  public:
    AgentDaemon(HostPorts host, cli::AgentOptions options)
        : options_(std::move(options)), later_(host.executor), machine_(std::move(host), options_.session) {}

    /// When it fails, close() ends what there is.
    Task<Status> open(CancelToken cancel);

    [[nodiscard]] std::string url() const override { return api_->url(); }
    [[nodiscard]] std::string kubeconfig() const override { return machine_.paths().kubeconfig; }
    [[nodiscard]] std::string node_name() const override { return settings_.node_name; }
    Task<void> close() override;

  private:
    Task<Status> open_api();
    Task<Status> make_node(CancelToken cancel);
    /// Those of earlier agents that have left logs.
    Task<void> remember_earlier_pods();
    /// What a burst has left free between what is in use, such as the start with many Pods, goes back to the
    /// system.
    Task<void> return_free_memory();
    Task<void> trim_journal();
    Status serve();
    [[nodiscard]] ApiPorts api_ports();

    cli::AgentOptions options_;
    Gate later_;  ///< What nobody waits for at the start.
    CancelSource closing_;
    Machine machine_;
    PodSettings settings_;
    std::optional<ApiHost> api_;
    std::optional<NodePodStreams> streams_;
    std::optional<Controllers> controllers_;
    std::optional<PosixNodeStats> stats_;
    std::optional<GzipCompressor> compressor_;
    std::optional<InotifyWatch> directories_;
    std::optional<KernelMessages> kernel_log_;
    std::optional<LogindShutdown> shutdown_;
    std::optional<ApiObjects> objects_;
    std::optional<ApiServices> services_;
    std::optional<PodManager> pods_;
    std::optional<NodeAgent> node_;
};

ApiPorts AgentDaemon::api_ports() {
    return {machine_.host().executor, machine_.host().clock, api_->api(),
            [this](const std::string& line) { machine_.tell(line); }};
}

Task<Status> AgentDaemon::open_api() {
    const HostPorts& host = machine_.host();
    const auto [address, port] = split(options_.listen);
    api_.emplace(ApiHost::Ports{host.executor, host.clock, host.random, &machine_.files(),
                                machine_.paths().state, machine_.paths().run, &machine_.journal_store()},
                 ApiHostOptions{.address = address,
                                .port = port,
                                .node_name = settings_.node_name,
                                .kubeconfig = machine_.paths().kubeconfig,
                                .yaml = yaml::parse_documents,
                                .tell = [this](const std::string& line) { machine_.tell(line); }});
    if (const Status opened = co_await api_->open(); !opened) co_return opened;
    machine_.journal().listen([this](const JournalEntry& entry) {
        if (const auto* attempt = std::get_if<HookAttempt>(&entry)) api_->changed(*attempt);
    });
    if (const Status served = serve(); !served) co_return served;
    const Call call = host.clock->call_within(bootstrap_limit);
    const ApiAddress here{api_service_ip, settings_.host_ip, api_->port()};
    if (const Status made = co_await bootstrap(api_->api(), here, call); !made) co_return made;
    if (const Status made = co_await found_roles(api_->api(), call); !made) co_return made;
    if (const Status made = co_await api_->rebuild(settings_.pods_directory, call); !made) co_return made;
    controllers_.emplace(api_->api(), host.clock, host.executor, api_->signer(), api_->authority(), here);
    controllers_->on_error([this](const std::string& controller, const Error& error) {
        machine_.tell(fmt::format("{}: {}", controller, error.text()));
    });
    controllers_->start();
    co_return Status{};
}

Task<Status> AgentDaemon::make_node(CancelToken cancel) {
    const HostPorts& host = machine_.host();
    const Call call = host.clock->call_within(bootstrap_limit, std::move(cancel));
    stats_.emplace(host.executor, host.clock,
                   PosixNodeStats::Places{.state = machine_.paths().state, .images = {}});
    compressor_.emplace(host.executor, host.clock);
    directories_.emplace(host.executor);
    kernel_log_.emplace(host.executor);
    shutdown_.emplace(host.executor);
    const Result<NodeUsage> usage = stats_->node();
    if (!usage) co_return std::unexpected(usage.error());
    const Result<cri::VersionResponse> engine = co_await machine_.runtime().version(call);
    if (!engine) co_return std::unexpected(engine.error());
    objects_.emplace(api_ports());
    services_.emplace(api_ports());
    services_->start();
    PodPorts ports = machine_.pod_ports(&*objects_);
    ports.services = [this] { return services_->all(); };
    pods_.emplace(std::move(ports), settings_);
    Result<NodeAgentSettings> settings =
        node_settings(settings_, host_sheet(settings_, *engine, *usage), options_);
    if (!settings) co_return std::unexpected(settings.error());
    api::Node configuration = kubelet_configuration(settings_, *settings, options_);
    const auto tell = [this](const std::string& line) { machine_.tell(line); };
    node_.emplace(NodeAgentPorts{host.executor, host.clock, &machine_.runtime(), &machine_.files(), &*stats_,
                                 &*compressor_, &*directories_, api_->api(), &machine_.journal(), &*pods_,
                                 tell, yaml::parse_documents, &*shutdown_, &*kernel_log_},
                  *std::move(settings));
    api_->measure_with(&node_->meter());
    streams_->show({&node_->reporter(), std::move(configuration)});
    node_->start();
    later_.spawn(remember_earlier_pods());
    later_.spawn(return_free_memory());
    later_.spawn(trim_journal());
    co_return Status{};
}

Task<void> AgentDaemon::remember_earlier_pods() {
    const auto logs = machine_.files().list_directory(settings_.pod_log_directory);
    if (!logs) co_return;
    std::vector<std::string> uids;
    for (const std::string& name : *logs) uids.push_back(name.substr(name.rfind('_') + 1));
    const auto known = co_await machine_.journal_store().known_pods(std::move(uids));
    if (!known) co_return;
    for (const std::string& uid : *known) node_->remember_pod(uid);
}

Task<void> AgentDaemon::return_free_memory() {
    const CancelToken closing = closing_.token();
    while (!closing.cancelled()) {
        (void)co_await sleep_until(machine_.host().clock,
                                   machine_.host().clock->call_within(memory_period, closing));
        ::malloc_trim(0);
    }
}

Task<void> AgentDaemon::trim_journal() {
    const Clock* clock = machine_.host().clock;
    const CancelToken closing = closing_.token();
    do {
        co_await machine_.trim_journal();
        (void)co_await sleep_until(machine_.host().clock, clock->call_within(trim_period, closing));
    } while (!closing.cancelled());
}

Status AgentDaemon::serve() {
    const HostPorts& host = machine_.host();
    streams_.emplace(NodePodStreams::Ports{host.executor, host.clock, api_->api(), &machine_.runtime(),
                                           &machine_.files(), host.random},
                     machine_.paths().log, settings_.pod_log_directory);
    return api_->listen(&*streams_);
}

Task<Status> AgentDaemon::open(CancelToken cancel) {
    if (const Status begun = machine_.begin(); !begun) co_return begun;
    settings_ = with_options(machine_.pod_settings(), options_);
    // While the engine comes up, which takes longest.
    if (const Status opened = co_await open_api(); !opened) co_return opened;
    if (const Status ready = co_await machine_.ready(cancel); !ready) co_return ready;
    settings_.runtime_name = machine_.pod_settings().runtime_name;
    co_return co_await make_node(std::move(cancel));
}

Task<void> AgentDaemon::close() {
    const HostPorts& host = machine_.host();
    if (api_) co_await api_->stop_serving(host.clock->call_within(drain_limit));
    closing_.cancel({Code::cancelled, "the agent stops"});
    co_await later_.close();
    if (node_) co_await node_->stop();
    if (pods_) co_await pods_->stop();
    if (services_) co_await services_->stop();
    if (objects_) co_await objects_->stop();
    node_.reset();
    pods_.reset();  // it listens to the runtime
    if (controllers_) co_await controllers_->stop();
    if (api_) co_await api_->close();
    co_await machine_.close(cli::Containers::left_alone);
}

/// What the machine lacks now it may have later.
bool may_come_right(const Error& why) {
    return why.code == Code::unavailable || why.code == Code::deadline;
}

}  // namespace

Task<Result<std::unique_ptr<cli::Daemon>>> open_daemon(HostPorts host, cli::AgentOptions options,
                                                       CancelToken cancel) {
    for (unsigned failures = 0;; ++failures) {
        auto daemon = std::make_unique<AgentDaemon>(host, options);
        const Status opened = co_await daemon->open(cancel);
        if (opened) co_return daemon;
        co_await daemon->close();
        daemon.reset();  // the root is free for whoever mends it
        const Error& why = opened.error();
        if (!may_come_right(why)) co_return std::unexpected(why);
        const Duration pause = retry_delay(failures, first_retry, longest_retry);
        host.tell(fmt::format("hooklet: {}; trying again in {} s\n", why.text(),
                              std::chrono::duration_cast<std::chrono::seconds>(pause).count()));
        const Status waited = co_await sleep_until(host.clock, host.clock->call_within(pause, cancel));
        if (!waited) co_return std::unexpected(waited.error());
    }
}

}  // namespace hooklet::app

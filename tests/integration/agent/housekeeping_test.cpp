// SPDX-License-Identifier: Apache-2.0
// What surrounds the Pods, on a real containerd: garbage, evictions and the machine's shutdown. Statistics of
// the machine are what the test says; everything else is real.
#include "adapters/asio/asio_clock.hpp"
#include "adapters/posix/posix_file_system.hpp"
#include "adapters/posix/posix_random.hpp"
#include "adapters/posix/unique_fd.hpp"
#include "adapters/yaml/yaml.hpp"
#include "api/manifest.hpp"
#include "app/agent.hpp"
#include "base/gate.hpp"
#include "integration/run/hooklet_process.hpp"
#include "integration/run/machine.hpp"
#include "node/collector.hpp"
#include "node/evictor.hpp"
#include "node/managed_pods.hpp"
#include "node/shutdown.hpp"
#include "pods/names.hpp"
#include "support/run_task.hpp"
#include "support/scratch_folder.hpp"
#include "support/sim_node_stats.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace hooklet::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

constexpr const char* busybox = "hooklet.dev/demo/busybox:1";
constexpr const char* nginx = "hooklet.dev/demo/nginx:1";

class HousekeepingTest : public ::testing::Test {
  protected:
    void SetUp() override {
        ASSERT_EQ(::geteuid(), 0U) << "hooklet starts containers: these tests need root";
        app::HostPorts host{loop_.get_executor(), &clock_, &random_, [](std::string_view) {}};
        cli::SessionOptions options;
        options.root = root();
        // NOLINTNEXTLINE(concurrency-mt-unsafe)
        ASSERT_EQ(std::system(HOOKLET_IMAGE_SCRIPT " " HOOKLET_IMAGES), 0);
        auto opened = run(loop_, app::open_agent(host, options, CancelToken()));
        ASSERT_TRUE(opened) << opened.error().text();
        session_ = *std::move(opened);
        for (const char* image : {"busybox", "nginx"}) {
            const auto loaded =
                run(loop_, session_->import_image(fmt::format("{}/{}.tar", HOOKLET_IMAGES, image)));
            ASSERT_TRUE(loaded) << loaded.error().text();
        }
        session_->pods().on_status([this](const api::Pod& pod) { seen_[pod.metadata.name] = pod; });
        session_->pods().on_gone([this](const api::Pod& pod) { gone_.push_back(pod.metadata.name); });
        session_->journal().listen([this](const JournalEntry& entry) {
            if (const auto* step = std::get_if<LifecycleStep>(&entry); step && step->step == StepKind::exited)
                ended_.push_back(step->pod.name);
            if (const auto* hook = std::get_if<HookAttempt>(&entry); hook && hook->outcome)
                hooks_.push_back(fmt::format("{} {} {}", hook->pod.name, hook->reason, name(*hook->outcome)));
        });
        control_.emplace(&session_->pods());
    }

    void TearDown() override {
        if (!session_) return;
        session_->pods().remove_all(0);
        EXPECT_TRUE(eventually([this] { return session_->pods().empty(); }));
        run(loop_, session_->close(cli::Containers::ended));
        EXPECT_EQ(traces_of(root()), std::vector<std::string>{}) << "left behind";
    }

    [[nodiscard]] std::string root() const { return folder_.path("agent"); }
    [[nodiscard]] std::string pod_logs() const { return root() + "/log/pods"; }
    [[nodiscard]] Call soon() const { return clock_.call_within(30s); }

    /// Runs the loop until then.
    bool eventually(const std::function<bool()>& done) {
        const MonotonicTime late = clock_.now() + 60s;
        while (!done()) {
            if (clock_.now() > late) return false;
            (void)run(loop_, sleep_until(&clock_, clock_.call_within(10ms)));
        }
        return true;
    }

    /// Adds a Pod of busybox whose container runs `script`; `more` are more lines of its spec, `of_container`
    /// those of its container.
    std::string add(const std::string& name, const std::string& script, const std::string& more = "",
                    const std::string& of_container = "") {
        const std::string text = fmt::format(R"(apiVersion: v1
kind: Pod
metadata: {{ name: {}, annotations: {{ hooklet.dev/back-off-base: 1s }} }}
spec:
  terminationGracePeriodSeconds: 20
{}  containers:
  - name: main
    image: {}
    command: [sh, -c, "{}"]
    lifecycle: {{ preStop: {{ exec: {{ command: ["true"] }} }} }}
{})",
                                             name, more, busybox, script, of_container);
        api::Manifest manifest = api::load_manifest(name, text, yaml::parse_documents);
        for (const api::Issue& issue : manifest.issues) ADD_FAILURE() << to_string(issue);
        api::Pod pod = manifest.pods.at(0);
        pod.metadata.uid = "uid-" + name;
        session_->pods().add(pod);
        return pod.metadata.uid;
    }
    static constexpr const char* patient = "trap 'exit 0' TERM; while :; do sleep 0.1; done";

    bool runs(const std::string& name) {
        return eventually([this, name] {
            const auto& all = seen_[name].status.containerStatuses;
            return !all.empty() && all[0].state.running.has_value();
        });
    }
    std::size_t containers_of(const std::string& uid) {
        cri::Filter filter;
        filter.label_selector[label::pod_uid] = uid;
        const auto found = run(loop_, session_->runtime().list_containers(filter, soon()));
        return found ? found->size() : 0;
    }
    std::vector<cri::PodSandbox> sandboxes() {
        const cri::Filter all;
        return run(loop_, session_->runtime().list_pod_sandbox(all, soon())).value();
    }
    bool has_image(const char* name) {
        return run(loop_, session_->runtime().image_status(name, soon())).value().has_value();
    }
    std::string owner() { return sandboxes().at(0).labels.at(label::owner); }

    NodePorts ports() {
        return {loop_.get_executor(),
                &clock_,
                &session_->runtime(),
                &files_,
                &*control_,
                [](const std::string&) {},
                [this](const event::Text& text) { node_events_.push_back(text.reason); }};
    }
    CollectorSettings collector_settings() {
        CollectorSettings settings;
        settings.pod_log_directory = pod_logs();
        settings.container_log_directory = root() + "/log/containers";
        settings.owner_label = owner();
        settings.images.minimum_age = 0s;
        return settings;
    }

    ScratchFolder folder_;
    asio::io_context loop_;
    AsioClock clock_{loop_.get_executor()};
    PosixRandom random_;
    PosixFileSystem files_;
    sim::SimNodeStats stats_{&clock_};
    std::unique_ptr<cli::Session> session_;
    std::optional<ManagedPods> control_;
    std::map<std::string, api::Pod> seen_;
    std::vector<std::string> gone_, ended_, hooks_, node_events_;
};

TEST_F(HousekeepingTest, WhatNobodyNeedsIsRemoved) {
    const std::string crash = add("crash", "exit 1");
    const std::string stays = add("stays", patient);
    const std::string leaves = add("leaves", patient);
    ASSERT_TRUE(runs("stays") && runs("leaves"));
    ASSERT_TRUE(eventually([&] {
        const auto& all = seen_["crash"].status.containerStatuses;
        return !all.empty() && all[0].restartCount >= 2;
    }));
    Collector collector(ports(), &stats_, collector_settings());
    run(loop_, collector.collect());  // knows all three from now on
    session_->pods().remove(leaves, 1);
    ASSERT_TRUE(eventually([this] { return !gone_.empty(); }));
    ASSERT_TRUE(files_.make_directories(pod_logs() + "/default_foreign_uid-foreign", 0755));

    cri::PodSandboxConfig dead;
    dead.metadata = {"dead", "uid-dead", "default", 0};
    dead.labels = {{label::owner, owner()}, {label::pod_uid, "uid-dead"}};
    dead.log_directory = pod_logs() + "/default_dead_uid-dead";
    const auto id = run(loop_, session_->runtime().run_pod_sandbox(dead, soon()));
    ASSERT_TRUE(id) << id.error().text();
    ASSERT_TRUE(run(loop_, session_->runtime().stop_pod_sandbox(*id, soon())));
    EXPECT_EQ(sandboxes().size(), 3U);

    run(loop_, collector.collect());
    EXPECT_EQ(sandboxes().size(), 2U) << "a sandbox without Pod is gone";
    EXPECT_LE(containers_of(crash), 2U)
        << "of those that ended, the newest is left, beside one in the making";
    EXPECT_EQ(containers_of(stays), 1U);
    std::vector<std::string> logs = *files_.list_directory(pod_logs());
    std::erase_if(logs, [](const std::string& one) { return one.contains("_dead_"); });  // never was a Pod
    EXPECT_THAT(logs, UnorderedElementsAre("default_crash_uid-crash", "default_stays_uid-stays",
                                           "default_foreign_uid-foreign"));

    stats_.usage.nodefs.available_bytes = stats_.usage.nodefs.capacity_bytes / 5;
    run(loop_, collector.collect_images());
    EXPECT_TRUE(has_image(nginx)) << "85 % are not in use";
    stats_.usage.nodefs.available_bytes = stats_.usage.nodefs.capacity_bytes / 10;
    run(loop_, collector.collect_images());
    EXPECT_FALSE(has_image(nginx));
    EXPECT_TRUE(has_image(busybox)) << "containers are made of it";
    run(loop_, collector.stop());
}

/// A server of gRPC that is not hooklet's: another containerd, which answers questions for its health at
/// `socket`.
class HealthServer {
  public:
    explicit HealthServer(const std::string& folder) : socket(folder + "/health.sock") {
        const std::string config = folder + "/health.toml";
        std::ofstream(config) << fmt::format(R"(version = 2
root = "{0}/health-data"
state = "{0}/health-run"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
  address = "{1}"
)",
                                             folder, socket);
        pid_ = ::fork();
        if (pid_ != 0) return;
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::execlp("containerd", "containerd", "--log-level", "fatal", "--config", config.c_str(), nullptr);
        ::_exit(127);
    }
    HealthServer(const HealthServer&) = delete;
    HealthServer& operator=(const HealthServer&) = delete;
    ~HealthServer() {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }

    const std::string socket;

  private:
    pid_t pid_ = -1;
};

/// Carries connections from a port of the machine to a Unix socket, whose server does not listen on TCP.
class Forwarder {
  public:
    Forwarder(const Executor& executor, std::string socket)
        : acceptor_(executor, {asio::ip::tcp::v4(), 0}), socket_(std::move(socket)), gate_(executor) {
        gate_.spawn(serve());
    }
    [[nodiscard]] std::uint16_t port() { return acceptor_.local_endpoint().port(); }
    Task<void> stop() {
        acceptor_.close();
        for (const auto& [in, out] : connections_) {
            in->close();
            out->close();
        }
        return gate_.close();
    }

  private:
    using In = std::shared_ptr<asio::ip::tcp::socket>;
    using Out = std::shared_ptr<asio::local::stream_protocol::socket>;

    Task<void> serve() {
        const auto errors = asio::as_tuple(asio::use_awaitable);
        while (true) {
            const auto in = std::make_shared<asio::ip::tcp::socket>(acceptor_.get_executor());
            const auto [failed] = co_await acceptor_.async_accept(*in, errors);
            if (failed) co_return;
            const auto out = std::make_shared<asio::local::stream_protocol::socket>(in->get_executor());
            const asio::local::stream_protocol::endpoint server(socket_);
            const auto [missing] = co_await out->async_connect(server, errors);
            if (missing) continue;
            connections_.emplace_back(in, out);
            gate_.spawn(pump(in, out));
            gate_.spawn(pump(out, in));
        }
    }
    template <class From, class To>
    static Task<void> pump(From from, To to) {
        const auto errors = asio::as_tuple(asio::use_awaitable);
        std::array<char, 4096> bytes{};
        while (true) {
            const auto [ended, count] = co_await from->async_read_some(asio::buffer(bytes), errors);
            if (ended) break;
            const auto piece = asio::buffer(bytes.data(), count);
            const auto [failed, written] = co_await asio::async_write(*to, piece, errors);
            if (failed) break;
        }
        boost::system::error_code ignored;
        to->close(ignored);
        from->close(ignored);
    }

    asio::ip::tcp::acceptor acceptor_;
    std::string socket_;
    std::vector<std::pair<In, Out>> connections_;
    Gate gate_;
};

/// One that is free now.
std::uint16_t free_udp_port() {
    const UniqueFd fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(fd.get(), generic, size), 0);
    EXPECT_EQ(::getsockname(fd.get(), generic, &size), 0);
    return ntohs(address.sin_port);
}

void send_datagram(std::uint16_t port) {
    const UniqueFd fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    (void)::sendto(fd.get(), "x", 1, 0, reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

TEST_F(HousekeepingTest, ProbesOverGrpcAndHostPortsOverUdp) {
    const std::uint16_t datagrams = free_udp_port();
    Forwarder forwarder(loop_.get_executor(), folder_.path("health.sock"));
    add("asked", patient, "  hostNetwork: true\n",
        fmt::format("    readinessProbe: {{ grpc: {{ port: {} }}, periodSeconds: 1 }}\n", forwarder.port()));
    const std::string uid =
        add("sent", patient, "",
            fmt::format("    ports: [{{ containerPort: 9, hostPort: {}, protocol: UDP }}]\n", datagrams));
    ASSERT_TRUE(runs("asked") && runs("sent"));
    EXPECT_FALSE(seen_["asked"].status.containerStatuses[0].ready);
    const HealthServer server(folder_.path());
    EXPECT_TRUE(eventually([this] { return seen_["asked"].status.containerStatuses[0].ready; }));
    EXPECT_EQ(seen_["asked"].status.podIP, seen_["asked"].status.hostIP);

    // Nobody listens in the Pod; its kernel counts what came for nobody: the third word behind the second
    // "Udp:".
    cri::Filter filter;
    filter.label_selector[label::pod_uid] = uid;
    const auto containers = run(loop_, session_->runtime().list_containers(filter, soon()));
    ASSERT_TRUE(containers && containers->size() == 1);
    const std::vector<std::string> count{"awk", "$1 == \"Udp:\" { seen = $3 } END { print seen }",
                                         "/proc/net/snmp"};
    std::string came;
    EXPECT_TRUE(eventually([&] {
        send_datagram(datagrams);
        const cri::ExecSyncRequest request{
            .container_id = containers->at(0).id, .command = count, .timeout_s = 10};
        const auto said = run(loop_, session_->runtime().exec_sync(request, soon()));
        came = said ? said->stdout_ : said.error().text();
        return said && std::atoi(came.c_str()) > 0;
    })) << came;
    run(loop_, forwarder.stop());
}

TEST_F(HousekeepingTest, PressureEndsTheLeastImportantPod) {
    const std::string low = add("low", patient, "  priority: 1\n");
    const std::string high = add("high", patient, "  priority: 2\n");
    ASSERT_TRUE(runs("low") && runs("high"));
    for (const std::string& uid : {low, high})
        stats_.pod_usage[uid] = {.uid = uid, .memory_working_set_bytes = 10 << 20};
    Collector collector(ports(), &stats_, collector_settings());
    EvictionSettings settings;
    ThresholdSettings thresholds;
    thresholds.hard = {{"memory.available", "100Mi"}, {"nodefs.available", "10%"}};
    settings.thresholds = parse_thresholds(thresholds).value();
    settings.pods_directory = root() + "/state/pods";
    settings.pod_log_directory = pod_logs();
    settings.owner_label = owner();
    Evictor evictor(ports(), &stats_, &collector, settings);
    EXPECT_FALSE(run(loop_, evictor.round()));
    stats_.usage.memory_available_bytes = 50 << 20;
    EXPECT_TRUE(run(loop_, evictor.round()));
    EXPECT_THAT(evictor.conditions(), ElementsAre("MemoryPressure"));
    // One second is not always enough for a hook.
    EXPECT_THAT(hooks_, ElementsAre(StartsWith("low Evicted ")));
    EXPECT_THAT(ended_, ElementsAre("low"));
    EXPECT_EQ(seen_["low"].status.phase + " " + seen_["low"].status.reason, "Failed Evicted");
    EXPECT_THAT(seen_["low"].status.message, ::testing::HasSubstr("low on resource: memory"));
    EXPECT_EQ(seen_["high"].status.phase, "Running");

    // A full disk is emptied first: of what ended, and of images.
    stats_.usage.memory_available_bytes = 500 << 20;
    stats_.usage.nodefs.available_bytes = stats_.usage.nodefs.capacity_bytes / 20;
    EXPECT_TRUE(run(loop_, evictor.round()));
    EXPECT_FALSE(has_image(nginx));
    EXPECT_EQ(containers_of(low), 0U);
    EXPECT_EQ(seen_["high"].status.reason, "Evicted") << "that was not enough";
    run(loop_, evictor.stop());
    run(loop_, collector.stop());
}

TEST_F(HousekeepingTest, AShutdownEndsImportantPodsLast) {
    add("critical", patient, "  priority: 2000000000\n");
    add("ordinary", patient);
    add("stubborn", "trap '' TERM; while :; do sleep 0.1; done");
    ASSERT_TRUE(runs("critical") && runs("ordinary") && runs("stubborn"));
    run(loop_, shut_down_pods(ports(), shutdown_shares(16s, 10s), CancelToken()));
    ASSERT_EQ(ended_.size(), 3U);
    EXPECT_EQ(ended_.back(), "critical");
    EXPECT_EQ(seen_["stubborn"].status.containerStatuses.at(0).state.terminated->exitCode, 137);
    EXPECT_EQ(seen_["ordinary"].status.containerStatuses.at(0).state.terminated->exitCode, 0);
    EXPECT_THAT(hooks_,
                UnorderedElementsAre("critical NodeShutdown Succeeded", "ordinary NodeShutdown Succeeded",
                                     "stubborn NodeShutdown Succeeded"));
    for (const char* name : {"critical", "ordinary", "stubborn"}) {
        const api::PodStatus& status = seen_[name].status;
        EXPECT_EQ(status.phase + " " + status.reason, "Failed Terminated") << name;
    }
    EXPECT_THAT(node_events_, ElementsAre("Shutdown"));
}

}  // namespace
}  // namespace hooklet::testing

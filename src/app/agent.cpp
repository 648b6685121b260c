// SPDX-License-Identifier: Apache-2.0
#include "app/agent.hpp"

#include "app/machine.hpp"
#include "app/node_services.hpp"

#include <optional>

namespace hooklet::app {

namespace {

/// The agent of a run in the foreground: its Pods come from a command line. Members as in Machine.
class Agent final : public cli::Session {
  public:
    Agent(HostPorts host, const cli::SessionOptions& options)
        : images_only_(options.images_only), machine_(std::move(host), options) {}

    Task<Status> open(CancelToken cancel);

    PodManager& pods() override { return *pods_; }
    LocalObjects& objects() override { return objects_; }
    Journal& journal() override { return machine_.journal(); }
    cri::ContainerRuntime& runtime() override { return machine_.runtime(); }
    Task<Result<JournalContents>> read_journal(JournalQuery query) override {
        return machine_.read_journal(std::move(query));
    }
    Task<Result<std::vector<std::string>>> import_image(std::string path) override {
        return machine_.import_image(std::move(path));
    }
    Task<void> close(cli::Containers left) override;

  private:
    bool images_only_;
    Machine machine_;
    LocalObjects objects_;
    std::optional<PodManager> pods_;
    std::optional<NodeServices> node_;  // what surrounds the Pods
};

Task<Status> Agent::open(CancelToken cancel) {
    if (const Status begun = machine_.begin(); !begun) co_return begun;
    if (const Status ready = co_await machine_.ready(std::move(cancel)); !ready) co_return ready;
    if (images_only_) co_return Status{};
    co_await machine_.trim_journal();
    const PodSettings settings = machine_.pod_settings();
    pods_.emplace(machine_.pod_ports(&objects_), settings);
    const HostPorts& host = machine_.host();
    const auto tell_line = [this](const std::string& line) { machine_.tell(line); };
    node_.emplace(NodeServices::Ports{host.executor, host.clock, &machine_.runtime(), &machine_.files(),
                                      &*pods_, tell_line},
                  settings, machine_.paths().state);
    node_->start();
    co_return Status{};
}

Task<void> Agent::close(cli::Containers left) {
    if (node_) co_await node_->stop();
    if (pods_) co_await pods_->stop();
    node_.reset();
    pods_.reset();  // it listens to the runtime
    co_await machine_.close(left);
}

}  // namespace

Task<Result<std::unique_ptr<cli::Session>>> open_agent(HostPorts host, cli::SessionOptions options,
                                                       CancelToken cancel) {
    auto agent = std::make_unique<Agent>(std::move(host), options);
    const Status opened = co_await agent->open(std::move(cancel));
    if (opened) co_return agent;
    co_await agent->close(cli::Containers::ended);
    co_return std::unexpected(opened.error());
}

}  // namespace hooklet::app

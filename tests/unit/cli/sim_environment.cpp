// SPDX-License-Identifier: Apache-2.0
#include "unit/cli/sim_environment.hpp"

#include "api/json.hpp"

#include <set>

namespace hooklet::cli {

namespace {

PodSettings settings() {
    PodSettings settings;
    settings.pods_directory = "/root/state/pods";
    settings.pod_log_directory = "/root/log/pods";
    settings.container_log_directory = "/root/log/containers";
    settings.owner_label = "sim";
    settings.node_name = "sim-node";
    settings.host_ip = "192.0.2.1";
    return settings;
}

class SimSession final : public Session {
  public:
    SimSession(sim::SimWorld* world, std::optional<Containers>* closed)
        : world_(world),
          closed_(closed),
          journal_(&world->journal, &world->loop.clock(), &world->random, world->loop.executor()),
          pods_({world->loop.executor(), &world->loop.clock(), &world->random, &world->runtime,
                 &world->network, &world->files, &journal_, &objects_},
                settings()) {}

    PodManager& pods() override { return pods_; }
    LocalObjects& objects() override { return objects_; }
    Journal& journal() override { return journal_; }
    cri::ContainerRuntime& runtime() override { return world_->runtime; }
    Task<Result<JournalContents>> read_journal(JournalQuery query) override {
        return world_->journal.read(std::move(query));
    }
    Task<Result<std::vector<std::string>>> import_image(std::string path) override {
        if (path != "good.tar") co_return fail(Code::invalid, "not an image archive");
        co_return std::vector<std::string>{"docker.io/library/good:1"};
    }
    Task<void> close(Containers left) override {
        *closed_ = left;
        co_await pods_.stop();
        co_await journal_.stop();
    }

  private:
    sim::SimWorld* world_;
    std::optional<Containers>* closed_;
    Journal journal_;
    LocalObjects objects_;
    PodManager pods_;
};

class SimDaemon final : public Daemon {
  public:
    explicit SimDaemon(bool* closed) : closed_(closed) {}
    [[nodiscard]] std::string url() const override { return "https://127.0.0.1:6443"; }
    [[nodiscard]] std::string kubeconfig() const override { return "/r/kubeconfig"; }
    [[nodiscard]] std::string node_name() const override { return "box"; }
    Task<void> close() override {
        *closed_ = true;
        co_return;
    }

  private:
    bool* closed_;
};

}  // namespace

Result<std::string> SimEnvironment::read_input(std::string path) {
    const auto found = files.find(path);
    if (found == files.end()) return fail(Code::not_found, "cannot be read: No such file or directory");
    return found->second;
}

Result<std::optional<std::vector<std::string>>> SimEnvironment::list_directory(std::string path) {
    std::set<std::string> names;
    for (const auto& [file, text] : files) {
        if (!file.starts_with(path + "/")) continue;
        const std::string below = file.substr(path.size() + 1);
        names.insert(below.substr(0, below.find('/')));
    }
    if (names.empty()) return std::nullopt;
    return std::vector<std::string>(names.begin(), names.end());
}

api::DocumentParser SimEnvironment::yaml_parser() const {
    return [](std::string_view text) -> std::expected<std::vector<api::Node>, api::Issue> {
        if (auto json = api::parse_json(text)) return std::vector<api::Node>{*std::move(json)};
        api::Issue issue;
        issue.line = 1;
        issue.message = "no YAML in this test";
        issue.reason = api::Reason::syntax;
        return std::unexpected(issue);
    };
}

Task<Result<ProgramOutput>> SimEnvironment::run_program(std::vector<std::string> words, CancelToken) {
    ran = std::move(words);
    if (!program) co_return fail(Code::not_found, "No such file or directory");
    co_return *program;
}

Task<Result<std::unique_ptr<Session>>> SimEnvironment::open(SessionOptions, CancelToken) {
    ++opened;
    if (open_error) co_return std::unexpected(*open_error);
    co_return std::make_unique<SimSession>(world_, &closed);
}

Task<Result<std::unique_ptr<Daemon>>> SimEnvironment::serve(AgentOptions options, CancelToken) {
    served = std::move(options);
    if (open_error) co_return std::unexpected(*open_error);
    co_return std::make_unique<SimDaemon>(&daemon_closed);
}

void SimEnvironment::interrupt_after(Duration wait) {
    timers_.push_back(world_->loop.clock().after(wait, [this] {
        if (interrupt_) interrupt_();
    }));
}

void SimEnvironment::lose_output_after(Duration wait) {
    timers_.push_back(world_->loop.clock().after(wait, [this] {
        if (output_lost_) output_lost_();
    }));
}

namespace {

/// Hands everything to another client, or to nobody.
class Forwarded final : public HttpClient {
  public:
    explicit Forwarded(HttpClient* to) : to_(to) {}
    Task<Result<std::unique_ptr<HttpAnswer>>> send(HttpClientRequest request, Call call) override {
        if (to_ == nullptr) co_return fail(Code::not_found, "No such file or directory");
        co_return co_await to_->send(std::move(request), std::move(call));
    }

  private:
    HttpClient* to_;
};

}  // namespace

std::unique_ptr<HttpClient> SimEnvironment::http_client(HttpEndpoint endpoint) {
    asked = std::move(endpoint);
    return std::make_unique<Forwarded>(api);
}

std::unique_ptr<Console> SimEnvironment::console() {
    return nullptr;
}

}  // namespace hooklet::cli

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/environment.hpp"
#include "support/sim_world.hpp"

#include <map>

namespace hooklet::cli {

/// A machine and a terminal on virtual time. Sessions run on the world's simulated engine; manifests are
/// JSON.
class SimEnvironment final : public Environment {
  public:
    explicit SimEnvironment(sim::SimWorld* world) : world_(world) {}

    Executor executor() override { return world_->loop.executor(); }
    Clock& clock() override { return world_->loop.clock(); }
    Random& random() override { return world_->random; }
    void out(std::string_view text) override { output += text; }
    void err(std::string_view text) override { errors += text; }
    [[nodiscard]] Terminal terminal() const override { return shown_on; }
    void on_output_lost(std::function<void()> listener) override { output_lost_ = std::move(listener); }
    Result<std::string> read_input(std::string path) override;
    Result<std::optional<std::vector<std::string>>> list_directory(std::string path) override;
    [[nodiscard]] api::DocumentParser yaml_parser() const override;
    [[nodiscard]] std::string variable(std::string name) const override {
        const auto found = variables.find(name);
        return found == variables.end() ? "" : found->second;
    }
    Task<Result<ProgramOutput>> run_program(std::vector<std::string> words, CancelToken cancel) override;
    void on_interrupt(std::function<void()> listener) override { interrupt_ = std::move(listener); }
    Task<Result<std::unique_ptr<Session>>> open(SessionOptions options, CancelToken cancel) override;

    Task<Result<std::unique_ptr<Daemon>>> serve(AgentOptions options, CancelToken cancel) override;
    std::unique_ptr<HttpClient> http_client(HttpEndpoint endpoint) override;
    std::unique_ptr<Console> console() override;
    [[nodiscard]] std::string api_socket(std::string root) const override { return root + "/run/api.sock"; }
    [[nodiscard]] std::string kubeconfig_path(std::string root) const override {
        return root + "/kubeconfig";
    }

    /// Presses Ctrl-C after `wait`.
    void interrupt_after(Duration wait);
    /// Who reads standard output goes away after `wait`.
    void lose_output_after(Duration wait);

    HttpClient* api = nullptr;  ///< Answers the verbs that talk to an API; nullptr: no agent is running.
    std::optional<HttpEndpoint> asked;         ///< Where the last of them looked for it.
    std::map<std::string, std::string> files;  ///< Directories are what is before a slash.
    std::map<std::string, std::string> variables;
    std::optional<ProgramOutput> program;  ///< What every program prints; without it there is none.
    std::vector<std::string> ran;          ///< The words of the last program.
    Terminal shown_on;
    std::optional<Error> open_error;
    int opened = 0;
    std::optional<AgentOptions> served;  ///< What the last daemon was started with.
    bool daemon_closed = false;
    std::optional<Containers> closed;  ///< How the last session was closed.
    std::string output;
    std::string errors;

  private:
    sim::SimWorld* world_;
    std::function<void()> interrupt_;
    std::function<void()> output_lost_;
    std::vector<Timer> timers_;
};

}  // namespace hooklet::cli

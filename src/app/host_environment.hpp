// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/asio/asio_clock.hpp"
#include "adapters/posix/posix_random.hpp"
#include "adapters/posix/signals.hpp"
#include "cli/environment.hpp"

#include <optional>

namespace hooklet::app {

/// The machine and the terminal that hooklet was started on.
class HostEnvironment final : public cli::Environment {
  public:
    explicit HostEnvironment(Executor executor) : executor_(std::move(executor)), clock_(executor_) {}

    Executor executor() override { return executor_; }
    Clock& clock() override { return clock_; }
    Random& random() override { return random_; }
    void out(std::string_view text) override;
    void err(std::string_view text) override;
    [[nodiscard]] cli::Terminal terminal() const override;
    void on_output_lost(std::function<void()> listener) override { output_listener_ = std::move(listener); }
    Result<std::string> read_input(std::string path) override;
    Result<std::optional<std::vector<std::string>>> list_directory(std::string path) override;
    [[nodiscard]] api::DocumentParser yaml_parser() const override;
    [[nodiscard]] std::string variable(std::string name) const override;
    Task<Result<cli::ProgramOutput>> run_program(std::vector<std::string> words, CancelToken cancel) override;
    void on_interrupt(std::function<void()> listener) override;
    Task<Result<std::unique_ptr<cli::Session>>> open(cli::SessionOptions options,
                                                     CancelToken cancel) override;
    Task<Result<std::unique_ptr<cli::Daemon>>> serve(cli::AgentOptions options, CancelToken cancel) override;
    std::unique_ptr<HttpClient> http_client(HttpEndpoint endpoint) override;
    std::unique_ptr<Console> console() override;
    [[nodiscard]] std::string api_socket(std::string root) const override;
    [[nodiscard]] std::string kubeconfig_path(std::string root) const override;

  private:
    Executor executor_;
    AsioClock clock_;
    PosixRandom random_;
    std::function<void()> interrupt_listener_;
    std::function<void()> output_listener_;
    std::optional<TerminationSignals> signals_;
};

}  // namespace hooklet::app

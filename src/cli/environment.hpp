// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/manifest.hpp"
#include "cli/daemon.hpp"
#include "cli/session.hpp"
#include "ports/clock.hpp"
#include "ports/console.hpp"
#include "ports/http_client.hpp"
#include "ports/random.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hooklet::cli {

/// What standard output is.
struct Terminal {
    bool present = false;  ///< A terminal, not a file or a pipe.
    bool colours = false;
    std::size_t width = 80;
};

/// What a program has printed, and its exit code; 128 and more: it was ended by a signal.
struct ProgramOutput {
    int exit_code = 0;
    std::string out{};
    std::string err{};
};

/// Everything a verb may touch. Belongs to the loop's thread.
class Environment {
  public:
    virtual ~Environment() = default;
    virtual Executor executor() = 0;
    virtual Clock& clock() = 0;
    virtual Random& random() = 0;

    /// Standard output and standard error; written at once.
    virtual void out(std::string_view text) = 0;
    virtual void err(std::string_view text) = 0;
    [[nodiscard]] virtual Terminal terminal() const = 0;
    /// Called once from the loop when nobody reads standard output any more; replaces the listener before.
    virtual void on_output_lost(std::function<void()> listener) = 0;

    /// The whole file; `-` is standard input. Fails with invalid when it is longer than api::ParseLimits
    /// allow.
    virtual Result<std::string> read_input(std::string path) = 0;
    /// The names in a directory; nullopt when `path` is something else.
    virtual Result<std::optional<std::vector<std::string>>> list_directory(std::string path) = 0;
    [[nodiscard]] virtual api::DocumentParser yaml_parser() const = 0;

    /// A variable of the environment; empty: it is not set.
    [[nodiscard]] virtual std::string variable(std::string name) const = 0;
    /// Runs a program, found in PATH, without standard input to its end. Code::not_found: there is none.
    virtual Task<Result<ProgramOutput>> run_program(std::vector<std::string> words, CancelToken cancel) = 0;

    /// Called from the loop for each SIGINT and SIGTERM; replaces the listener before. Until the first call
    /// they end the process as usual.
    virtual void on_interrupt(std::function<void()> listener) = 0;

    /// Takes the root and starts what is needed. Errors say what to do: a root in use (conflict), a missing
    /// program with its package, an engine that does not answer.
    virtual Task<Result<std::unique_ptr<Session>>> open(SessionOptions options, CancelToken cancel) = 0;
    /// As open(), for the daemon: the API is served when it returns. Another error is an address in use.
    virtual Task<Result<std::unique_ptr<Daemon>>> serve(AgentOptions options, CancelToken cancel) = 0;
    /// A client of the server there; nothing is sent yet.
    virtual std::unique_ptr<HttpClient> http_client(HttpEndpoint endpoint) = 0;
    /// Standard input, for a verb that reads it as it comes.
    virtual std::unique_ptr<Console> console() = 0;
    /// The socket on which the agent of this root (`--root`; empty: the host's own) serves its API.
    [[nodiscard]] virtual std::string api_socket(std::string root) const = 0;
    /// Where the agent of this root keeps its kubeconfig.
    [[nodiscard]] virtual std::string kubeconfig_path(std::string root) const = 0;
};

}  // namespace hooklet::cli

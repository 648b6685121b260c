// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/environment.hpp"

#include <functional>
#include <string>
#include <variant>
#include <vector>

namespace CLI {
class App;
}

namespace hooklet::cli {

/// What the process returns (lifecycle of a command line: README, `hooklet run --help`).
enum ExitCode : int { exit_ok = 0, exit_failed = 1, exit_bad_input = 2, exit_interrupted = 130 };

/// A command with all its options, ready to run; the result is the exit code.
using Verb = std::function<Task<int>(Environment*)>;

/// A command line that ends without a verb: help was asked for, or it makes no sense.
struct Answer {
    int exit_code = exit_ok;
    std::string out;
    std::string err;
};

/// Reads a command line (without the program's name). Touches nothing.
std::variant<Verb, Answer> parse(std::vector<std::string> args);

/// Parses and runs.
Task<int> run_cli(Environment* env, std::vector<std::string> args);

/// `hooklet: message`, the form of everything that goes wrong.
void complain(Environment& env, std::string_view message);

// One function for each verb: declares it and its options below `app`, and sets `chosen` when it was typed.
// `options` is filled by the same parse.
/// `--hook-http-status`, of the verbs that run Pods.
void add_hook_http_status(CLI::App& verb, std::shared_ptr<SessionOptions> options);
void add_run(CLI::App& app, std::shared_ptr<SessionOptions> options, Verb& chosen);
void add_agent(CLI::App& app, std::shared_ptr<SessionOptions> options, Verb& chosen);
void add_kubeconfig(CLI::App& app, std::shared_ptr<SessionOptions> options, Verb& chosen);
void add_image(CLI::App& app, std::shared_ptr<SessionOptions> options, Verb& chosen);
// These talk to an API, the agent's own or another one.
void add_get(CLI::App& app, std::shared_ptr<SessionOptions> options, Verb& chosen);
void add_describe(CLI::App& app, std::shared_ptr<SessionOptions> options, Verb& chosen);
void add_apply(CLI::App& app, std::shared_ptr<SessionOptions> options, Verb& chosen);
void add_delete(CLI::App& app, std::shared_ptr<SessionOptions> options, Verb& chosen);
void add_logs(CLI::App& app, std::shared_ptr<SessionOptions> options, Verb& chosen);
void add_exec(CLI::App& app, std::shared_ptr<SessionOptions> options, Verb& chosen);
void add_wait(CLI::App& app, std::shared_ptr<SessionOptions> options, Verb& chosen);
void add_events(CLI::App& app, std::shared_ptr<SessionOptions> options, Verb& chosen);
void add_version(CLI::App& app, Verb& chosen);

}  // namespace hooklet::cli

// SPDX-License-Identifier: Apache-2.0
#include "cli/api_session.hpp"
#include "client/pod_containers.hpp"
#include "client/remote_command.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace hooklet::cli {

namespace {

using client::ResourceType;

struct ExecOptions {
    ApiOptions api;
    std::string pod;
    std::vector<std::string> command;
    std::string container;
    bool stdin_ = false;
    bool tty = false;
    bool quiet = false;
};

std::string target_of(const std::string& path, const ExecOptions& options, const std::string& container) {
    Parameters parameters{{"container", container}};
    for (const std::string& word : options.command) parameters.emplace_back("command", word);
    parameters.emplace_back("stdin", options.stdin_ ? "true" : "");
    parameters.emplace_back("stdout", "true");
    parameters.emplace_back("stderr", options.tty ? "" : "true");
    parameters.emplace_back("tty", options.tty ? "true" : "");
    return with_query(path + "/exec", parameters);
}

/// Standard input for a command that wants it; with a terminal both sides agree to be one.
std::unique_ptr<Console> open_console(ApiSession* session, ExecOptions& options) {
    if (!options.stdin_) {
        if (options.tty) session->env->err("error: -t has no meaning without -i\n");
        options.tty = false;
        return nullptr;
    }
    std::unique_ptr<Console> console = session->env->console();
    if (!options.tty) return console;
    if (!console->is_terminal()) {
        session->env->err("Unable to use a TTY - input is not a terminal or the right kind of file\n");
        options.tty = false;
        return console;
    }
    if (const Status raw = console->make_raw(); !raw) session->complain(raw.error());
    return console;
}

Task<Result<std::string>> container_of(ApiSession* session, ExecOptions options, std::string path) {
    if (!options.container.empty()) co_return options.container;
    const auto pod = co_await session->api->get(std::move(path));
    if (!pod) co_return std::unexpected(pod.error());
    const client::DefaultContainer chosen = client::default_container(*pod);
    if (!chosen.note.empty() && !options.quiet) session->env->err(chosen.note + "\n");
    co_return chosen.name;
}

Task<Result<int>> exec(ApiSession* session, ExecOptions options) {
    const std::string pod = client::pod_name(options.pod);
    if (pod.empty()) co_return fail(Code::invalid, fmt::format("error: {} is no Pod", options.pod));
    const std::string path = ResourceType{.kind = "Pod", .plural = "pods"}.path(session->namespace_, pod);
    const auto container = co_await container_of(session, options, path);
    if (!container) co_return std::unexpected(container.error());
    Environment* env = session->env;
    const std::unique_ptr<Console> console = open_console(session, options);
    HttpClientRequest request{.target = target_of(path, options, *container)};
    request.headers = client::RemoteCommand::handshake(env->random());
    auto answer = co_await session->api->open(std::move(request));
    if (!answer) co_return std::unexpected(answer.error());
    if ((*answer)->stream() == nullptr) co_return fail(Code::internal, "error: the server does not stream");
    client::CommandEnds ends{.console = console.get(), .tty = options.tty};
    ends.out = [env](std::string_view text) { env->out(text); };
    ends.err = [env](std::string_view text) { env->err(text); };
    client::RemoteCommand command(client::RemoteCommand::Ports{env->executor(), (*answer)->stream(),
                                                               &env->random(), session->api->cancel()},
                                  std::move(ends));
    const Result<int> code = co_await command.run();
    if (code && *code != 0 && !options.tty)
        env->err(fmt::format("command terminated with exit code {}\n", *code));
    co_return code;
}

}  // namespace

void add_exec(CLI::App& app, std::shared_ptr<SessionOptions> session, Verb& chosen) {
    const auto typed = std::make_shared<ExecOptions>();
    CLI::App* verb = app.add_subcommand("exec", "Run a command in a container")
                         ->footer(
                             "hooklet exec POD -- COMMAND ARGS...; a shell: hooklet exec -it POD -- sh\n"
                             "The exit code is the command's.");
    verb->add_option("POD", typed->pod, "POD or pod/POD")->required()->type_name("");
    verb->add_option("COMMAND", typed->command, "What to run, after --")->required()->type_name("");
    verb->add_option("-c,--container", typed->container, "Which container; default: the first")
        ->type_name("NAME");
    verb->add_flag("-i,--stdin", typed->stdin_, "With standard input");
    verb->add_flag("-t,--tty", typed->tty, "With a terminal");
    verb->add_flag("-q,--quiet", typed->quiet, "Only print what the command prints");
    add_api_options(*verb, typed->api);
    choose_api_verb(*verb, session, typed, chosen, exec);
}

}  // namespace hooklet::cli

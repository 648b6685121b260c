// SPDX-License-Identifier: Apache-2.0
#include "cli/api_session.hpp"
#include "cli/object_list.hpp"
#include "client/pod_containers.hpp"
#include "client/remote_command.hpp"

#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace hooklet::cli {

namespace {

using client::ResourceType;

struct ExecOptions {
    ApiOptions api;
    std::string pod;
    std::string file;  ///< The manifest of the Pod.
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

Error no_pod(const std::string& what) {
    return {Code::invalid, fmt::format("error: {} is no Pod", what)};
}

/// The path of the Pod that a manifest names.
Result<std::string> path_by_file(ApiSession* session, const std::string& file) {
    ManifestPaths manifests;
    manifests.paths = {file};
    const auto objects = read_objects(*session->env, manifests);
    if (!objects) return std::unexpected(objects.error());
    if (objects->size() != 1) return fail(Code::invalid, "error: you may only specify a single resource");
    const auto named = name_of(*session, objects->front());
    if (!named) return std::unexpected(named.error());
    if (Status checked = check_namespaces(*session, {*named}); !checked)
        return std::unexpected(checked.error());
    if (named->type.resource() != "pods") return std::unexpected(no_pod(file));
    return named->type.path(named->namespace_, named->name);
}

Result<std::string> path_of_pod(ApiSession* session, const ExecOptions& options) {
    if (!options.file.empty()) return path_by_file(session, options.file);
    const std::string pod = client::pod_name(options.pod);
    if (pod.empty()) return std::unexpected(no_pod(options.pod));
    return ResourceType{.kind = "Pod", .plural = "pods"}.path(session->namespace_, pod);
}

/// The Pod comes from the file, or is the first word.
void sort_words(ExecOptions& options) {
    if (!options.file.empty() && !options.pod.empty())
        options.command.insert(options.command.begin(), std::exchange(options.pod, {}));
    if (options.file.empty() && options.pod.empty()) throw CLI::RequiredError("POD");
    if (options.command.empty()) throw CLI::RequiredError("COMMAND");
}

Task<Result<int>> exec(ApiSession* session, ExecOptions options) {
    const auto found = path_of_pod(session, options);
    if (!found) co_return std::unexpected(found.error());
    const std::string& path = *found;
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
    verb->add_option("POD", typed->pod, "POD or pod/POD")->type_name("");
    verb->add_option("COMMAND", typed->command, "What to run, after --")->type_name("");
    verb->add_option("-f,--filename", typed->file, "The manifest of the Pod, instead of POD")
        ->type_name("FILE");
    verb->add_option("-c,--container", typed->container, "Which container; default: the first")
        ->type_name("NAME");
    verb->add_flag("-i,--stdin", typed->stdin_, "With standard input");
    verb->add_flag("-t,--tty", typed->tty, "With a terminal");
    verb->add_flag("-q,--quiet", typed->quiet, "Only print what the command prints");
    add_api_options(*verb, typed->api);
    choose_api_verb(*verb, session, typed, chosen, exec, sort_words);
}

}  // namespace hooklet::cli

// SPDX-License-Identifier: Apache-2.0
#include "cli/access.hpp"

#include "cli/manifest_files.hpp"

#include <utility>

#include <CLI/CLI.hpp>
#include <boost/algorithm/string/classification.hpp>
#include <boost/algorithm/string/split.hpp>
#include <fmt/format.h>

namespace hooklet::cli {

namespace {

bool names_something(const client::KubeconfigChoice& choice) {
    return !choice.context.empty() || !choice.cluster.empty() || !choice.user.empty();
}

Result<client::KubeconfigFile> read_config(Environment& env, const std::string& path) {
    const auto text = env.read_input(path);
    if (!text && text.error().code == Code::not_found)
        return fail(Code::not_found, fmt::format("error: stat {}: no such file or directory", path));
    if (!text) return fail(text.error().code, fmt::format("error: {}: {}", path, text.error().text()));
    const auto documents = parse_documents(env, *text);
    if (!documents || documents->empty())
        return fail(Code::invalid, fmt::format("error: {}: this is no kubeconfig", path));
    return client::KubeconfigFile{path, documents->front()};
}

/// The files of KUBECONFIG, or else the one in the home directory, as far as they are there.
Result<std::vector<client::KubeconfigFile>> usual_files(Environment& env) {
    std::vector<std::string> paths;
    const std::string listed = env.variable("KUBECONFIG");
    boost::algorithm::split(paths, listed, boost::algorithm::is_any_of(":"));
    if (listed.empty()) paths = {env.variable("HOME") + "/.kube/config"};
    std::vector<client::KubeconfigFile> files;
    for (const std::string& path : paths) {
        if (path.empty()) continue;
        auto file = read_config(env, path);
        if (file) files.push_back(*std::move(file));
        if (!file && file.error().code != Code::not_found) return std::unexpected(file.error());
    }
    return files;
}

Result<std::vector<client::KubeconfigFile>> files_of(Environment& env, const ApiOptions& options) {
    if (options.kubeconfig.empty()) return usual_files(env);
    auto file = read_config(env, options.kubeconfig);
    if (!file) return std::unexpected(file.error());
    return std::vector{*std::move(file)};
}

Error no_credentials(const std::string& why) {
    return {Code::invalid, "Unable to connect to the server: getting credentials: " + why};
}

Task<Status> ask_plugin(Environment* env, client::Access* access, CancelToken cancel) {
    const client::CredentialPlugin& plugin = *access->plugin;
    const HttpEndpoint& endpoint = access->endpoint;
    const std::string server =
        fmt::format("{}://{}:{}{}", endpoint.tls ? "https" : "http",
                    endpoint.host.contains(':') ? "[" + endpoint.host + "]" : endpoint.host, endpoint.port,
                    access->path_prefix);
    std::vector<std::string> words = client::command_line(plugin, endpoint, server);
    const auto ended = co_await env->run_program(std::move(words), std::move(cancel));
    if (!ended) co_return std::unexpected(no_credentials("exec: " + ended.error().text()));
    if (ended->exit_code != 0) {
        const std::string why = client::plugin_failure(plugin, ended->exit_code);
        // What `env` has said of a program that is not there is said better here.
        if (!why.contains("not found")) env->err(ended->err);
        co_return std::unexpected(no_credentials(why));
    }
    env->err(ended->err);
    const auto given = client::read_credential(plugin, ended->out);
    if (!given) co_return std::unexpected(no_credentials(given.error().text()));
    if (!given->token.empty()) access->headers.push_back({"Authorization", "Bearer " + given->token});
    if (!given->certificate.key.empty()) access->endpoint.identity = given->certificate;
    co_return Status{};
}

}  // namespace

void add_api_options(CLI::App& verb, ApiOptions& options) {
    verb.add_option("-n,--namespace", options.namespace_, "The namespace; default: default")
        ->type_name("NAME");
    verb.add_option("--kubeconfig", options.kubeconfig,
                    "Use the API of this kubeconfig instead of\nthe agent's own socket")
        ->type_name("FILE");
    verb.add_option("--context", options.choice.context,
                    "This context of the kubeconfig, of $KUBECONFIG or\nof ~/.kube/config")
        ->type_name("NAME");
    verb.add_option("--cluster", options.choice.cluster, "This cluster of it")->type_name("NAME");
    verb.add_option("--user", options.choice.user, "This user of it")->type_name("NAME");
}

Task<Result<client::Access>> find_access(Environment* env, std::string root, ApiOptions options,
                                         CancelToken cancel) {
    if (options.kubeconfig.empty() && !names_something(options.choice)) {
        client::Access local;
        local.endpoint.socket = env->api_socket(root);
        co_return local;
    }
    const auto files = files_of(*env, options);
    if (!files) co_return std::unexpected(files.error());
    const client::ReadFile read_file = [env](const std::string& path) { return env->read_input(path); };
    auto access = client::read_kubeconfig(*files, options.choice, read_file);
    if (!access) co_return std::unexpected(access.error());
    if (access->plugin) {
        const Status asked = co_await ask_plugin(env, &*access, std::move(cancel));
        if (!asked) co_return std::unexpected(asked.error());
    }
    co_return access;
}

}  // namespace hooklet::cli

// SPDX-License-Identifier: Apache-2.0
#include "cli/api_session.hpp"

#include "cli/option_checks.hpp"
#include "client/document.hpp"

#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace hooklet::cli {

namespace {

/// What a person can do about a server that does not answer. It may answer later; what forbids the connection
/// stays.
Error no_answer(const HttpEndpoint& endpoint, const Error& error) {
    const Code code = error.code == Code::invalid ? Code::invalid : Code::unavailable;
    if (endpoint.socket.empty()) {
        return {code, fmt::format("hooklet: no answer from https://{}:{}: {}", endpoint.host, endpoint.port,
                                  error.text())};
    }
    if (code == Code::invalid) {
        return {code, fmt::format("hooklet: {}: {}; only root and the agent's own user may use it, others "
                                  "with --kubeconfig FILE",
                                  endpoint.socket, error.text())};
    }
    return {code,
            fmt::format("hooklet: no agent is running here ({}: {})\n"
                        "Start one with 'hooklet agent' (as a service: 'systemctl start hooklet'), name "
                        "its\ndirectory with --root DIR, or another API with --kubeconfig FILE.",
                        endpoint.socket, error.text())};
}

client::ApiClient::Ports ports_of(Environment* env, HttpClient* http, const client::Access& access,
                                  CancelToken cancel) {
    return {.http = http,
            .clock = &env->clock(),
            .cancel = std::move(cancel),
            .on_warning = [env](const std::string& text) { env->err(fmt::format("Warning: {}\n", text)); },
            .headers = access.headers,
            .path_prefix = access.path_prefix,
            .unreachable = [endpoint =
                                access.endpoint](const Error& error) { return no_answer(endpoint, error); }};
}

Task<Result<int>> connected(ApiSession* session, ApiWork work) {
    auto types = co_await session->api->discover();
    if (!types) co_return std::unexpected(types.error());
    session->types = *std::move(types);
    co_return co_await work(session);
}

/// `apply view-last-applied --prune`: CLI11 gives the option to the command above.
void refuse_options_of_parent(const CLI::App& verb) {
    const CLI::App* parent = verb.get_parent();
    if (parent == nullptr || parent->get_parent() == nullptr) return;  // Those of the program go with all.
    for (const CLI::Option* option : parent->get_options()) {
        if (option->count() > 0)
            throw CLI::ValidationError(option->get_name(), "is no option of " + verb.get_name());
    }
}

}  // namespace

void ApiSession::complain(const Error& error) {
    failed = true;
    env->err(error.text() + "\n");
}

void on_typed(CLI::App& verb, std::function<void()> listener) {
    verb.callback([&verb, listener = std::move(listener)] {
        // CLI11 calls it after that of a command below, too.
        if (!verb.get_subcommands().empty()) return;
        refuse_options_of_parent(verb);
        listener();
    });
}

Task<int> with_api(Environment* env, std::string root, ApiOptions options, ApiWork work) {
    const auto interrupted = std::make_shared<CancelSource>();
    const auto interrupt = [interrupted] { interrupted->cancel({Code::cancelled, "interrupted"}); };
    env->on_interrupt(interrupt);
    env->on_output_lost(interrupt);
    ApiSession session{.env = env};
    const auto access = co_await find_access(env, std::move(root), options, interrupted->token());
    if (!access) {
        if (interrupted->token().cancelled()) co_return exit_interrupted;
        session.complain(access.error());
        co_return exit_failed;
    }
    session.http = env->http_client(access->endpoint);
    session.api =
        std::make_unique<client::ApiClient>(ports_of(env, session.http.get(), *access, interrupted->token()));
    session.namespace_ = !options.namespace_.empty()   ? options.namespace_
                         : !access->namespace_.empty() ? access->namespace_
                                                       : "default";
    session.namespace_typed = !options.namespace_.empty();
    const Result<int> done = co_await connected(&session, std::move(work));
    if (interrupted->token().cancelled()) co_return exit_interrupted;
    if (!done) session.complain(done.error());
    co_return done ? (session.failed && *done == exit_ok ? exit_failed : *done) : exit_failed;
}

std::string with_query(std::string path, const Parameters& parameters) {
    char separator = '?';
    for (const auto& [name, value] : parameters) {
        if (value.empty()) continue;
        path += fmt::format("{}{}={}", separator, name, client::escaped(value));
        separator = '&';
    }
    return path;
}

void append_items(api::Node& list, const api::Node& more) {
    for (const char* key : {"items", "rows"}) {
        api::Node* all = list.find(key);
        if (all == nullptr) continue;
        for (const api::Node& item : client::items(more, key)) all->push(item);
    }
}

Task<Result<api::Node>> read_list(ApiSession* session, std::string path, Parameters parameters,
                                  ListForm form) {
    parameters.emplace_back("limit", form.chunk_size > 0 ? std::to_string(form.chunk_size) : "");
    auto list = co_await session->api->get(with_query(path, parameters), form.accept);
    if (!list) co_return std::unexpected(list.error());
    std::string next = client::text_at(*list, "metadata.continue");
    while (!next.empty()) {
        Parameters of_page = parameters;
        of_page.emplace_back("continue", next);
        const auto page = co_await session->api->get(with_query(path, of_page), form.accept);
        if (!page) co_return std::unexpected(page.error());
        append_items(*list, *page);
        next = client::text_at(*page, "metadata.continue");
    }
    co_return list;
}

void add_chunk_size(CLI::App& verb, std::int64_t& chunk_size) {
    verb.add_option("--chunk-size", chunk_size, "So many objects of a list at a time; 0: all")
        ->type_name("NUMBER")
        ->check(whole_number(0));
}

Task<Status> read_body(ApiSession* session, std::string target, BodyReader reader) {
    HttpClientRequest request{.target = std::move(target)};
    auto answer = co_await session->api->open(std::move(request));
    if (!answer) co_return std::unexpected(answer.error());
    if (reader.begun) reader.begun();
    while (true) {
        const auto piece = co_await (*answer)->read(session->api->unlimited());
        if (!piece) co_return std::unexpected(piece.error());
        if (piece->empty()) co_return Status{};
        reader.take(*piece);
    }
}

api::Node delete_options(const std::string& cascade, std::optional<std::int64_t> grace_s) {
    const char* policy = cascade == "orphan"       ? "Orphan"
                         : cascade == "foreground" ? "Foreground"
                                                   : "Background";
    api::Node body;
    body.set("kind", api::Node("DeleteOptions"));
    body.set("apiVersion", api::Node("v1"));
    body.set("propagationPolicy", api::Node(policy));
    if (grace_s) body.set("gracePeriodSeconds", api::Node(*grace_s));
    return body;
}

void hide_managed_fields(api::Node& object) {
    if (api::Node* metadata = object.find("metadata")) metadata->erase("managedFields");
}

}  // namespace hooklet::cli

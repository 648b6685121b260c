// SPDX-License-Identifier: Apache-2.0
#include "cli/api_session.hpp"
#include "client/pod_containers.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace hooklet::cli {

namespace {

using client::ResourceType;

struct LogsOptions {
    ApiOptions api;
    std::string pod;
    std::string container_word;  ///< `logs POD CONTAINER`
    std::string container;
    bool all_containers = false;
    bool prefix = false;
    bool follow = false;
    bool previous = false;
    bool timestamps = false;
    std::int64_t tail = -1;
    std::int64_t limit_bytes = 0;
    std::string since;
    std::string since_time;
};

std::string text_of(bool flag) {
    return flag ? "true" : "";
}

Parameters parameters_of(const LogsOptions& options, const std::string& container) {
    std::string since_s;
    if (!options.since.empty()) {
        const Duration since = *parse_go_duration(options.since);
        since_s = std::to_string(std::chrono::ceil<std::chrono::seconds>(since).count());
    }
    return {{"container", container},
            {"follow", text_of(options.follow)},
            {"previous", text_of(options.previous)},
            {"timestamps", text_of(options.timestamps)},
            {"tailLines", options.tail < 0 ? "" : std::to_string(options.tail)},
            {"limitBytes", options.limit_bytes <= 0 ? "" : std::to_string(options.limit_bytes)},
            {"sinceSeconds", since_s},
            {"sinceTime", options.since_time}};
}

/// Puts `prefix` before each line, whatever pieces it comes in.
class LinePrefix {
  public:
    explicit LinePrefix(std::string prefix) : prefix_(std::move(prefix)) {}
    std::string apply(std::string_view piece) {
        if (prefix_.empty()) return std::string(piece);
        std::string out;
        for (const char c : piece) {
            if (at_begin_) out += prefix_;
            at_begin_ = c == '\n';
            out += c;
        }
        return out;
    }

  private:
    std::string prefix_;
    bool at_begin_ = true;
};

Task<Status> show_log(ApiSession* session, LogsOptions options, std::string pod, std::string container) {
    const std::string path = ResourceType{.kind = "Pod", .plural = "pods"}.path(session->namespace_, pod);
    HttpClientRequest request{.target = with_query(path + "/log", parameters_of(options, container))};
    auto answer = co_await session->api->open(std::move(request));
    if (!answer) co_return std::unexpected(answer.error());
    LinePrefix prefix(options.prefix ? fmt::format("[pod/{}/{}] ", pod, container) : "");
    while (true) {
        const auto piece = co_await (*answer)->read(session->api->unlimited());
        if (!piece) co_return std::unexpected(piece.error());
        if (piece->empty()) co_return Status{};
        session->env->out(prefix.apply(*piece));
    }
}

Task<Result<int>> logs(ApiSession* session, LogsOptions options) {
    const std::string pod = client::pod_name(options.pod);
    if (pod.empty()) co_return fail(Code::invalid, fmt::format("error: {} is no Pod", options.pod));
    const std::string path = ResourceType{.kind = "Pod", .plural = "pods"}.path(session->namespace_, pod);
    const auto found = co_await session->api->get(path);
    if (!found) co_return std::unexpected(found.error());
    std::vector<std::string> containers{options.container.empty() ? options.container_word
                                                                  : options.container};
    if (options.all_containers) {
        containers = client::container_names(*found);
    } else if (containers.front().empty()) {
        const client::DefaultContainer chosen = client::default_container(*found);
        if (!chosen.note.empty()) session->env->err(chosen.note + "\n");
        containers.front() = chosen.name;
    }
    if (options.follow && containers.size() > 1)
        co_return fail(Code::invalid, "error: --follow is for one container; choose it with -c");
    for (const std::string& container : containers) {
        const Status shown = co_await show_log(session, options, pod, container);
        if (!shown) session->complain(shown.error());
    }
    co_return exit_ok;
}

}  // namespace

void add_logs(CLI::App& app, std::shared_ptr<SessionOptions> session, Verb& chosen) {
    const auto typed = std::make_shared<LogsOptions>();
    CLI::App* verb = app.add_subcommand("logs", "Show what a container has printed");
    verb->add_option("POD", typed->pod, "POD or pod/POD")->required()->type_name("");
    verb->add_option("CONTAINER", typed->container_word, "As -c")->type_name("");
    verb->add_option("-c,--container", typed->container, "Which container; default: the first")
        ->type_name("NAME");
    verb->add_flag("--all-containers", typed->all_containers, "Of all containers, one after the other");
    verb->add_flag("--prefix", typed->prefix, "With Pod and container before each line");
    verb->add_flag("-f,--follow", typed->follow, "Go on with what it prints, until it ends");
    verb->add_flag("-p,--previous", typed->previous, "Of the run before the last restart");
    verb->add_flag("--timestamps", typed->timestamps, "With the time of each line");
    verb->add_option("--tail", typed->tail, "Only so many of the last lines")->type_name("LINES");
    verb->add_option("--limit-bytes", typed->limit_bytes, "No more than this")->type_name("BYTES");
    verb->add_option("--since", typed->since, "Only what is younger")
        ->type_name("DURATION")
        ->check(duration_problem);
    verb->add_option("--since-time", typed->since_time, "Only what is younger, RFC 3339")->type_name("TIME");
    add_api_options(*verb, typed->api);
    choose_api_verb(*verb, session, typed, chosen, logs);
}

}  // namespace hooklet::cli

// SPDX-License-Identifier: Apache-2.0
#include "base/gate.hpp"
#include "cli/api_session.hpp"
#include "cli/comeback.hpp"
#include "cli/log_lines.hpp"
#include "cli/option_checks.hpp"
#include "client/document.hpp"
#include "client/pod_containers.hpp"

#include <optional>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace hooklet::cli {

namespace {

using client::ResourceType;

/// Of each log of several Pods, unless something else is said.
constexpr std::int64_t selected_tail = 10;

struct LogsOptions {
    ApiOptions api;
    std::string pod;
    std::string labels;
    std::string container_word;  ///< `logs POD CONTAINER`
    std::string container;
    bool all_containers = false;
    bool prefix = false;
    bool follow = false;
    bool previous = false;
    bool timestamps = false;
    bool ignore_errors = false;
    std::int64_t max_log_requests = 5;
    std::optional<std::int64_t> tail;
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
            {"tailLines", options.tail.value_or(-1) < 0 ? "" : std::to_string(*options.tail)},
            {"limitBytes", options.limit_bytes <= 0 ? "" : std::to_string(options.limit_bytes)},
            {"sinceSeconds", since_s},
            {"sinceTime", options.since_time}};
}

/// One log of a Pod.
struct Source {
    std::string pod;
    std::string container;
};

/// What contradicts itself, in kubectl's words.
Status check_logs(const LogsOptions& options) {
    constexpr const char* see = "\nSee 'hooklet logs --help' for help and examples";
    if (options.pod.empty() && options.labels.empty())
        return no_sense(
            fmt::format("expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\n"
                        "POD or TYPE/NAME is a required argument for the logs command{}",
                        see));
    if (!options.pod.empty() && !options.labels.empty())
        return no_sense(fmt::format("only a selector (-l) or a POD name is allowed{}", see));
    if (!options.since.empty() && !options.since_time.empty())
        return no_sense("at most one of `sinceTime` or `sinceSeconds` may be specified");
    const std::string& container = options.container.empty() ? options.container_word : options.container;
    if (options.all_containers && !container.empty())
        return no_sense(
            fmt::format("--all-containers=true should not be specified with container name {}", container));
    if (!options.container.empty() && !options.container_word.empty())
        return no_sense("only one of -c or an inline [CONTAINER] arg is allowed");
    return {};
}

/// Whether a log goes on after the connection was lost. A number of bytes cannot be counted across that.
bool can_go_on(const LogsOptions& options) {
    return options.follow && options.limit_bytes <= 0;
}

LogLines lines_of(const LogsOptions& options, const Source& source) {
    LogLinesForm form;
    if (options.prefix) form.prefix = fmt::format("[pod/{}/{}] ", source.pod, source.container);
    form.timed = can_go_on(options);
    form.shows_times = options.timestamps;
    return LogLines(std::move(form));
}

/// What is asked for after some lines have come.
Parameters rest_of(LogsOptions options, const Source& source, const LogLines& lines) {
    if (can_go_on(options)) options.timestamps = true;
    if (!lines.since().empty()) {
        options.tail.reset();
        options.since.clear();
        options.since_time = lines.since();
    }
    return parameters_of(options, source.container);
}

/// Shows a log to its end. While it is followed it goes on after a restart of the agent.
Task<Status> read_log(ApiSession* session, LogsOptions options, Source source, LogLines* lines) {
    const ResourceType pods{.kind = "Pod", .plural = "pods"};
    const std::string path = pods.path(session->namespace_, source.pod) + "/log";
    Comeback comeback(session->env, session->api->unlimited(), comeback_limit, true);
    bool answered = false;
    while (true) {
        std::string target = with_query(path, rest_of(options, source, *lines));
        BodyReader reader;
        reader.begun = [&] {
            answered = true;
            comeback.answered();
        };
        reader.take = [&](const std::string& piece) { session->env->out(lines->take(piece)); };
        const Status shown = co_await read_body(session, std::move(target), std::move(reader));
        if (shown || !answered || !can_go_on(options)) co_return shown;
        const Status again = co_await comeback.wait(shown.error());
        if (!again) co_return again;
        lines->again();
    }
}

/// Shows one log to its end, and says why it could not.
Task<void> show_log(ApiSession* session, LogsOptions options, Source source) {
    LogLines lines = lines_of(options, source);
    const Status shown = co_await read_log(session, options, source, &lines);
    session->env->out(lines.end());
    if (shown || session->api->cancel().cancelled()) co_return;
    if (!options.ignore_errors) {
        session->complain(shown.error());
    } else {
        session->env->err(shown.error().text() + "\n");
    }
}

Task<Status> follow_all(ApiSession* session, LogsOptions options, std::vector<Source> sources) {
    if (std::cmp_greater(sources.size(), options.max_log_requests))
        co_return fail(Code::invalid,
                       fmt::format("error: you are attempting to follow {} log streams, but maximum allowed "
                                   "concurrency is {}, use --max-log-requests to increase the limit",
                                   sources.size(), options.max_log_requests));
    Gate logs(session->env->executor());
    for (const Source& source : sources) logs.spawn(show_log(session, options, source));
    co_await logs.close();
    co_return Status{};
}

/// Which containers of the Pod are asked for.
std::vector<std::string> chosen_containers(ApiSession* session, const LogsOptions& options,
                                           const api::Node& pod) {
    if (options.all_containers) return client::container_names(pod);
    if (!options.container.empty()) return {options.container};
    if (!options.container_word.empty()) return {options.container_word};
    const client::DefaultContainer chosen = client::default_container(pod);
    if (!chosen.note.empty()) session->env->err(chosen.note + "\n");
    return {chosen.name};
}

/// The Pod that is named, or those with the labels.
Task<Result<api::Node::Array>> find_pods(ApiSession* session, LogsOptions options) {
    const ResourceType type{.kind = "Pod", .plural = "pods"};
    if (options.labels.empty()) {
        const std::string pod = client::pod_name(options.pod);
        if (pod.empty()) co_return fail(Code::invalid, fmt::format("error: {} is no Pod", options.pod));
        auto found = co_await session->api->get(type.path(session->namespace_, pod));
        if (!found) co_return std::unexpected(found.error());
        co_return api::Node::Array{*std::move(found)};
    }
    Parameters selection{{"labelSelector", options.labels}};
    const auto list = co_await read_list(session, type.path(session->namespace_), std::move(selection));
    if (!list) co_return std::unexpected(list.error());
    co_return client::items(*list, "items");
}

Task<Result<int>> logs(ApiSession* session, LogsOptions options) {
    if (const Status checked = check_logs(options); !checked) co_return std::unexpected(checked.error());
    const auto pods = co_await find_pods(session, options);
    if (!pods) co_return std::unexpected(pods.error());
    std::vector<Source> sources;
    for (const api::Node& pod : *pods) {
        for (std::string& container : chosen_containers(session, options, pod))
            sources.push_back({client::text_at(pod, "metadata.name"), std::move(container)});
    }
    if (sources.empty())
        session->env->err(fmt::format("No resources found in {} namespace.\n", session->namespace_));
    if (!options.labels.empty() && !options.tail) options.tail = selected_tail;
    if (options.follow && sources.size() > 1) {
        const Status followed = co_await follow_all(session, options, std::move(sources));
        if (!followed) co_return std::unexpected(followed.error());
        co_return exit_ok;
    }
    for (const Source& source : sources) co_await show_log(session, options, source);
    co_return exit_ok;
}

}  // namespace

void add_logs(CLI::App& app, std::shared_ptr<SessionOptions> session, Verb& chosen) {
    const auto typed = std::make_shared<LogsOptions>();
    CLI::App* verb = app.add_subcommand("logs", "Show what a container has printed");
    verb->add_option("POD", typed->pod, "POD or pod/POD")->type_name("");
    verb->add_option("CONTAINER", typed->container_word, "As -c")->type_name("");
    verb->add_option("-l,--selector", typed->labels,
                     "Of the Pods with these labels; the last 10 lines\nof each")
        ->type_name("LABELS");
    verb->add_option("-c,--container", typed->container, "Which container; default: the first")
        ->type_name("NAME");
    verb->add_flag("--all-containers", typed->all_containers, "Of all containers; with -f side by side");
    verb->add_flag("--prefix", typed->prefix, "With Pod and container before each line");
    verb->add_flag("-f,--follow", typed->follow, "Go on with what it prints, until it ends");
    verb->add_option("--max-log-requests", typed->max_log_requests, "With -f: no more logs at a time")
        ->type_name("NUMBER")
        ->capture_default_str()
        ->check(whole_number(1));
    verb->add_flag("--ignore-errors", typed->ignore_errors, "A log that cannot be read is no failure");
    verb->add_flag("-p,--previous", typed->previous, "Of the run before the last restart");
    verb->add_flag("--timestamps", typed->timestamps, "With the time of each line");
    verb->add_option("--tail", typed->tail, "Only so many of the last lines; -1: all")
        ->type_name("LINES")
        ->check(whole_number(-1));
    verb->add_option("--limit-bytes", typed->limit_bytes, "No more than this")
        ->type_name("BYTES")
        ->check(whole_number(0));
    verb->add_option("--since", typed->since, "Only what is younger")
        ->type_name("DURATION")
        ->check(duration_problem);
    verb->add_option("--since-time", typed->since_time, "Only what is younger, RFC 3339")->type_name("TIME");
    add_api_options(*verb, typed->api);
    choose_api_verb(*verb, session, typed, chosen, logs);
}

}  // namespace hooklet::cli

// SPDX-License-Identifier: Apache-2.0
#include "cli/api_session.hpp"
#include "cli/option_checks.hpp"
#include "client/document.hpp"
#include "client/pod_containers.hpp"

#include <optional>

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
    LinePrefix prefix(options.prefix ? fmt::format("[pod/{}/{}] ", pod, container) : "");
    const auto print = [&](const std::string& piece) { session->env->out(prefix.apply(piece)); };
    co_return co_await read_body(session, with_query(path + "/log", parameters_of(options, container)),
                                 print);
}

/// One log of a Pod.
struct Source {
    std::string pod;
    std::string container;
};

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
    const Parameters selection{{"labelSelector", options.labels}};
    auto list = co_await session->api->get(with_query(type.path(session->namespace_), selection));
    if (!list) co_return std::unexpected(list.error());
    co_return client::items(*list, "items");
}

Task<Result<int>> logs(ApiSession* session, LogsOptions options) {
    if (options.pod.empty() == options.labels.empty())
        co_return fail(Code::invalid, "error: expected the name of a Pod, or labels with -l");
    const auto pods = co_await find_pods(session, options);
    if (!pods) co_return std::unexpected(pods.error());
    std::vector<Source> sources;
    for (const api::Node& pod : *pods) {
        for (std::string& container : chosen_containers(session, options, pod))
            sources.push_back({client::text_at(pod, "metadata.name"), std::move(container)});
    }
    if (sources.empty())
        session->env->err(fmt::format("No resources found in {} namespace.\n", session->namespace_));
    if (options.follow && sources.size() > 1)
        co_return fail(Code::invalid, "error: --follow is for one container; choose it with -c");
    if (!options.labels.empty() && !options.tail) options.tail = selected_tail;
    for (const Source& source : sources) {
        const Status shown = co_await show_log(session, options, source.pod, source.container);
        if (!shown) session->complain(shown.error());
    }
    co_return exit_ok;
}

}  // namespace

void add_logs(CLI::App& app, std::shared_ptr<SessionOptions> session, Verb& chosen) {
    const auto typed = std::make_shared<LogsOptions>();
    CLI::App* verb = app.add_subcommand("logs", "Show what a container has printed");
    verb->add_option("POD", typed->pod, "POD or pod/POD")->type_name("");
    verb->add_option("CONTAINER", typed->container_word, "As -c")->type_name("");
    verb->add_option("-l,--selector", typed->labels,
                     "Of the Pods with these labels; the last 10 lines of each")
        ->type_name("LABELS");
    verb->add_option("-c,--container", typed->container, "Which container; default: the first")
        ->type_name("NAME");
    verb->add_flag("--all-containers", typed->all_containers, "Of all containers, one after the other");
    verb->add_flag("--prefix", typed->prefix, "With Pod and container before each line");
    verb->add_flag("-f,--follow", typed->follow, "Go on with what it prints, until it ends");
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

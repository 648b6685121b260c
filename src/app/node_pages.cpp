// SPDX-License-Identifier: Apache-2.0
#include "app/node_pages.hpp"

#include "api/json.hpp"
#include "app/log_folder.hpp"
#include "app/proxy_answers.hpp"
#include "informer/document.hpp"
#include "node/resource_metrics.hpp"
#include "node/stats_document.hpp"
#include "server/answer.hpp"
#include "streams/pod_choice.hpp"
#include "streams/proxy_name.hpp"
#include "streams/reply.hpp"

#include <expected>

#include <fmt/format.h>

namespace hooklet::app {

namespace {

/// To measure takes a second, to walk through the Pods' directories more.
constexpr Duration page_limit = std::chrono::minutes{1};

HttpReply no_such_page() {
    return text_reply(404, "404 page not found\n");
}

HttpReply not_there_yet() {
    return text_reply(503, "the node is not ready\n");
}

/// The query as a kubelet reads it, which says less of what is wrong with it than the API does.
std::expected<LogOptions, HttpReply> kubelet_log_options(const Query& query, const std::string& pod) {
    auto options = log_options(query, pod);
    if (options) return *std::move(options);
    const bool unreadable = options.error().code == 400;
    const char* message = unreadable ? "Unable to decode query." : "Invalid request.";
    return std::unexpected(text_reply(options.error().code, fmt::format("{{\"message\": \"{}\"}}", message)));
}

std::expected<LogInstance, HttpReply> kubelet_log_instance(const api::Pod& pod, const LogOptions& options) {
    if (!choose_container(pod, options.container)) {
        return std::unexpected(
            text_reply(404, fmt::format("container {} not found in pod {}", api::quote(options.container),
                                        api::quote(pod.metadata.name))));
    }
    auto instance = log_instance(pod, options.container, options.previous);
    if (!instance) return std::unexpected(text_reply(400, instance.error().message));
    return *std::move(instance);
}

}  // namespace

Task<void> NodePages::serve(HttpExchange* exchange, server::PodStreamRequest request) {
    const HttpServerRequest& http = exchange->request();
    if (const auto answered = early_answer(request, http))
        co_return co_await server::respond(exchange, *answered);
    const Call call = ports_.clock->call_within(page_limit, exchange->gone());
    const std::string node = parse_proxy_name(request.name)->name;
    const ApiPath itself{"", "v1", "nodes", "", node};
    const Result<api::Node> found = co_await ports_.api->get(itself, call);
    if (!found) co_return co_await server::respond(exchange, lookup_failure(found.error(), itself));
    auto asked = server::parse_target(request.rest);
    if (!asked || asked->segments.empty()) co_return co_await server::respond(exchange, no_such_page());
    if (http.method != "GET" && http.method != "HEAD")
        co_return co_await server::respond(exchange, text_reply(405, "405: Method Not Allowed"));
    co_await serve_page(exchange, node, *std::move(asked), call);
}

Task<void> NodePages::serve_page(HttpExchange* exchange, std::string node, server::RequestPath asked,
                                 Call call) {
    const std::vector<std::string>& segments = asked.segments;
    if (segments.front() == "containerLogs") {
        co_await container_log(exchange, std::move(asked), std::move(call));
    } else if (segments.front() == "logs") {
        const FolderPath path{
            log_directory_, {segments.begin() + 1, segments.end()}, asked.path.ends_with('/')};
        co_await answer_log_folder(exchange, ports_.files, path);
    } else {
        HttpReply answer = co_await reply(std::move(node), std::move(asked), std::move(call));
        co_await server::respond(exchange, std::move(answer));
    }
}

Task<HttpReply> NodePages::reply(std::string node, server::RequestPath asked, Call call) {
    const std::string page = fmt::format("{}", fmt::join(asked.segments, "/"));
    if (page == "healthz") co_return text_reply(200, "ok");
    if (page == "pods") co_return co_await pod_list(std::move(node), std::move(call));
    const bool of_the_node = page == "stats/summary" || page == "metrics/resource" || page == "configz";
    if (!of_the_node) co_return no_such_page();
    if (face_.stats == nullptr) co_return not_there_yet();
    if (page == "metrics/resource") co_return co_await metrics(std::move(call));
    if (page == "stats/summary")
        co_return co_await summary(!asked.query.flag("only_cpu_and_memory"), std::move(call));
    api::Node document;
    document.set("kubeletconfig", face_.configuration);
    co_return json_reply(200, api::write_json(document));
}

Task<HttpReply> NodePages::pod_list(std::string node, Call call) {
    const ApiSelection selection{.path = {"", "v1", "pods", "", ""},
                                 .field_selector = "spec.nodeName=" + node};
    const Result<ApiList> pods = co_await ports_.api->list(selection, call);
    if (!pods) co_return lookup_failure(pods.error(), selection.path);
    api::Node items = api::Node::array();
    for (const api::Node& item : pods->items) items.push(item);
    api::Node list;
    list.set("kind", api::Node("PodList"));
    list.set("apiVersion", api::Node("v1"));
    list.set("metadata", api::Node::object());
    list.set("items", std::move(items));
    co_return json_reply(200, api::write_json(list));
}

Task<HttpReply> NodePages::summary(bool disks, Call call) {
    const Result<StatsSummary> found = co_await face_.stats->summary(disks, std::move(call));
    if (!found) co_return text_reply(500, found.error().text());
    co_return json_reply(200, api::write_json(stats_document(*found, disks), api::JsonStyle::pretty));
}

Task<HttpReply> NodePages::metrics(Call call) {
    const Result<StatsSummary> found = co_await face_.stats->summary(false, std::move(call));
    HttpReply text = text_reply(200, resource_metrics(found ? std::optional(*found) : std::nullopt));
    text.headers.front().value = "text/plain; version=0.0.4; charset=utf-8";
    co_return text;
}

Task<void> NodePages::container_log(HttpExchange* exchange, server::RequestPath asked, Call call) {
    if (asked.segments.size() != 4) co_return co_await server::respond(exchange, no_such_page());
    const std::string name = asked.segments[2];
    auto options = kubelet_log_options(asked.query, name);
    if (!options) co_return co_await server::respond(exchange, options.error());
    options->container = asked.segments[3];
    const ApiPath path{"", "v1", "pods", asked.segments[1], name};
    const Result<api::Node> found = co_await ports_.api->get(path, std::move(call));
    if (!found) {
        const std::string text = fmt::format("pod {} does not exist", api::quote(name));
        co_return co_await server::respond(exchange, text_reply(404, text));
    }
    auto pod = read_as<api::Pod>(*found);
    const auto instance = kubelet_log_instance(pod, *options);
    if (!instance) co_return co_await server::respond(exchange, instance.error());
    co_await logs_->answer(exchange, std::move(pod), *std::move(options), *instance);
}

}  // namespace hooklet::app

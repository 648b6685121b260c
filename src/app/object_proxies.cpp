// SPDX-License-Identifier: Apache-2.0
#include "app/object_proxies.hpp"

#include "api/codec.hpp"
#include "api/json.hpp"
#include "server/answer.hpp"
#include "streams/reply.hpp"

#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet::app {

namespace {

constexpr Duration proxy_lookup_limit = std::chrono::seconds{10};

template <class T>
T decoded(const api::Node& document) {
    api::Issues ignored;
    return api::decode<T>(document, ignored);
}

HttpReply failure(const Error& error, const ApiPath& path) {
    const kinds::Kind* kind = kinds::find(path.group, path.version, path.resource);
    return status_reply(server::status::of(error, *kind, path.name));
}

std::string selector_text(const api::Service& service) {
    std::vector<std::string> parts;
    for (const auto& [key, value] : service.spec.selector) parts.push_back(key + "=" + value);
    return fmt::format("{}", fmt::join(parts, ","));
}

std::string path_part(std::string_view target) {
    return std::string(target.substr(0, target.find('?')));
}

/// What sends a browser to the same place with the slash that relative links need.
HttpReply with_slash(std::string_view target) {
    const std::string path = path_part(target);
    const std::string location = fmt::format("{}/{}", path, target.substr(path.size()));
    return {301, {{"Location", location}}};
}

}  // namespace

ObjectProxies::ObjectProxies(Ports ports)
    : ports_(std::move(ports)), proxy_({ports_.executor, ports_.clock, ports_.dialer}) {}

Task<ObjectProxies::Found> ObjectProxies::find_behind(api::Service service, ProxyName name, Call call) {
    const ApiPath pods{"", "v1", "pods", service.metadata.namespace_, ""};
    std::vector<api::Pod> chosen;
    if (!service.spec.selector.empty()) {
        const ApiSelection selection{.path = pods, .label_selector = selector_text(service)};
        const Result<ApiList> list = co_await ports_.api->list(selection, call);
        if (!list) co_return std::unexpected(failure(list.error(), pods));
        for (const api::Node& item : list->items) chosen.push_back(decoded<api::Pod>(item));
    }
    const auto addresses = service_addresses(service, chosen, name);
    if (!addresses) co_return std::unexpected(status_reply(addresses.error()));
    co_return (*addresses)[ports_.random->next() % addresses->size()];
}

Task<ObjectProxies::Found> ObjectProxies::find(ApiPath path, ProxyName name, Call call) {
    if (name.scheme == "https") {
        const auto refused = api::bad_request("https is not supported: the proxy speaks plain HTTP");
        co_return std::unexpected(status_reply(refused));
    }
    path.name = name.name;
    const Result<api::Node> object = co_await ports_.api->get(path, call);
    if (!object) co_return std::unexpected(failure(object.error(), path));
    if (path.resource == "services") {
        auto service = decoded<api::Service>(*object);
        co_return co_await find_behind(std::move(service), std::move(name), call);
    }
    const auto address = pod_address(decoded<api::Pod>(*object), name);
    if (!address) co_return std::unexpected(status_reply(address.error()));
    co_return *address;
}

Task<HttpReply> ObjectProxies::node_reply(std::string node, std::string path, Call call) {
    const ApiPath itself{"", "v1", "nodes", "", node};
    const Result<api::Node> found = co_await ports_.api->get(itself, call);
    if (!found) co_return failure(found.error(), itself);
    while (path.ends_with('/')) path.pop_back();
    if (path == "/healthz") co_return text_reply(200, "ok");
    if (path != "/pods") co_return text_reply(404, "404 page not found\n");
    const ApiSelection selection{.path = {"", "v1", "pods", "", ""},
                                 .field_selector = "spec.nodeName=" + node};
    const Result<ApiList> pods = co_await ports_.api->list(selection, call);
    if (!pods) co_return failure(pods.error(), selection.path);
    api::Node items = api::Node::array();
    for (const api::Node& item : pods->items) items.push(item);
    api::Node list;
    list.set("kind", api::Node("PodList"));
    list.set("apiVersion", api::Node("v1"));
    list.set("metadata", api::Node::object());
    list.set("items", std::move(items));
    co_return json_reply(200, api::write_json(list));
}

Task<void> ObjectProxies::serve(HttpExchange* exchange, server::PodStreamRequest request) {
    const HttpServerRequest& http = exchange->request();
    const auto name = parse_proxy_name(request.name);
    const Call call = ports_.clock->call_within(proxy_lookup_limit, exchange->gone());
    if (!name) {
        const std::string kind = request.resource.substr(0, request.resource.size() - 1);
        const std::string text = fmt::format("invalid {} request \"{}\"", kind, request.name);
        co_return co_await server::respond(exchange, status_reply(api::bad_request(text)));
    }
    const bool reads = http.method == "GET" || http.method == "HEAD";
    if (reads && !request.rest.starts_with('/'))
        co_return co_await server::respond(exchange, with_slash(http.target));
    if (request.resource == "nodes") {
        HttpReply reply = co_await node_reply(name->name, path_part(request.rest), call);
        co_return co_await server::respond(exchange, std::move(reply));
    }
    ApiPath path{"", "v1", request.resource, request.namespace_, ""};
    const Found found = co_await find(std::move(path), *name, call);
    if (!found) co_return co_await server::respond(exchange, found.error());
    const std::string base = http.target.substr(0, http.target.size() - request.rest.size());
    ProxyTarget target{found->host, found->port, request.rest, base};
    if (!target.path.starts_with('/')) target.path.insert(0, "/");
    co_await proxy_.forward(exchange, std::move(target));
}

}  // namespace hooklet::app

// SPDX-License-Identifier: Apache-2.0
#include "app/object_proxies.hpp"

#include "app/proxy_answers.hpp"
#include "informer/document.hpp"
#include "server/answer.hpp"
#include "streams/reply.hpp"

#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet::app {

namespace {

constexpr Duration proxy_lookup_limit = std::chrono::seconds{10};

std::string selector_text(const api::Service& service) {
    std::vector<std::string> parts;
    for (const auto& [key, value] : service.spec.selector) parts.push_back(key + "=" + value);
    return fmt::format("{}", fmt::join(parts, ","));
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
        if (!list) co_return std::unexpected(lookup_failure(list.error(), pods));
        for (const api::Node& item : list->items) chosen.push_back(read_as<api::Pod>(item));
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
    if (!object) co_return std::unexpected(lookup_failure(object.error(), path));
    if (path.resource == "services") {
        auto service = read_as<api::Service>(*object);
        co_return co_await find_behind(std::move(service), std::move(name), call);
    }
    const auto address = pod_address(read_as<api::Pod>(*object), name);
    if (!address) co_return std::unexpected(status_reply(address.error()));
    co_return *address;
}

Task<void> ObjectProxies::serve(HttpExchange* exchange, server::PodStreamRequest request) {
    const HttpServerRequest& http = exchange->request();
    const auto name = parse_proxy_name(request.name);
    const Call call = ports_.clock->call_within(proxy_lookup_limit, exchange->gone());
    if (const auto answered = early_answer(request, http))
        co_return co_await server::respond(exchange, *answered);
    ApiPath path{"", "v1", request.resource, request.namespace_, ""};
    const Found found = co_await find(std::move(path), *name, call);
    if (!found) co_return co_await server::respond(exchange, found.error());
    const std::string base = http.target.substr(0, http.target.size() - request.rest.size());
    ProxyTarget target{found->host, found->port, request.rest, base};
    if (!target.path.starts_with('/')) target.path.insert(0, "/");
    co_await proxy_.forward(exchange, std::move(target));
}

}  // namespace hooklet::app

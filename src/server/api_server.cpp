// SPDX-License-Identifier: Apache-2.0
#include "server/api_server.hpp"

#include "api/json.hpp"
#include "base/time.hpp"
#include "server/answer.hpp"
#include "server/discovery.hpp"
#include "server/issuer.hpp"
#include "server/openapi.hpp"
#include "server/openapi_v2.hpp"
#include "server/uncached.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include <boost/algorithm/string/case_conv.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet::server {

namespace {

constexpr std::size_t largest_body = 3U << 20;
HttpReply no_such_page() {
    return text_reply(404, "404 page not found\n");
}

HttpReply node_reply(const api::Node& node) {
    return node.is_null() ? no_such_page() : json_reply(200, api::write_json(node));
}

HttpReply health(std::string_view name, const Query& query) {
    if (!query.has("verbose")) return text_reply(200, "ok");
    return text_reply(200, fmt::format("[+]ping ok\n{} check passed\n", name));
}

api::Node root_paths() {
    api::Node paths = api::Node::array();
    for (const char* path : {"/api", "/api/v1", "/apis"}) paths.push(api::Node(path));
    const api::Node groups = discovery::api_groups();
    for (const api::Node& group : *groups.find("groups")->as_array()) {
        const std::string base = "/apis/" + *group.find("name")->as_string();
        paths.push(api::Node(base));
        for (const api::Node& version : *group.find("versions")->as_array())
            paths.push(api::Node(base + "/" + *version.find("version")->as_string()));
    }
    for (const char* path : {"/.well-known/openid-configuration", "/healthz", "/livez", "/openapi/v2",
                             "/openapi/v3", "/openid/v1/jwks", "/readyz", "/version"})
        paths.push(api::Node(path));
    api::Node out;
    out.set("paths", std::move(paths));
    return out;
}

api::Node version_node(const ServerInfo& info) {
    api::Node out;
    for (const char* prefix : {"", "emulation", "minCompatibility"}) {
        const std::string name = prefix;
        out.set(name.empty() ? "major" : name + "Major", api::Node("1"));
        out.set(name.empty() ? "minor" : name + "Minor", api::Node(name == "minCompatibility" ? "33" : "34"));
    }
    out.set("gitVersion", api::Node(info.git_version));
    out.set("gitCommit", api::Node(""));
    out.set("gitTreeState", api::Node("clean"));
    out.set("buildDate", api::Node(info.build_date));
    // Clients want these; there is no Go here.
    out.set("goVersion", api::Node("none"));
    out.set("compiler", api::Node("gcc"));
    out.set("platform", api::Node("linux/amd64"));
    return out;
}

HttpReply openapi_reply(const HttpServerRequest& request, const std::vector<std::string>& segments) {
    if (segments[1] == "v2" && segments.size() == 2) {
        const std::string_view accepted = request.header("Accept");
        if (!accepted.contains(openapi::protobuf_request) && !accepted.contains(openapi::protobuf_type))
            return json_reply(200, openapi::v2_json());
        HttpReply reply = json_reply(200, openapi::v2_protobuf());
        reply.headers.front().value = openapi::protobuf_type;
        return reply;
    }
    if (segments[1] != "v3") return no_such_page();
    const std::string name = fmt::format("{}", fmt::join(segments.begin() + 2, segments.end(), "/"));
    if (name.empty()) return node_reply(openapi::index());
    const std::string* document = openapi::document(name);
    return document == nullptr ? no_such_page() : json_reply(200, *document);
}

ApiStatus too_large() {
    return status::failure(413, "RequestEntityTooLarge",
                           fmt::format("Request entity too large: limit is {}", largest_body));
}

identity::Attributes attributes_of(const HttpServerRequest& request, const RequestPath& path) {
    return {.verb = boost::algorithm::to_lower_copy(request.method),
            .path = fmt::format("/{}", fmt::join(path.segments, "/"))};
}

/// Whoever asks, when this is allowed: 401 or 403 otherwise.
Answer<identity::Identity> permitted(const Helpers& helpers, const HttpServerRequest& request,
                                     const identity::Attributes& what) {
    const identity::Roles& roles = helpers.roles();
    auto who = identify(helpers.authenticator, request, roles);
    if (!who) return who;
    if (auto allowed = permit(*who, what, roles); !allowed) return std::unexpected(allowed.error());
    return who;
}

HttpReply too_many() {
    HttpReply reply =
        status_reply(status::failure(429, "TooManyRequests", "too many requests, please try again later"));
    reply.headers.push_back({"Retry-After", "1"});
    return reply;
}

bool ends_by_itself(const ResourceRequest& request) {
    return request.verb != "watch" && !is_stream(request);
}

/// How long a client waits may be said with any request that ends by itself, and is asked of it as of
/// kube-apiserver: what is no duration is 400.
Answer<void> check_timeout(const Query& query) {
    const std::string& timeout = query.get("timeout");
    if (timeout.empty() || parse_go_duration(timeout)) return {};
    return std::unexpected(status::bad_request(fmt::format(
        "invalid timeout specified in the request URL - time: invalid duration \"{}\"", timeout)));
}

bool known_version(const ApiPath& path) {
    return std::ranges::any_of(kinds::all(), [&path](const kinds::Kind& kind) {
        return kind.group == path.group && kind.version == path.version;
    });
}

}  // namespace

HttpReply ApiServer::discovered(const HttpServerRequest& request, const RequestPath& path) const {
    const auto& segments = path.segments;
    const bool core = segments.front() == "api";
    if (segments.size() == 1) {
        if (discovery::wants_aggregated(request.header("Accept"))) {
            HttpReply reply = json_reply(200, api::write_json(discovery::aggregated(core)));
            reply.headers.front().value = discovery::aggregated_type;
            return reply;
        }
        return node_reply(core ? discovery::api_versions(info_.address) : discovery::api_groups());
    }
    if (core) return node_reply(discovery::api_resources("", segments[1]));
    if (segments.size() == 2) return node_reply(discovery::api_group(segments[1]));
    return node_reply(discovery::api_resources(segments[1], segments[2]));
}

HttpReply ApiServer::plain(const HttpServerRequest& request, const RequestPath& path) const {
    if (request.method != "GET" && request.method != "HEAD")
        return status_reply(status::method_not_allowed());
    const auto& segments = path.segments;
    if (segments.empty()) return node_reply(root_paths());
    const std::string& first = segments.front();
    if (first == "api" || first == "apis") return discovered(request, path);
    if (first == "openapi" && segments.size() >= 2) return openapi_reply(request, segments);
    if (segments.size() > 1) {
        auto told = issuer_reply(helpers_.services.signer, info_.address, segments);
        return told ? *std::move(told) : no_such_page();
    }
    if (first == "version") return node_reply(version_node(info_));
    if (first == "healthz" || first == "livez" || first == "readyz") return health(first, path.query);
    return no_such_page();
}

std::expected<ResourceRequest, HttpReply> ApiServer::admitted(const HttpServerRequest& request,
                                                              const RequestPath& path,
                                                              const ResourcePath& resource) const {
    auto read = read_resource_request(request, path, resource);
    if (!read)
        return std::unexpected(known_version(resource.path) ? status_reply(read.error()) : no_such_page());
    auto user = permitted(helpers_, request, attributes_of(*read));
    if (!user) return std::unexpected(status_reply(user.error()));
    if (auto timeout = check_timeout(read->query); !timeout && ends_by_itself(*read))
        return std::unexpected(status_reply(timeout.error()));
    read->user = *std::move(user);
    return *std::move(read);
}

std::optional<HttpReply> ApiServer::turn_away(const HttpServerRequest& head) {
    auto reply = refused(head);
    if (reply) forbid_caching(*reply);
    return reply;
}

std::optional<HttpReply> ApiServer::refused(const HttpServerRequest& head) const {
    const auto path = parse_target(head.target);
    if (!path) return no_such_page();
    if (const auto resource = resource_path(path->segments)) {
        auto request = admitted(head, *path, *resource);
        return request ? std::nullopt : std::optional(std::move(request.error()));
    }
    const auto user = permitted(helpers_, head, attributes_of(head, *path));
    return user ? std::nullopt : std::optional(status_reply(user.error()));
}

Task<void> ApiServer::handle(HttpExchange* exchange) {
    UncachedExchange uncached(exchange);
    try {
        co_await dispatch(&uncached);
    } catch (const std::exception& bug) {
        const HttpServerRequest& request = exchange->request();
        if (helpers_.on_bug)
            helpers_.on_bug(fmt::format("{} {}: {}", request.method, request.target, bug.what()));
    }
}

Task<void> ApiServer::serve_counted(ResourceRequest request) {
    if (!ends_by_itself(request)) co_return co_await serve(helpers_, std::move(request));
    if (under_way_ >= limit_) co_return co_await respond(request.exchange, too_many());
    struct Count {
        explicit Count(std::size_t* counted) : number(counted) { ++*number; }
        ~Count() { --*number; }
        std::size_t* number;
    } const count(&under_way_);
    co_await serve(helpers_, std::move(request));
}

Task<void> ApiServer::dispatch(HttpExchange* exchange) {
    const HttpServerRequest& request = exchange->request();
    const auto path = parse_target(request.target);
    const auto resource = path ? resource_path(path->segments) : std::nullopt;
    HttpReply reply = no_such_page();
    if (request.body.size() > largest_body) {
        reply = status_reply(too_large());
    } else if (resource) {
        auto read = admitted(request, *path, *resource);
        if (read) {
            read->exchange = exchange;
            co_await serve_counted(*std::move(read));
            co_return;
        }
        reply = std::move(read.error());
    } else if (path) {
        auto user = permitted(helpers_, request, attributes_of(request, *path));
        if (auto timeout = check_timeout(path->query); user && !timeout)
            user = std::unexpected(timeout.error());
        reply = user ? plain(request, *path) : status_reply(user.error());
    }
    co_await respond(exchange, std::move(reply));
}

}  // namespace hooklet::server

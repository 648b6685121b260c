// SPDX-License-Identifier: Apache-2.0
#include "server/resource_request.hpp"

#include "api/selector.hpp"
#include "base/contains.hpp"
#include "server/answer.hpp"
#include "server/special_creates.hpp"
#include "server/verbs.hpp"
#include "server/watch.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace hooklet::server {

namespace {

constexpr std::array<std::string_view, 4> of_pod_streams{"attach", "exec", "log", "portforward"};

/// Empty for a method that the API does not have.
std::string verb_of(std::string_view method, const ApiPath& path, const Query& query) {
    if (method == "OPTIONS" && path.subresource == "proxy") return "get";
    if (method == "GET" || method == "HEAD") {
        if (!path.name.empty()) return "get";
        return query.flag("watch") ? "watch" : "list";
    }
    if (method == "POST") return "create";
    if (method == "PUT") return "update";
    if (method == "PATCH") return "patch";
    if (method == "DELETE") return path.name.empty() ? "deletecollection" : "delete";
    return "";
}

/// Whether such a path can be one of the kind's.
Answer<void> check_place(const kinds::Kind& kind, const ApiPath& path, std::string_view verb) {
    const bool misplaced = !kind.namespaced && !path.namespace_.empty();
    const bool nowhere = kind.namespaced && path.namespace_.empty() && !path.name.empty();
    if (misplaced || nowhere) return std::unexpected(status::unknown_resource());
    const bool needs_namespace = verb == "create" || verb == "deletecollection";
    const bool names = verb == "update" || verb == "patch";
    if ((kind.namespaced && path.namespace_.empty() && needs_namespace) || (names && path.name.empty()) ||
        (verb == "create" && !path.name.empty() && path.subresource.empty())) {
        return std::unexpected(status::method_not_allowed());
    }
    return {};
}

Answer<void> check_verb(const kinds::Kind& kind, const ApiPath& path, std::string_view verb) {
    if (path.subresource.empty()) {
        if (contains(kind.verbs, verb)) return {};
        return std::unexpected(kind.absent ? status::not_supported(kind) : status::method_not_allowed());
    }
    const auto part = std::ranges::find(kind.subresources, path.subresource, &kinds::Subresource::name);
    if (part == kind.subresources.end()) return std::unexpected(status::unknown_resource());
    if (contains(part->verbs, verb)) return {};
    return std::unexpected(status::method_not_allowed());
}

Task<void> serve_stream(Helpers helpers, ResourceRequest request) {
    if (helpers.streams == nullptr) {
        co_await respond(request.exchange, status::unknown_resource());
        co_return;
    }
    const std::string_view rest = behind_segments(request.http().target, request.length);
    PodStreamRequest stream{request.target.namespace_, request.target.name, request.target.part,
                            std::string(rest), request.target.kind->plural};
    co_await helpers.streams->serve(request.exchange, std::move(stream));
}

Task<void> serve_watch(Helpers helpers, ResourceRequest request) {
    auto options = list_options(request.query);
    if (options) {
        co_await serve_watch(helpers.services, request.exchange, request.target, *std::move(options),
                             request.rendering);
    } else {
        co_await respond(request.exchange, options.error());
    }
}

/// The one object that a list selects by its name; empty: it may be any.
std::string selected_name(const Query& query) {
    const auto fields = api::parse_field_selector(query.get("fieldSelector"));
    if (!fields) return "";
    const auto named = std::ranges::find_if(*fields, [](const api::FieldRequirement& field) {
        return field.equal && field.path == "metadata.name";
    });
    if (named == fields->end()) return "";
    const std::string& name = named->value;
    const bool is_name = name != "." && name != ".." && name.find_first_of("/%") == std::string::npos;
    return is_name ? name : "";
}

}  // namespace

bool is_stream(const ResourceRequest& request) {
    if (request.target.part == "proxy") return true;
    return request.target.is("pods") &&
           std::ranges::find(of_pod_streams, request.target.part) != of_pod_streams.end();
}

Answer<ResourceRequest> read_resource_request(const HttpServerRequest& http, const RequestPath& request,
                                              const ResourcePath& where) {
    const ApiPath& path = where.path;
    const kinds::Kind* kind = kinds::find(path.group, path.version, path.resource);
    if (kind == nullptr) return std::unexpected(status::unknown_resource());
    const std::string verb = verb_of(http.method, path, request.query);
    if (verb.empty()) return std::unexpected(status::method_not_allowed());
    if (auto placed = check_place(*kind, path, verb); !placed) return std::unexpected(placed.error());
    if (auto has = check_verb(*kind, path, verb); !has) return std::unexpected(has.error());
    ResourceRequest read{.query = request.query,
                         .target = {kind, path.namespace_, path.name, path.subresource},
                         .length = where.length,
                         .verb = verb};
    if (is_stream(read)) return read;
    auto rendering = read_rendering(http.header("Accept"), request.query);
    if (!rendering) return std::unexpected(rendering.error());
    read.rendering = *rendering;
    return read;
}

identity::Attributes attributes_of(const ResourceRequest& request) {
    const Target& target = request.target;
    const bool lists = request.verb == "list" || request.verb == "watch";
    return {.verb = request.verb,
            .group = target.kind->group,
            .resource = target.kind->plural,
            .subresource = target.part,
            .namespace_ = target.namespace_,
            .name = lists ? selected_name(request.query) : target.name};
}

Answer<DecodedObject> read_object(const Helpers& helpers, const ResourceRequest& request,
                                  const kinds::Kind& kind, FieldValidation validation) {
    const HttpServerRequest& http = request.http();
    auto body = read_body(http.header("Content-Type"), http.body, kind.name, helpers.yaml);
    if (!body) return std::unexpected(body.error());
    return decode_body(kind, *std::move(body), validation);
}

Task<void> serve(Helpers helpers, ResourceRequest request) {
    if (is_stream(request)) {
        co_await serve_stream(helpers, request);
    } else if (request.target.part == "proxy") {
        // What stands behind the object is asked, not the object.
        co_await respond(request.exchange, status::unknown_resource());
    } else if (request.verb == "watch") {
        co_await serve_watch(helpers, request);
    } else {
        HttpReply reply;
        if (request.verb == "create" && is_special(request.target)) {
            reply = co_await create_special(helpers, request);
        } else {
            reply = co_await answer(helpers, request);
        }
        co_await respond(request.exchange, std::move(reply));
    }
}

}  // namespace hooklet::server

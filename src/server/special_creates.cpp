// SPDX-License-Identifier: Apache-2.0
#include "server/special_creates.hpp"

#include "api/json.hpp"
#include "server/answer.hpp"
#include "server/binding.hpp"
#include "server/eviction.hpp"
#include "server/options.hpp"
#include "server/token.hpp"

#include <memory>
#include <utility>

#include <fmt/format.h>

namespace hooklet::server {

namespace {

/// The kinds that stand in bodies only.
template <class T>
const kinds::Kind& body_kind(const char* group, const char* name) {
    static const kinds::Kind kind =
        kinds::kind_of<T>({.group = group, .name = name, .plural = "", .singular = ""}, {});
    return kind;
}

template <class T>
Answer<T> read(const Helpers& helpers, const ResourceRequest& request, const kinds::Kind& kind) {
    const HttpServerRequest& http = request.http();
    auto body = read_body(http.header("Content-Type"), http.body, kind.name, helpers.yaml);
    if (!body) return std::unexpected(body.error());
    auto decoded = decode_body(kind, *std::move(body), FieldValidation::ignore);
    if (!decoded) return std::unexpected(decoded.error());
    return *std::static_pointer_cast<T>(decoded->object);
}

HttpReply done(const Answer<void>& outcome) {
    return status_reply(outcome ? status::success(201) : outcome.error());
}

Task<HttpReply> create_binding(Helpers helpers, ResourceRequest request) {
    const auto options = write_options(request.query, "CreateOptions");
    if (!options) co_return status_reply(options.error());
    const auto& kind = body_kind<api::Binding>("", "Binding");
    auto binding = read<api::Binding>(helpers, request, kind);
    if (!binding) co_return status_reply(binding.error());
    Target pod{kinds::find("", "v1", "pods"), request.target.namespace_, request.target.name};
    if (pod.name.empty()) pod.name = binding->metadata.name;
    if (!binding->metadata.name.empty() && binding->metadata.name != pod.name) {
        co_return status_reply(status::bad_request("name in URL does not match name in Binding object"));
    }
    auto bound = co_await bind(helpers.services, std::move(pod), *std::move(binding), options->dry_run);
    Answer<void> outcome;
    if (!bound) outcome = std::unexpected(bound.error());
    co_return done(outcome);
}

Task<HttpReply> create_eviction(Helpers helpers, ResourceRequest request) {
    const auto options = write_options(request.query, "CreateOptions");
    if (!options) co_return status_reply(options.error());
    const auto& kind = body_kind<api::Eviction>("policy", "Eviction");
    auto eviction = read<api::Eviction>(helpers, request, kind);
    if (!eviction) co_return status_reply(eviction.error());
    auto asked = delete_options(eviction->deleteOptions.value_or(api::DeleteOptions{}));
    if (!asked) co_return status_reply(asked.error());
    asked->dry_run = asked->dry_run || options->dry_run;
    if (eviction->metadata.name != request.target.name) {
        co_return status_reply(status::bad_request("name in URL does not match name in Eviction object"));
    }
    const auto evicted = co_await evict(helpers.services, request.target, *std::move(asked));
    co_return done(evicted);
}

Task<HttpReply> create_token(Helpers helpers, ResourceRequest request) {
    const auto& kind = body_kind<api::TokenRequest>("authentication.k8s.io", "TokenRequest");
    auto wish = read<api::TokenRequest>(helpers, request, kind);
    if (!wish) co_return status_reply(wish.error());
    auto issued = issue_token(helpers.services, request.target, *std::move(wish));
    if (!issued) co_return status_reply(issued.error());
    co_return json_reply(201, api::write_json(encode(kind, &*issued)));
}

Task<HttpReply> create_review(Helpers helpers, ResourceRequest request) {
    const HttpServerRequest& http = request.http();
    const kinds::Kind& kind = *request.target.kind;
    // An answer to a question has no metadata, and so no row.
    if (request.rendering.form != Rendering::Form::object) co_return status_reply(status::not_acceptable());
    auto body = read_body(http.header("Content-Type"), http.body, kind.name, helpers.yaml);
    if (!body) co_return status_reply(body.error());
    auto question = decode_body(kind, *std::move(body), FieldValidation::ignore);
    if (!question) co_return status_reply(question.error());
    const api::Issues issues = kind.validate ? kind.validate(question->object.get()) : api::Issues{};
    if (!issues.empty()) co_return status_reply(status::invalid(kind, "", issues));
    api::Node document = encode(kind, question->object.get());
    co_return json_reply(
        201, api::write_json(review(helpers.authenticator, kind, request.user, std::move(document))));
}

bool is_review(const Target& target) {
    return target.kind->group == "authentication.k8s.io" || target.kind->group == "authorization.k8s.io";
}

}  // namespace

bool is_special(const Target& target) {
    const bool of_pod = target.is("pods") && (target.part == "binding" || target.part == "eviction");
    return of_pod || target.is("bindings") || (target.is("serviceaccounts") && target.part == "token") ||
           is_review(target);
}

Task<HttpReply> create_special(Helpers helpers, ResourceRequest request) {
    if (is_review(request.target)) co_return co_await create_review(helpers, std::move(request));
    if (request.target.part == "eviction") co_return co_await create_eviction(helpers, std::move(request));
    if (request.target.part == "token") co_return co_await create_token(helpers, std::move(request));
    co_return co_await create_binding(helpers, std::move(request));
}

}  // namespace hooklet::server

// SPDX-License-Identifier: Apache-2.0
#include "server/special_creates.hpp"

#include "admission/node_restriction.hpp"
#include "api/json.hpp"
#include "server/answer.hpp"
#include "server/binding.hpp"
#include "server/eviction.hpp"
#include "server/get.hpp"
#include "server/options.hpp"
#include "server/token.hpp"
#include "server/write.hpp"

#include <string>
#include <utility>
#include <vector>

namespace hooklet::server {

namespace {

/// The kinds that stand in bodies only.
template <class T>
const kinds::Kind& body_kind(const char* group, const char* name) {
    static const kinds::Kind kind =
        kinds::kind_of<T>({.group = group, .name = name, .plural = "", .singular = ""}, {});
    return kind;
}

bool is_review(const Target& target) {
    return target.kind->group == "authentication.k8s.io" || target.kind->group == "authorization.k8s.io";
}

/// Of what a create of the target takes.
const kinds::Kind& kind_of_body(const Target& target) {
    if (is_review(target)) return *target.kind;
    if (target.part == "eviction") return body_kind<api::Eviction>("policy", "Eviction");
    if (target.part == "token") return body_kind<api::TokenRequest>("authentication.k8s.io", "TokenRequest");
    return body_kind<api::Binding>("", "Binding");
}

HttpReply done(const Answer<void>& outcome) {
    return status_reply(outcome ? status::success(201) : outcome.error());
}

/// What a client asks for, with its defaults.
struct SpecialCreate {
    WriteOptions options;
    DecodedObject body;
    template <class T>
    [[nodiscard]] T& as() const {
        return *static_cast<T*>(body.object.get());
    }
};

Answer<SpecialCreate> read_special(const Helpers& helpers, const ResourceRequest& request) {
    const auto options = write_options(request.query, "CreateOptions");
    if (!options) return std::unexpected(options.error());
    auto body = read_object(helpers, request, kind_of_body(request.target), options->validation);
    if (!body) return std::unexpected(body.error());
    return SpecialCreate{*options, *std::move(body)};
}

Task<HttpReply> create_binding(Helpers helpers, ResourceRequest request, SpecialCreate asked) {
    auto& binding = asked.as<api::Binding>();
    Target pod{kinds::find("", "v1", "pods"), request.target.namespace_, request.target.name};
    if (pod.name.empty()) pod.name = binding.metadata.name;
    if (!binding.metadata.name.empty() && binding.metadata.name != pod.name) {
        co_return status_reply(status::bad_request("name in URL does not match name in Binding object"));
    }
    auto bound = co_await bind(helpers.services, std::move(pod), std::move(binding), asked.options.dry_run);
    Answer<void> outcome;
    if (!bound) outcome = std::unexpected(bound.error());
    co_return done(outcome);
}

Task<HttpReply> create_eviction(Helpers helpers, ResourceRequest request, SpecialCreate asked) {
    const auto& eviction = asked.as<api::Eviction>();
    auto options = delete_options(eviction.deleteOptions.value_or(api::DeleteOptions{}));
    if (!options) co_return status_reply(options.error());
    options->dry_run = options->dry_run || asked.options.dry_run;
    options->node = identity::node_of(request.user);
    if (eviction.metadata.name != request.target.name) {
        co_return status_reply(status::bad_request("name in URL does not match name in Eviction object"));
    }
    const auto evicted = co_await evict(helpers.services, request.target, *std::move(options));
    co_return done(evicted);
}

/// A node gets tokens for its own Pods.
Answer<void> check_node(const Services& services, const ResourceRequest& request,
                        const api::TokenRequest& wanted) {
    const std::string_view node = identity::node_of(request.user);
    if (node.empty()) return {};
    const Target& account = request.target;
    admission::Checked allowed = admission::node_may_ask_for(wanted);
    if (allowed) {
        const Target target{kinds::find("", "v1", "pods"), account.namespace_,
                            wanted.spec.boundObjectRef->name};
        const auto stored = get(services, target);
        if (!stored) return std::unexpected(stored.error());
        const auto pod = std::static_pointer_cast<api::Pod>(decode(*target.kind, **stored));
        allowed = admission::node_may_have(node, wanted, *pod);
    }
    if (allowed) return {};
    return std::unexpected(status::forbidden(*account.kind, account.name, allowed.error()));
}

HttpReply create_token(const Helpers& helpers, const ResourceRequest& request, const SpecialCreate& asked) {
    const auto& wanted = asked.as<api::TokenRequest>();
    auto allowed = check_node(helpers.services, request, wanted);
    if (!allowed) return status_reply(allowed.error());
    auto issued = issue_token(helpers.services, request.target, wanted);
    if (!issued) return status_reply(issued.error());
    return json_reply(201, api::write_json(encode(kind_of_body(request.target), &*issued)));
}

/// What a question cannot do without. It gets the request's namespace.
Answer<void> check_question(const Target& target, void* question) {
    const kinds::Kind& kind = *target.kind;
    if (auto placed = check_namespace(target, *kind.metadata(question)); !placed) return placed;
    if (kind.name == "TokenReview" && static_cast<api::TokenReview*>(question)->spec.token.empty())
        return std::unexpected(status::bad_request("token is required for TokenReview in authentication"));
    const bool rules = kind.name == "SelfSubjectRulesReview";
    if (rules && static_cast<api::SelfSubjectRulesReview*>(question)->spec.namespace_.empty())
        return std::unexpected(status::bad_request("no namespace on request"));
    return {};
}

HttpReply create_review(const Helpers& helpers, const ResourceRequest& request, const SpecialCreate& asked) {
    const kinds::Kind& kind = *request.target.kind;
    void* question = asked.body.object.get();
    if (auto legal = check_question(request.target, question); !legal) return status_reply(legal.error());
    const api::Issues issues = kind.validate ? kind.validate(question) : api::Issues{};
    if (!issues.empty()) return status_reply(status::invalid(kind, "", issues));
    return json_reply(201, api::write_json(review(helpers.authenticator, helpers.roles(), kind, request.user,
                                                  encode(kind, question))));
}

}  // namespace

bool is_special(const Target& target) {
    const bool of_pod = target.is("pods") && (target.part == "binding" || target.part == "eviction");
    return of_pod || target.is("bindings") || (target.is("serviceaccounts") && target.part == "token") ||
           is_review(target);
}

Task<HttpReply> create_special(Helpers helpers, ResourceRequest request) {
    // An answer to a question has no metadata, and so no row.
    if (is_review(request.target) && request.rendering.form != Rendering::Form::object)
        co_return status_reply(status::not_acceptable());
    auto asked = read_special(helpers, request);
    if (!asked) co_return status_reply(asked.error());
    const std::vector<std::string> warnings = std::move(asked->body.warnings);
    HttpReply reply;
    if (is_review(request.target)) {
        reply = create_review(helpers, request, *asked);
    } else if (request.target.part == "token") {
        reply = create_token(helpers, request, *asked);
    } else if (request.target.part == "eviction") {
        reply = co_await create_eviction(helpers, std::move(request), *std::move(asked));
    } else {
        reply = co_await create_binding(helpers, std::move(request), *std::move(asked));
    }
    add_warnings(reply, warnings);
    co_return reply;
}

}  // namespace hooklet::server

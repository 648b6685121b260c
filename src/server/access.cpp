// SPDX-License-Identifier: Apache-2.0
#include "server/access.hpp"

#include "identity/impersonation.hpp"

#include <utility>

namespace hooklet::server {

namespace {

using api::Node;
using identity::Attributes;
using identity::Identity;
using identity::Roles;

const Node* member(const Node* node, std::string_view name) {
    return node == nullptr ? nullptr : node->find(name);
}

std::string text(const Node* node, std::string_view name) {
    const Node* value = member(node, name);
    return value == nullptr || value->as_string() == nullptr ? "" : *value->as_string();
}

std::vector<std::string> texts(const Node* node, std::string_view name) {
    std::vector<std::string> found;
    const Node* list = member(node, name);
    if (list == nullptr || list->as_array() == nullptr) return found;
    for (const Node& item : *list->as_array()) {
        if (const auto* one = item.as_string()) found.push_back(*one);
    }
    return found;
}

Node list(const std::vector<std::string>& items) {
    Node node = Node::array();
    for (const std::string& item : items) node.push(Node(item));
    return node;
}

Node user_node(const Identity& user) {
    Node node;
    node.set("username", Node(user.username));
    if (!user.uid.empty()) node.set("uid", Node(user.uid));
    if (!user.groups.empty()) node.set("groups", list(user.groups));
    Node extra;
    for (const auto& [key, values] : user.extra) extra.set(key, list(values));
    if (!extra.is_null()) node.set("extra", std::move(extra));
    return node;
}

Attributes attributes_of(const Node* spec) {
    if (const Node* resource = member(spec, "resourceAttributes"); resource != nullptr) {
        return {.verb = text(resource, "verb"),
                .group = text(resource, "group"),
                .resource = text(resource, "resource"),
                .subresource = text(resource, "subresource"),
                .namespace_ = text(resource, "namespace"),
                .name = text(resource, "name")};
    }
    const Node* plain = member(spec, "nonResourceAttributes");
    return {.verb = text(plain, "verb"), .path = text(plain, "path")};
}

Node access_status(const Identity& user, const Attributes& attributes, const Roles& roles) {
    const identity::Decision decision = identity::authorize(user, attributes, roles);
    Node status;
    status.set("allowed", Node(decision.allowed));
    if (!decision.reason.empty()) status.set("reason", Node(decision.reason));
    return status;
}

Node token_status(const identity::Authenticator* authenticator, const Node* spec) {
    Result<identity::TokenIdentity> known = fail(Code::invalid, "tokens are not known here");
    if (authenticator != nullptr)
        known = authenticator->authenticate_token(text(spec, "token"), texts(spec, "audiences"));
    Node status = Node::object();
    if (known) {
        status.set("authenticated", Node(true));
        status.set("user", user_node(known->user));
        status.set("audiences", list(known->audiences));
    } else {
        status.set("user", Node::object());
        status.set("error", Node(known.error().text()));
    }
    return status;
}

Node rules_status(const Identity& user, const Node* spec, const Roles& roles) {
    const identity::Rules rules = identity::rules_of(user, text(spec, "namespace"), roles);
    Node resources = Node::array();
    for (const identity::Rules::OfResources& rule : rules.resources) {
        Node one;
        one.set("verbs", list(rule.verbs));
        one.set("apiGroups", list(rule.groups));
        one.set("resources", list(rule.resources));
        if (!rule.names.empty()) one.set("resourceNames", list(rule.names));
        resources.push(std::move(one));
    }
    Node paths = Node::array();
    for (const identity::Rules::OfPaths& rule : rules.paths) {
        Node one;
        one.set("verbs", list(rule.verbs));
        one.set("nonResourceURLs", list(rule.paths));
        paths.push(std::move(one));
    }
    Node status;
    status.set("resourceRules", std::move(resources));
    status.set("nonResourceRules", std::move(paths));
    status.set("incomplete", Node(false));
    if (!rules.error.empty()) status.set("evaluationError", Node(rules.error));
    return status;
}

}  // namespace

Answer<Identity> identify(const identity::Authenticator* authenticator, const HttpServerRequest& request,
                          const Roles& roles) {
    if (authenticator == nullptr) return identity::administrator();
    const auto real = authenticator->authenticate(request);
    if (!real) return std::unexpected(status::unauthorized());
    auto counted = identity::impersonated(*real, request, roles);
    if (!counted) return std::unexpected(status::failure(403, "Forbidden", counted.error().text()));
    return *std::move(counted);
}

Answer<void> permit(const Identity& who, const Attributes& what, const Roles& roles) {
    const identity::Decision decision = identity::authorize(who, what, roles);
    if (decision.allowed) return {};
    ApiStatus refused = status::failure(403, "Forbidden", decision.message);
    api::StatusDetails& details = refused.details.emplace();
    details.name = what.name;
    details.group = what.group;
    details.kind = what.resource;
    return std::unexpected(std::move(refused));
}

Node review(const identity::Authenticator* authenticator, const Roles& roles, const kinds::Kind& kind,
            const Identity& asker, Node question) {
    const Node* spec = question.find("spec");
    Node status;
    if (kind.name == "SelfSubjectReview") {
        status.set("userInfo", user_node(asker));
    } else if (kind.name == "TokenReview") {
        status = token_status(authenticator, spec);
    } else if (kind.name == "SelfSubjectRulesReview") {
        status = rules_status(asker, spec, roles);
    } else if (kind.name == "SelfSubjectAccessReview") {
        status = access_status(asker, attributes_of(spec), roles);
    } else {
        const Identity user{
            .username = text(spec, "user"), .uid = text(spec, "uid"), .groups = texts(spec, "groups")};
        status = access_status(user, attributes_of(spec), roles);
    }
    question.set("status", std::move(status));
    return question;
}

}  // namespace hooklet::server

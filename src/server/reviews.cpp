// SPDX-License-Identifier: Apache-2.0
#include "server/reviews.hpp"

#include <utility>

namespace hooklet::server {

namespace {

using api::Node;

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

Node user_node(const User& user) {
    Node node;
    node.set("username", Node(user.name));
    if (!user.uid.empty()) node.set("uid", Node(user.uid));
    if (!user.groups.empty()) node.set("groups", list(user.groups));
    return node;
}

Access access_of(const Node* spec) {
    Access access;
    if (const Node* resource = member(spec, "resourceAttributes"); resource != nullptr) {
        access.verb = text(resource, "verb");
        access.path = {.group = text(resource, "group"),
                       .version = text(resource, "version"),
                       .resource = text(resource, "resource"),
                       .namespace_ = text(resource, "namespace"),
                       .name = text(resource, "name"),
                       .subresource = text(resource, "subresource")};
        return access;
    }
    const Node* plain = member(spec, "nonResourceAttributes");
    access.verb = text(plain, "verb");
    access.plain_path = text(plain, "path");
    return access;
}

Task<Node> access_status(Gatekeeper* gatekeeper, User user, Access access) {
    Permission permission{.allowed = true};
    if (gatekeeper != nullptr) permission = co_await gatekeeper->permits(std::move(user), std::move(access));
    Node status;
    status.set("allowed", Node(permission.allowed));
    if (!permission.reason.empty()) status.set("reason", Node(permission.reason));
    co_return status;
}

Task<Node> token_status(Gatekeeper* gatekeeper, std::string token, std::vector<std::string> audiences) {
    Result<User> user = fail(Code::invalid, "tokens are not known here");
    if (gatekeeper != nullptr) user = co_await gatekeeper->review(std::move(token), audiences);
    Node status = Node::object();
    if (user) {
        status.set("authenticated", Node(true));
        status.set("user", user_node(*user));
        if (!audiences.empty()) status.set("audiences", list(audiences));
    } else {
        status.set("user", Node::object());
        status.set("error", Node(user.error().text()));
    }
    co_return status;
}

/// Everything may be done to everything, as far as rules can say it.
Node all_rules() {
    Node resources;
    for (const char* name : {"verbs", "apiGroups", "resources"}) resources.set(name, list({"*"}));
    Node others;
    for (const char* name : {"verbs", "nonResourceURLs"}) others.set(name, list({"*"}));
    Node status;
    status.set("resourceRules", Node(Node::Array{resources}));
    status.set("nonResourceRules", Node(Node::Array{others}));
    status.set("incomplete", Node(false));
    return status;
}

}  // namespace

Task<Node> review(Gatekeeper* gatekeeper, Target target, User asker, Node question) {
    const std::string& kind = target.kind->name;
    const Node* spec = question.find("spec");
    Node status;
    if (kind == "SelfSubjectReview") {
        status.set("userInfo", user_node(asker));
    } else if (kind == "TokenReview") {
        status = co_await token_status(gatekeeper, text(spec, "token"), texts(spec, "audiences"));
    } else if (kind == "SelfSubjectRulesReview") {
        status = all_rules();
    } else {
        User user = std::move(asker);
        if (kind != "SelfSubjectAccessReview")
            user = {.name = text(spec, "user"), .uid = text(spec, "uid"), .groups = texts(spec, "groups")};
        Access access = access_of(spec);
        status = co_await access_status(gatekeeper, std::move(user), std::move(access));
    }
    question.set("status", std::move(status));
    co_return question;
}

}  // namespace hooklet::server

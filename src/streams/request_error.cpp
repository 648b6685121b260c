// SPDX-License-Identifier: Apache-2.0
#include "streams/request_error.hpp"

#include "api/json.hpp"

#include <utility>

#include <fmt/format.h>

namespace hooklet {

using api::Node;

namespace {

Node cause_of(const api::Issue& issue) {
    Node cause = Node::object();
    cause.set("reason", Node(api::cause_reason(issue.reason)));
    cause.set("message", Node(issue.message));
    cause.set("field", Node(issue.path));
    return cause;
}

Node details_of(const RequestError& error) {
    Node details = Node::object();
    details.set("name", Node(error.name));
    details.set("kind", Node(error.kind));
    Node causes = Node::array();
    for (const api::Issue& issue : error.issues) causes.push(cause_of(issue));
    details.set("causes", std::move(causes));
    return details;
}

}  // namespace

RequestError RequestError::bad_request(std::string message) {
    RequestError error;
    error.message = std::move(message);
    return error;
}

RequestError RequestError::invalid(std::string kind, std::string name, api::Issues issues) {
    std::string texts;
    for (const api::Issue& issue : issues) {
        if (!texts.empty()) texts += ", ";
        texts += api::field_text(issue);
    }
    if (issues.size() > 1) texts = "[" + texts + "]";
    std::string message = fmt::format("{} \"{}\" is invalid: {}", kind, name, texts);
    return {422, "Invalid", std::move(message), std::move(kind), std::move(name), std::move(issues)};
}

Node status_of(const RequestError& error) {
    Node status = Node::object();
    status.set("kind", Node("Status"));
    status.set("apiVersion", Node("v1"));
    status.set("metadata", Node::object());
    status.set("status", Node("Failure"));
    status.set("message", Node(error.message));
    status.set("reason", Node(error.reason));
    if (!error.kind.empty()) status.set("details", details_of(error));
    status.set("code", Node(error.code));
    return status;
}

HttpReply reply_of(const RequestError& error) {
    HttpReply reply;
    reply.status = error.code;
    reply.headers = {{"Content-Type", "application/json"}};
    reply.body = api::write_json(status_of(error));
    return reply;
}

}  // namespace hooklet

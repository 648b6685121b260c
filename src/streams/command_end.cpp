// SPDX-License-Identifier: Apache-2.0
#include "streams/command_end.hpp"

#include "api/json.hpp"
#include "base/parse_number.hpp"

#include <optional>
#include <utility>

namespace hooklet {

namespace {

using api::Node;

constexpr std::string_view internal_error = "Internal error occurred: ";

Node cause(std::optional<std::string_view> reason, std::string_view message) {
    Node entry = Node::object();
    if (reason) entry.set("reason", Node(*reason));
    entry.set("message", Node(message));
    return entry;
}

Node failure_status(std::string message, std::string_view reason, Node cause) {
    Node status = Node::object();
    status.set("metadata", Node::object());
    status.set("status", Node("Failure"));
    status.set("message", Node(std::move(message)));
    status.set("reason", Node(reason));
    Node details = Node::object();
    details.set("causes", Node(Node::Array{std::move(cause)}));
    status.set("details", std::move(details));
    return status;
}

std::string_view text_of(const Node* node) {
    const std::string* text = node == nullptr ? nullptr : node->as_string();
    return text == nullptr ? std::string_view() : std::string_view(*text);
}

/// Of the cause `ExitCode`; nullopt when there is none.
std::optional<int> exit_code_of(const Node& status) {
    const Node* details = status.find("details");
    const Node* causes = details == nullptr ? nullptr : details->find("causes");
    if (causes == nullptr || causes->as_array() == nullptr) return std::nullopt;
    for (const Node& entry : *causes->as_array()) {
        if (text_of(entry.find("reason")) != "ExitCode") continue;
        if (const auto code = parse_number<int>(text_of(entry.find("message")))) return code;
    }
    return std::nullopt;
}

}  // namespace

CommandEnd CommandEnd::success() {
    return {R"({"metadata":{},"status":"Success"})", ""};
}

CommandEnd CommandEnd::exit_code(int code) {
    if (code == 0) return success();
    const std::string number = std::to_string(code);
    std::string message = "command terminated with non-zero exit code: exit status " + number;
    return {api::write_json(failure_status(message, "NonZeroExitCode", cause("ExitCode", number))), message};
}

CommandEnd CommandEnd::failure(std::string_view why) {
    std::string message = std::string(internal_error).append(why);
    Node status = failure_status(message, "InternalError", cause(std::nullopt, why));
    status.set("code", Node(500));
    return {api::write_json(status), std::move(message)};
}

CommandEnd CommandEnd::from_engine(std::string_view status) {
    CommandEnd unknown = failure("the engine ended the stream without a status");
    unknown.known = false;
    const auto parsed = api::parse_json(status);
    if (!parsed) return unknown;
    const std::string_view outcome = text_of(parsed->find("status"));
    if (outcome == "Success") return success();
    if (outcome != "Failure") return unknown;
    if (const auto code = exit_code_of(*parsed)) return exit_code(*code);
    std::string_view why = text_of(parsed->find("message"));
    if (why.starts_with(internal_error)) why.remove_prefix(internal_error.size());
    return failure(why);
}

}  // namespace hooklet

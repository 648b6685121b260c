// SPDX-License-Identifier: Apache-2.0
#include "client/api_client.hpp"

#include "api/json.hpp"
#include "client/document.hpp"

#include <array>
#include <utility>

#include <boost/algorithm/string/predicate.hpp>
#include <fmt/format.h>

namespace hooklet::client {

namespace {

constexpr Duration answer_limit = std::chrono::seconds{60};
constexpr std::size_t largest_answer = 256U << 20;
/// What an API says of a request itself, which is of no kind and has no name.
constexpr std::string_view nameless = R"( "" is invalid)";

api::ParseLimits answer_limits() {
    return {.bytes = largest_answer, .depth = 1000, .nodes = 50'000'000};
}

Code code_of(const api::Node& status) {
    static constexpr std::array<std::pair<std::string_view, Code>, 8> known{
        {{"NotFound", Code::not_found},
         {"AlreadyExists", Code::already_exists},
         {"Conflict", Code::conflict},
         {"Expired", Code::expired},
         {"Gone", Code::expired},
         {"ServiceUnavailable", Code::unavailable},
         {"TooManyRequests", Code::unavailable},
         {"InternalError", Code::internal}}};
    const std::string reason = text_at(status, "reason");
    for (const auto& [name, code] : known) {
        if (name == reason) return code;
    }
    return Code::invalid;
}

/// What is in a `Warning: 299 - "text"` header.
std::string warning_text(std::string_view value) {
    const std::size_t begin = value.find('"');
    const std::size_t end = value.rfind('"');
    if (begin == std::string_view::npos || begin == end) return std::string(value);
    std::string text;
    for (const char c : value.substr(begin + 1, end - begin - 1)) {
        if (c != '\\') text += c;
    }
    return text;
}

Task<Result<std::string>> read_all(HttpAnswer* answer, Call call) {
    std::string text;
    while (true) {
        auto piece = co_await answer->read(call);
        if (!piece) co_return std::unexpected(piece.error());
        if (piece->empty()) co_return text;
        text += *piece;
        if (text.size() > largest_answer) co_return fail(Code::invalid, "error: the answer is too large");
    }
}

/// The failure that an answer tells, whatever it is made of.
Error failure_of(int status, std::string_view text) {
    const auto document = api::parse_json(text, answer_limits());
    if (document && text_at(*document, "kind") == "Status") return error_of(*document);
    while (text.ends_with('\n')) text.remove_suffix(1);
    const Code code = status == 404 ? Code::not_found : status >= 500 ? Code::internal : Code::invalid;
    return {code, text.empty() ? fmt::format("Error from server: status {}", status)
                               : fmt::format("Error from server: {}", text)};
}

}  // namespace

Error error_of(const api::Node& status) {
    const std::string reason = text_at(status, "reason");
    const std::string message = text_at(status, "message");
    // Of no kind and no name it is the request that is.
    const std::string what = message.starts_with(nameless) ? "request" + message.substr(3) : message;
    if (reason == "Unauthorized")
        return {Code::invalid, fmt::format("error: You must be logged in to the server ({})", message)};
    if (reason == "Invalid") return {Code::invalid, "The " + what};
    if (reason.empty()) return {code_of(status), "Error from server: " + message};
    return {code_of(status), fmt::format("Error from server ({}): {}", reason, message)};
}

Task<Result<std::unique_ptr<HttpAnswer>>> ApiClient::open(HttpClientRequest request) {
    request.target.insert(0, ports_.path_prefix);
    request.headers.insert(request.headers.end(), ports_.headers.begin(), ports_.headers.end());
    request.headers.push_back({"User-Agent", "hooklet/" HOOKLET_VERSION});
    const Call call = ports_.clock->call_within(answer_limit, ports_.cancel);
    auto answer = co_await ports_.http->send(std::move(request), call);
    if (!answer && ports_.unreachable && !ports_.cancel.cancelled())
        co_return std::unexpected(ports_.unreachable(answer.error()));
    if (!answer) co_return answer;
    for (const HttpHeader& header : (*answer)->headers()) {
        if (ports_.on_warning && boost::algorithm::iequals(header.name, "Warning"))
            ports_.on_warning(warning_text(header.value));
    }
    const int status = (*answer)->status();
    if (status < 300) co_return answer;
    const auto text = co_await read_all(answer->get(), call);
    co_return std::unexpected(text ? failure_of(status, *text) : text.error());
}

Task<Result<api::Node>> ApiClient::whole(HttpClientRequest request) {
    auto answer = co_await open(std::move(request));
    if (!answer) co_return std::unexpected(answer.error());
    const Call call = ports_.clock->call_within(answer_limit, ports_.cancel);
    const auto text = co_await read_all(answer->get(), call);
    if (!text) co_return std::unexpected(text.error());
    auto document = api::parse_json(*text, answer_limits());
    if (!document) co_return fail(Code::internal, "error: the server's answer is no JSON");
    co_return *std::move(document);
}

Task<Result<api::Node>> ApiClient::get(std::string target, std::string accept) {
    HttpClientRequest request{.target = std::move(target)};
    request.headers.push_back({"Accept", std::move(accept)});
    co_return co_await whole(std::move(request));
}

Task<Result<api::Node>> ApiClient::send(std::string method, std::string target, api::Node body,
                                        std::string content_type) {
    HttpClientRequest request{.method = std::move(method), .target = std::move(target)};
    request.headers.push_back({"Accept", "application/json"});
    request.headers.push_back({"Content-Type", std::move(content_type)});
    request.body = api::write_json(body);
    co_return co_await whole(std::move(request));
}

Task<Result<ChangeReader>> ApiClient::watch(std::string target, std::string accept) {
    HttpClientRequest request{.target = std::move(target)};
    request.headers.push_back({"Accept", std::move(accept)});
    auto answer = co_await open(std::move(request));
    if (!answer) co_return std::unexpected(answer.error());
    co_return ChangeReader(*std::move(answer));
}

Task<Result<ResourceTypes>> ApiClient::discover() {
    ResourceTypes types;
    for (const char* target : {"/api", "/apis"}) {
        const auto list = co_await get(target, discovery_accept);
        if (!list) co_return std::unexpected(list.error());
        add_discovered(*list, types);
    }
    co_return types;
}

Task<Result<std::optional<WatchedChange>>> ChangeReader::next(Call call) {
    std::size_t end = text_.find('\n');
    while (end == std::string::npos) {
        const auto piece = co_await answer_->read(call);
        if (!piece) co_return std::unexpected(piece.error());
        if (piece->empty()) co_return std::nullopt;
        const std::size_t searched = text_.size();
        text_ += *piece;
        end = text_.find('\n', searched);
    }
    const auto document = api::parse_json(std::string_view(text_).substr(0, end), answer_limits());
    text_.erase(0, end + 1);
    if (!document) co_return fail(Code::internal, "error: the server's answer is no JSON");
    WatchedChange change{.type = text_at(*document, "type"), .object = {}};
    if (const api::Node* object = document->find("object")) change.object = *object;
    if (change.type == "ERROR") co_return std::unexpected(error_of(change.object));
    co_return change;
}

}  // namespace hooklet::client

// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/http_action.hpp"

#include "base/parse_number.hpp"

#include <algorithm>
#include <array>

#include <boost/algorithm/string/case_conv.hpp>
#include <boost/algorithm/string/predicate.hpp>
#include <boost/url.hpp>
#include <fmt/format.h>

namespace hooklet {

namespace {

namespace urls = boost::urls;

std::string lower(std::string_view text) {
    return boost::algorithm::to_lower_copy(std::string(text));
}

bool named(const HttpHeader& header, std::string_view name) {
    return boost::algorithm::iequals(header.name, name);
}

bool has_header(const std::vector<HttpHeader>& headers, std::string_view name) {
    return std::ranges::any_of(headers, [&](const HttpHeader& h) { return named(h, name); });
}

Result<std::uint16_t> checked_port(std::int64_t number) {
    if (number < 1 || number > 65535)
        return fail(Code::invalid, fmt::format("invalid port number: {}", number));
    return static_cast<std::uint16_t>(number);
}

constexpr auto hex_digits = urls::grammar::hexdig_chars;
/// What a kubelet leaves alone in a path that it escapes, and what may stand in one that it does not.
constexpr auto escaped_path_chars = urls::unreserved_chars + urls::grammar::lut_chars("$&+,/:;=@");
constexpr auto path_chars = urls::pchars + urls::grammar::lut_chars("/%[]");
constexpr auto query_chars = urls::pchars + urls::grammar::lut_chars("/?[]");

bool is_escape(std::string_view text) {
    return text.size() >= 3 && text[0] == '%' && hex_digits(text[1]) && hex_digits(text[2]);
}

/// Whether a kubelet can read the path as an URL: no control character, and only whole escapes.
bool is_readable(std::string_view path) {
    for (std::size_t i = 0; i < path.size(); ++i) {
        const auto byte = static_cast<unsigned char>(path[i]);
        if (byte < 0x20 || byte == 0x7f) return false;
        if (path[i] == '%' && !is_escape(path.substr(i))) return false;
    }
    return true;
}

/// Go's URL.EscapedPath: as it is, or when it has characters that may not stand there, with its own escapes.
std::string path_of(std::string_view path) {
    if (std::ranges::all_of(path, path_chars)) return std::string(path);
    return urls::encode(urls::pct_string_view(path).decode(), escaped_path_chars);
}

/// Go sends a query as it is; what would break the request line is escaped here.
std::string query_of(std::string_view query) {
    std::string out;
    for (std::size_t i = 0; i < query.size(); ++i) {
        const std::string_view one = query.substr(i, 1);
        if (is_escape(query.substr(i)))
            out += '%';
        else
            out += urls::encode(one, query_chars);
    }
    return out;
}

/// The target to put on the request line, as Go makes it of a path that may have a query and a fragment; one
/// that is no URL is escaped as a whole and used literally.
std::string target_of(const std::string& path) {
    const std::string rooted = path.starts_with('/') ? path : "/" + path;
    const std::string_view sent = std::string_view(rooted).substr(0, rooted.find('#'));
    const std::size_t mark = std::min(sent.find('?'), sent.size());
    const std::string_view query = sent.substr(mark);
    const bool one_line = std::ranges::none_of(query, [](char c) { return c > 0 && c < 0x20; });
    if (!one_line || !is_readable(sent.substr(0, mark))) return urls::encode(rooted, escaped_path_chars);
    std::string target = path_of(sent.substr(0, mark));
    if (!query.empty()) target.append("?").append(query_of(query.substr(1)));
    return target;
}

/// Headers that Go's client writes itself, from the body that a request has or has not: what the action says
/// about them is not sent.
bool is_about_body(const HttpHeader& header) {
    constexpr std::array<std::string_view, 3> names{"Content-Length", "Transfer-Encoding", "Trailer"};
    return std::ranges::any_of(names, [&](std::string_view name) { return named(header, name); });
}

std::vector<HttpHeader> headers_of(const api::HTTPGetAction& action, std::string_view user_agent) {
    std::vector<HttpHeader> headers;
    for (const api::HTTPHeader& header : action.httpHeaders) headers.push_back({header.name, header.value});
    std::erase_if(headers, is_about_body);
    if (!has_header(headers, "User-Agent")) headers.push_back({"User-Agent", std::string(user_agent)});
    if (!has_header(headers, "Accept")) headers.push_back({"Accept", "*/*"});
    // An Accept that is present but empty asks for none to be sent.
    std::erase_if(headers, [](const HttpHeader& h) { return named(h, "Accept") && h.value.empty(); });
    return headers;
}

bool is_redirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

}  // namespace

Result<std::uint16_t> resolve_port(const api::IntOrString& port, const api::Container& container) {
    if (port.number() != nullptr) return checked_port(*port.number());
    const std::string& name = *port.name();
    for (const api::ContainerPort& candidate : container.ports) {
        if (candidate.name == name) return checked_port(candidate.containerPort);
    }
    if (const auto number = parse_number<std::int64_t>(name)) return checked_port(*number);
    return fail(Code::invalid,
                fmt::format("couldn't find port: \"{}\" in container {}", name, container.name));
}

Result<HttpRequest> make_http_request(const api::HTTPGetAction& action, const api::Container& container,
                                      const std::string& default_host, std::string_view user_agent) {
    HttpRequest request;
    const std::string scheme = lower(action.scheme);
    request.tls = scheme == "https";
    request.host = action.host.empty() ? default_host : action.host;
    if (request.host.empty()) return fail(Code::invalid, "no host: the Pod has no address of its own");
    const Result<std::uint16_t> port = resolve_port(action.port, container);
    if (!port) return std::unexpected(port.error());
    request.port = *port;
    request.target = target_of(action.path);
    request.headers = headers_of(action, user_agent);
    return request;
}

std::string url_of(const HttpRequest& request) {
    const bool v6 = request.host.find(':') != std::string::npos;
    return fmt::format("{}://{}{}{}:{}{}", request.tls ? "https" : "http", v6 ? "[" : "", request.host,
                       v6 ? "]" : "", request.port, request.target);
}

Result<std::optional<HttpRequest>> redirect_of(const HttpRequest& request, const HttpResponse& response) {
    if (!is_redirect(response.status)) return std::nullopt;
    const auto location =
        std::ranges::find_if(response.headers, [](const HttpHeader& h) { return named(h, "Location"); });
    if (location == response.headers.end()) return std::nullopt;
    const std::string address = url_of(request);  // `base` is a view of it
    const auto base = urls::parse_uri(address);
    const auto reference = urls::parse_uri_reference(location->value);
    urls::url next;
    if (!base || !reference || !urls::resolve(*base, *reference, next)) {
        return fail(Code::internal, "redirect to an unreadable address");
    }
    if (lower(next.host_address()) != lower(request.host)) return std::nullopt;
    HttpRequest follow = request;
    follow.tls = next.scheme_id() == urls::scheme::https;
    follow.port =
        next.port_number() != 0 ? next.port_number() : static_cast<std::uint16_t>(follow.tls ? 443 : 80);
    follow.target = next.encoded_path().empty() ? "/" : std::string(next.encoded_path());
    if (next.has_query()) follow.target.append("?").append(next.encoded_query());
    return follow;
}

Task<Result<HttpResponse>> fetch(Network* network, HttpRequest request, Call call) {
    for (int redirects = 0;; ++redirects) {
        const Result<HttpResponse> response = co_await network->http_get(request, call);
        if (!response) co_return response;
        const Result<std::optional<HttpRequest>> next = redirect_of(request, *response);
        if (!next) co_return std::unexpected(next.error());
        if (!*next) co_return response;
        if (redirects == max_redirects) {
            co_return fail(Code::internal, fmt::format("stopped after {} redirects", max_redirects));
        }
        request = **next;
    }
}

HttpRequest without_tls(HttpRequest request) {
    request.tls = false;
    std::erase_if(request.headers, [](const HttpHeader& h) { return named(h, "Authorization"); });
    return request;
}

}  // namespace hooklet

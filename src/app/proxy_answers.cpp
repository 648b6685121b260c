// SPDX-License-Identifier: Apache-2.0
#include "app/proxy_answers.hpp"

#include "api/status.hpp"
#include "server/answer.hpp"
#include "streams/proxy_name.hpp"
#include "streams/reply.hpp"

#include <string>

#include <fmt/format.h>

namespace hooklet::app {

namespace {

HttpReply with_slash(std::string_view target) {
    const std::string_view path = target.substr(0, target.find('?'));
    const std::string location = fmt::format("{}/{}", path, target.substr(path.size()));
    return {301, {{"Location", location}}};
}

}  // namespace

HttpReply lookup_failure(const Error& error, const ApiPath& path) {
    const kinds::Kind* kind = kinds::find(path.group, path.version, path.resource);
    return status_reply(server::status::of(error, *kind, path.name));
}

std::optional<HttpReply> early_answer(const server::PodStreamRequest& request,
                                      const HttpServerRequest& http) {
    if (!parse_proxy_name(request.name)) {
        const std::string kind = request.resource.substr(0, request.resource.size() - 1);
        const std::string text = fmt::format("invalid {} request \"{}\"", kind, request.name);
        return status_reply(api::bad_request(text));
    }
    const bool reads = http.method == "GET" || http.method == "HEAD";
    if (reads && !request.rest.starts_with('/')) return with_slash(http.target);
    return std::nullopt;
}

}  // namespace hooklet::app

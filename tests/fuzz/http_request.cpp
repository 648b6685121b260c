// SPDX-License-Identifier: Apache-2.0
// Requests of HTTP clients: however the bytes are cut into pieces, they are the same requests.
#include "adapters/beast/http_request_reader.hpp"
#include "fuzz/target.hpp"
#include "server/request_path.hpp"

#include <string>

namespace {

using namespace hooklet;

std::string requests_in(std::string_view bytes, std::size_t piece) {
    HttpRequestReader reader({.head = 4096, .body = 4096});
    std::string seen;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        auto fed = reader.feed(bytes.substr(at, piece));
        while (fed && reader.done()) {
            const HttpServerRequest request = reader.take();
            seen += request.method + " " + request.target + " " + request.body + "\n";
            (void)server::parse_target(request.target);
            fed = reader.feed("");
        }
        if (!fed) return seen + std::to_string(fed.error().status);
    }
    return seen;
}

}  // namespace

HOOKLET_FUZZ(input) {
    fuzz::require(requests_in(input, input.size() + 1) == requests_in(input, 1));
}

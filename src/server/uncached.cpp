// SPDX-License-Identifier: Apache-2.0
#include "server/uncached.hpp"

#include <algorithm>

#include <boost/algorithm/string/predicate.hpp>

namespace hooklet::server {

void forbid_caching(HttpReply& reply) {
    static constexpr std::string_view name = "Cache-Control";
    const auto same = [](const HttpHeader& header) { return boost::algorithm::iequals(header.name, name); };
    if (std::ranges::none_of(reply.headers, same))
        reply.headers.push_back({std::string(name), "no-cache, private"});
}

}  // namespace hooklet::server

// SPDX-License-Identifier: Apache-2.0
#include "ports/http_server.hpp"

#include <boost/algorithm/string/predicate.hpp>

namespace hooklet {

std::string_view HttpServerRequest::header(std::string_view name) const {
    for (const HttpHeader& header : headers) {
        if (boost::algorithm::iequals(header.name, name)) return header.value;
    }
    return {};
}

bool HttpExchange::server_ends() const {
    const CancelToken token = gone();
    return token.cancelled() && token.reason().code == Code::cancelled;
}

}  // namespace hooklet

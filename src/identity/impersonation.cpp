// SPDX-License-Identifier: Apache-2.0
#include "identity/impersonation.hpp"

#include "identity/authorization.hpp"

#include <string_view>
#include <utility>

#include <boost/algorithm/string/predicate.hpp>

namespace hooklet::identity {

namespace {

using boost::algorithm::iequals;
using boost::algorithm::istarts_with;

constexpr std::string_view extra_prefix = "Impersonate-Extra-";

/// What the headers name, without what follows from it.
Identity named_in(const HttpServerRequest& request) {
    Identity named;
    for (const HttpHeader& header : request.headers) {
        if (iequals(header.name, "Impersonate-User")) named.username = header.value;
        if (iequals(header.name, "Impersonate-Uid")) named.uid = header.value;
        if (iequals(header.name, "Impersonate-Group")) named.groups.push_back(header.value);
        if (istarts_with(header.name, extra_prefix)) {
            std::string key = header.name.substr(extra_prefix.size());
            for (char& c : key) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
            named.extra[std::move(key)].push_back(header.value);
        }
    }
    return named;
}

void add_implied_groups(Identity& identity) {
    constexpr std::string_view accounts = "system:serviceaccount:";
    const std::string_view user = identity.username;
    if (identity.groups.empty() && user.starts_with(accounts)) {
        const std::string_view rest = user.substr(accounts.size());
        identity.groups = {"system:serviceaccounts",
                           "system:serviceaccounts:" + std::string(rest.substr(0, rest.find(':')))};
    }
    const std::string_view last = user == anonymous().username ? unauthenticated_group : authenticated_group;
    if (!identity.in_group(authenticated_group) && !identity.in_group(unauthenticated_group)) {
        identity.groups.emplace_back(last);
    }
}

}  // namespace

Result<Identity> impersonated(const Identity& real, const HttpServerRequest& request) {
    Identity named = named_in(request);
    if (named == Identity{}) return real;
    if (named.username.empty()) {
        return fail(Code::invalid, "requested groups, uid or extra of a user without impersonating one");
    }
    const Attributes what{.verb = "impersonate", .resource = "users", .name = named.username};
    if (auto decision = authorize(real, what); !decision.allowed) {
        return fail(Code::invalid, std::move(decision.message));
    }
    add_implied_groups(named);
    return named;
}

}  // namespace hooklet::identity

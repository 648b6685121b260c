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
constexpr std::string_view account_prefix = "system:serviceaccount:";

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
    const std::string_view user = identity.username;
    if (identity.groups.empty() && user.starts_with(account_prefix)) {
        const std::string_view rest = user.substr(account_prefix.size());
        identity.groups = {"system:serviceaccounts",
                           "system:serviceaccounts:" + std::string(rest.substr(0, rest.find(':')))};
    }
    const std::string_view last = user == anonymous().username ? unauthenticated_group : authenticated_group;
    if (!identity.in_group(authenticated_group) && !identity.in_group(unauthenticated_group)) {
        identity.groups.emplace_back(last);
    }
}

/// To be that user, or that service account.
Attributes impersonation_of(const std::string& user) {
    Attributes what{.verb = "impersonate", .resource = "users", .name = user};
    if (!user.starts_with(account_prefix)) return what;
    const std::string rest = user.substr(account_prefix.size());
    const std::size_t colon = rest.find(':');
    if (colon == std::string::npos || rest.find(':', colon + 1) != std::string::npos) return what;
    what.resource = "serviceaccounts";
    what.namespace_ = rest.substr(0, colon);
    what.name = rest.substr(colon + 1);
    return what;
}

/// Everything that has to be allowed.
std::vector<Attributes> impersonations(const Identity& named) {
    std::vector<Attributes> all{impersonation_of(named.username)};
    for (const std::string& group : named.groups)
        all.push_back({.verb = "impersonate", .resource = "groups", .name = group});
    for (const auto& [key, values] : named.extra) {
        for (const std::string& value : values) {
            all.push_back({.verb = "impersonate",
                           .group = "authentication.k8s.io",
                           .resource = "userextras",
                           .subresource = key,
                           .name = value});
        }
    }
    if (!named.uid.empty()) {
        all.push_back(
            {.verb = "impersonate", .group = "authentication.k8s.io", .resource = "uids", .name = named.uid});
    }
    return all;
}

}  // namespace

Result<Identity> impersonated(const Identity& real, const HttpServerRequest& request, const Roles& roles) {
    Identity named = named_in(request);
    if (named == Identity{}) return real;
    if (named.username.empty()) {
        return fail(Code::invalid, "requested groups, uid or extra of a user without impersonating one");
    }
    for (const Attributes& what : impersonations(named)) {
        Decision decision = authorize(real, what, roles);
        if (!decision.allowed) return fail(Code::invalid, std::move(decision.message));
    }
    add_implied_groups(named);
    return named;
}

}  // namespace hooklet::identity

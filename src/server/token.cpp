// SPDX-License-Identifier: Apache-2.0
#include "server/token.hpp"

#include "server/get.hpp"

#include <utility>

namespace hooklet::server {

namespace {

constexpr std::int64_t shortest_s = 600;
constexpr std::int64_t default_s = 3600;

TokenWish wish_of(const Target& target, const store::Object& account, const api::TokenRequest& request) {
    TokenWish wish{.namespace_ = target.namespace_,
                   .account = target.name,
                   .account_uid = account.uid,
                   .audiences = request.spec.audiences,
                   .seconds = request.spec.expirationSeconds.value_or(default_s)};
    if (request.spec.boundObjectRef && request.spec.boundObjectRef->kind == "Pod") {
        wish.pod = request.spec.boundObjectRef->name;
        wish.pod_uid = request.spec.boundObjectRef->uid;
    }
    return wish;
}

Answer<void> check(const api::TokenRequest& request) {
    const std::int64_t seconds = request.spec.expirationSeconds.value_or(default_s);
    if (seconds >= shortest_s) return {};
    return std::unexpected(status::invalid(
        "authentication.k8s.io", "TokenRequest", request.metadata.name,
        {api::issue::invalid_raw("spec.expirationSeconds", std::to_string(seconds),
                                 "may not specify a duration less than 10 minutes")}));
}

}  // namespace

Task<Answer<api::TokenRequest>> issue_token(Services services, TokenIssuer* issuer, Target target,
                                            api::TokenRequest request) {
    target.part.clear();
    const auto account = get(services, target);
    if (!account) co_return std::unexpected(account.error());
    if (auto legal = check(request); !legal) co_return std::unexpected(legal.error());
    TokenWish wish = wish_of(target, **account, request);
    auto issued = co_await issuer->issue(std::move(wish));
    if (!issued) co_return std::unexpected(status::internal(issued.error().text()));
    request.metadata.name = target.name;
    request.metadata.namespace_ = target.namespace_;
    request.metadata.uid = (*account)->uid;
    request.metadata.creationTimestamp = services.clock->wall();
    request.spec.audiences = std::move(issued->audiences);
    request.spec.expirationSeconds = request.spec.expirationSeconds.value_or(default_s);
    request.status.token = std::move(issued->token);
    request.status.expirationTimestamp = issued->expires;
    co_return request;
}

}  // namespace hooklet::server

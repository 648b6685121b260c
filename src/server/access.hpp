// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/api.hpp"
#include "ports/http_server.hpp"
#include "server/status.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace hooklet::server {

/// Who asks.
struct User {
    std::string name;  ///< `system:serviceaccount:NS:NAME`, `admin`
    std::string uid{};
    std::vector<std::string> groups{};
};

/// What somebody wants to do.
struct Access {
    std::string verb;             ///< `get`, `watch`, `deletecollection`; of other paths the HTTP method, in lower case
    ApiPath path{};               ///< Of resources.
    std::string plain_path{};  ///< Of anything else: `/version`; empty for resources.
};

struct Permission {
    bool allowed = false;
    std::string reason{};
};

/// Knows who asks and what they may do.
class Gatekeeper {
  public:
    virtual ~Gatekeeper() = default;
    /// 401 when the request does not prove who sends it; a request without any proof may be `system:anonymous`.
    virtual Task<Answer<User>> identify(HttpServerRequest request) = 0;
    virtual Task<Permission> permits(User user, Access access) = 0;
    /// Who the bearer of the token is, for one of the audiences (none: the API's own). Code::invalid when it
    /// is no such token.
    virtual Task<Result<User>> review(std::string token, std::vector<std::string> audiences) = 0;
};

/// What a token is asked for.
struct TokenWish {
    std::string namespace_;
    std::string account;
    std::string account_uid;
    std::vector<std::string> audiences;  ///< Empty: the API's own.
    std::int64_t seconds = 3600;
    std::string pod{};  ///< That it is bound to, if to any.
    std::string pod_uid{};
};
struct IssuedToken {
    std::string token;
    std::vector<std::string> audiences;
    WallTime expires;
};
/// Makes tokens of service accounts.
class TokenIssuer {
  public:
    virtual ~TokenIssuer() = default;
    virtual Task<Result<IssuedToken>> issue(TokenWish wish) = 0;
};

/// One request for what runs in a Pod.
struct PodStreamRequest {
    std::string namespace_;
    std::string name;
    std::string subresource;  ///< `log`, `exec`, `attach`, `portforward`, `proxy`
    std::string rest{};       ///< proxy: the path behind it.
};
/// Logs and streams of Pods.
class PodStreams {
  public:
    virtual ~PodStreams() = default;
    /// Answers the exchange, also where there is no such Pod. Its query is in the exchange's target.
    virtual Task<void> serve(HttpExchange* exchange, PodStreamRequest request) = 0;
};

}  // namespace hooklet::server

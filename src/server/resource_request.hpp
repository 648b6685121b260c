// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/manifest.hpp"
#include "identity/default_roles.hpp"
#include "ports/http_server.hpp"
#include "server/access.hpp"
#include "server/decoding.hpp"
#include "server/pod_streams.hpp"
#include "server/rendering.hpp"
#include "server/request_path.hpp"
#include "server/services.hpp"

namespace hooklet::server {

/// What requests are answered with, beside the verbs' services. Everything outlives them.
struct Helpers {
    Services services;
    api::DocumentParser yaml;
    const identity::Authenticator* authenticator = nullptr;  ///< nullptr: everybody is the administrator.
    PodStreams* streams = nullptr;                           ///< nullptr: there are none (404).
    /// Told of a request that met a mistake of ours; it gets status 500, and the others go on.
    std::function<void(const std::string&)> on_bug{};
    identity::RoleSource* role_source = nullptr;  ///< nullptr: the default roles, and nobody has others.

    /// As they are now; good until the next call.
    [[nodiscard]] const identity::Roles& roles() const {
        return role_source == nullptr ? identity::default_roles() : role_source->roles();
    }
};

/// A request for objects, as far as its line says what it is.
struct ResourceRequest {
    HttpExchange* exchange = nullptr;
    Query query;
    Target target;
    std::size_t length = 0;  ///< The segments of its path up to the subresource.
    std::string verb;  ///< `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`
    identity::Identity user{};
    Rendering rendering{};

    [[nodiscard]] const HttpServerRequest& http() const { return exchange->request(); }
};

/// Finds out what a request wants. 404 for resources that there are not, 405 for verbs that they have not.
/// The exchange is left for the caller.
Answer<ResourceRequest> read_resource_request(const HttpServerRequest& http, const RequestPath& request,
                                              const ResourcePath& path);
/// The same for those who decide what is allowed.
identity::Attributes attributes_of(const ResourceRequest& request);

/// The object of that kind in its body, with its defaults. 415 and 400 for what is none.
Answer<DecodedObject> read_object(const Helpers& helpers, const ResourceRequest& request,
                                  const kinds::Kind& kind, FieldValidation validation);

/// Whether it is answered by a stream of bytes that its client ends: exec, log, proxy and their like.
bool is_stream(const ResourceRequest& request);

/// Answers it.
Task<void> serve(Helpers helpers, ResourceRequest request);

}  // namespace hooklet::server

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/api.hpp"
#include "server/services.hpp"

namespace hooklet::server {

/// The API for those who live in the server's own process: the same verbs and rules, without HTTP and without
/// asking who it is. Unknown fields are ignored.
class LocalApi final : public Api {
  public:
    explicit LocalApi(Services services) : services_(services) {}

    Task<Result<api::Node>> get(ApiPath path, Call call) override;
    Task<Result<ApiList>> list(ApiSelection selection, Call call) override;
    Task<Result<std::unique_ptr<ApiWatch>>> watch(ApiSelection selection, std::string resource_version,
                                                  Call call) override;
    /// Of subresources, `binding` of a Pod is created, which returns the Pod, and `token` of a service
    /// account.
    Task<Result<api::Node>> create(ApiPath path, api::Node object, Call call) override;
    Task<Result<api::Node>> update(ApiPath path, api::Node object, Call call) override;
    Task<Result<api::Node>> patch(ApiPath path, ApiPatchType type, api::Node patch, Call call) override;
    Task<Result<api::Node>> remove(ApiPath path, ApiDelete options, Call call) override;

  private:
    Services services_;
};

}  // namespace hooklet::server

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/node.hpp"
#include "base/error.hpp"
#include "base/task.hpp"
#include "ports/call.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hooklet {

/// Names an object of a Kubernetes API, or one of its subresources.
struct ApiPath {
    std::string group;          ///< Empty for core.
    std::string version;        ///< `v1`
    std::string resource;       ///< `pods`
    std::string namespace_;     ///< Empty for objects of the whole cluster, and in lists for all namespaces.
    std::string name;           ///< Empty in lists and in create() with a generateName.
    std::string subresource{};  ///< `status`, `token`; empty for the object itself.
};

/// Which objects a list or a watch is about; selectors in their text form.
struct ApiSelection {
    ApiPath path;
    std::string label_selector{};
    std::string field_selector{};
};

struct ApiList {
    std::string resource_version;  ///< To watch from.
    std::vector<api::Node> items;
};

enum class ApiEventType : std::uint8_t { added, modified, deleted, bookmark };

struct ApiEvent {
    ApiEventType type = ApiEventType::bookmark;
    api::Node object;  ///< With a bookmark, only metadata.resourceVersion.
};

/// An open watch; its destructor ends it.
class ApiWatch {
  public:
    virtual ~ApiWatch() = default;
    /// The next event. Code::expired: list again and watch from there. Code::unavailable: the server has
    /// gone; watch again from the last resourceVersion. Code::deadline or the token's reason: nothing came.
    virtual Task<Result<ApiEvent>> next(Call call) = 0;
};

enum class ApiPatchType : std::uint8_t { json, merge, strategic };

struct ApiDelete {
    std::optional<std::int64_t> grace_s{};  ///< Pods only; 0 removes at once.
    std::string uid{};                      ///< Precondition; empty: any.
    std::string resource_version{};         ///< Precondition; empty: any.
};

/// A Kubernetes API as the node agent and the controllers see it: this process's own server, or another's
/// over HTTPS. Objects are documents in their JSON form, with kind and apiVersion. Errors: not_found,
/// already_exists, conflict (changed meanwhile, or a precondition), invalid, expired, unavailable, deadline,
/// cancelled, internal; messages are those of the API's Status.
class Api {
  public:
    virtual ~Api() = default;
    virtual Task<Result<api::Node>> get(ApiPath path, Call call) = 0;
    virtual Task<Result<ApiList>> list(ApiSelection selection, Call call) = 0;
    /// What happens after `resource_version`; empty: what is there as added, and then what happens.
    virtual Task<Result<std::unique_ptr<ApiWatch>>> watch(ApiSelection selection,
                                                          std::string resource_version, Call call) = 0;
    /// Each write returns the object as it is then.
    virtual Task<Result<api::Node>> create(ApiPath path, api::Node object, Call call) = 0;
    /// Code::conflict when the object's resourceVersion or uid is not the stored one's; without them there is
    /// no condition.
    virtual Task<Result<api::Node>> update(ApiPath path, api::Node object, Call call) = 0;
    virtual Task<Result<api::Node>> patch(ApiPath path, ApiPatchType type, api::Node patch, Call call) = 0;
    virtual Task<Result<api::Node>> remove(ApiPath path, ApiDelete options, Call call) = 0;
};

}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "ports/call.hpp"

#include <compare>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace hooklet {

enum class ObjectKind : std::uint8_t { config_map, secret };

/// A ConfigMap or Secret by its name.
struct ObjectRef {
    ObjectKind kind = ObjectKind::config_map;
    std::string namespace_;
    std::string name;
    auto operator<=>(const ObjectRef&) const = default;
};

/// Code::not_found with the API's text: `configmap "x" not found`, `secret "x" not found`.
Error object_not_found(const ObjectRef& object);

/// Asks for a token that stands for the Pod's service account and ends with the Pod.
struct ServiceAccountTokenRequest {
    std::string namespace_;
    std::string service_account;
    std::string pod_name;
    std::string pod_uid;
    std::string audience;  ///< Empty: the API server itself.
    std::int64_t expiration_seconds = 3600;
    auto operator<=>(const ServiceAccountTokenRequest&) const = default;
};

struct ServiceAccountToken {
    std::string token;
    WallTime issued_at;
    WallTime expires_at;
};

/// Keeps a watch alive; destroying it ends the watch.
class ObjectWatch {
  public:
    /// The implementation's part; its destructor ends the watch.
    struct Handle {
        virtual ~Handle() = default;
    };
    ObjectWatch() = default;
    explicit ObjectWatch(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {}

  private:
    std::unique_ptr<Handle> handle_;
};

/// Where Pods' ConfigMaps, Secrets and tokens come from: files of a command line, or an API server.
class ObjectSource {
  public:
    virtual ~ObjectSource() = default;
    /// Fails with object_not_found(), unavailable, deadline or cancelled.
    virtual Task<Result<std::shared_ptr<const api::ConfigMap>>> config_map(std::string namespace_,
                                                                           std::string name, Call call) = 0;
    /// As config_map(). No error's text tells anything of a Secret's values.
    virtual Task<Result<std::shared_ptr<const api::Secret>>> secret(std::string namespace_, std::string name,
                                                                    Call call) = 0;
    virtual Task<Result<ServiceAccountToken>> service_account_token(ServiceAccountTokenRequest request,
                                                                    Call call) = 0;
    /// The handler that the RuntimeClass of this name has for the engine. Fails with not_found and the API's
    /// text, unavailable, deadline or cancelled.
    virtual Task<Result<std::string>> runtime_handler(std::string runtime_class, Call call) = 0;
    /// Calls `changed` from the loop whenever the object was made, changed or removed, and when changes may
    /// have been missed. What is read after that is at least as new.
    [[nodiscard]] virtual ObjectWatch watch(ObjectRef object, std::function<void()> changed) = 0;
};

}  // namespace hooklet

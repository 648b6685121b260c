// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "controllers/inventory.hpp"
#include "controllers/namespace_conditions.hpp"
#include "informer/control_loop.hpp"
#include "informer/informer.hpp"

#include <memory>
#include <optional>
#include <string>

namespace hooklet {

/// Ends namespaces that were deleted: first their Pods, each with its grace, then everything else, as Pods
/// need it until they are gone; then the namespace. Its conditions say what is left.
class NamespaceRemover {
  public:
    /// `contents`: all resources that lie in namespaces. `inventory`, which may know fewer, tells when
    /// something has gone; it is listened to here, and started by its owner.
    NamespaceRemover(Api* api, Clock* clock, Executor executor, Resources contents, Inventory* inventory);

    void on_error(std::function<void(const Error&)> listener) { loop_.on_error(std::move(listener)); }
    void start();
    Task<void> stop();

  private:
    using Object = std::shared_ptr<const api::Namespace>;

    Task<Status> remove_all(CancelToken cancel);
    Task<Status> remove(Object object, CancelToken cancel);
    Task<NamespaceRemains> clear(std::string namespace_, CancelToken cancel);
    Task<void> clear_resource(const Resource* resource, std::string namespace_, NamespaceRemains* remains,
                              CancelToken cancel);
    /// What it is after that; nullopt when it has gone.
    Task<Result<std::optional<api::ObjectMeta>>> remove_one(ApiPath path, api::ObjectMeta object,
                                                            CancelToken cancel);
    /// Writes the conditions when they have changed; the namespace as it is stored then.
    Task<Result<api::Namespace>> report(Object object, NamespaceRemains remains, CancelToken cancel);
    Task<Status> finalize(api::Namespace object, CancelToken cancel);
    [[nodiscard]] Call request(const CancelToken& cancel) const;

    Api* api_;
    Clock* clock_;
    Resources contents_;
    Informer<api::Namespace> namespaces_;
    ControlLoop loop_;
};

}  // namespace hooklet

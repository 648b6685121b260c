// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "informer/control_loop.hpp"
#include "informer/informer.hpp"

#include <string>

namespace hooklet {

/// Sees to it that each namespace has what Pods count on: the ServiceAccount `default`, and the ConfigMap
/// `kube-root-ca.crt` with the certificates by which the API is known.
class NamespaceFurnisher {
  public:
    /// `ca_certificates`: PEM.
    NamespaceFurnisher(Api* api, Clock* clock, Executor executor, std::string ca_certificates);

    void on_error(std::function<void(const Error&)> listener) { loop_.on_error(std::move(listener)); }
    void start();
    Task<void> stop();

  private:
    Task<Status> furnish_all(CancelToken cancel);
    Task<Status> furnish(std::string namespace_, Call call);

    Api* api_;
    Clock* clock_;
    std::string ca_certificates_;
    Informer<api::Namespace> namespaces_;
    Informer<api::ObjectMeta> accounts_;
    Informer<api::ConfigMap> certificates_;
    ControlLoop loop_;
};

}  // namespace hooklet

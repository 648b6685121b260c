// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "controllers/bootstrap.hpp"
#include "informer/control_loop.hpp"
#include "informer/informer.hpp"

namespace hooklet {

/// Sees to it that what bootstrap() has made is there again when somebody deletes it.
class Founder {
  public:
    Founder(Api* api, Clock* clock, const Executor& executor, ApiAddress address);

    void on_error(std::function<void(const Error&)> listener) { loop_.on_error(std::move(listener)); }
    void start();
    Task<void> stop();

  private:
    Api* api_;
    Clock* clock_;
    ApiAddress address_;
    Informer<api::ObjectMeta> namespaces_;
    Informer<api::ObjectMeta> priority_classes_;
    Informer<api::ObjectMeta> services_;
    Informer<api::ObjectMeta> endpoints_;
    Informer<api::ObjectMeta> slices_;
    ControlLoop loop_;
};

}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
#include "controllers/founder.hpp"

#include "controllers/resource.hpp"

namespace hooklet {

namespace {

ApiSelection of_the_api(const char* resource, const char* group = "") {
    return {{group, "v1", resource, "default"}, "", "metadata.name=kubernetes"};
}

}  // namespace

Founder::Founder(Api* api, Clock* clock, const Executor& executor, ApiAddress address)
    : api_(api),
      clock_(clock),
      address_(std::move(address)),
      namespaces_(api, clock, executor, {{"", "v1", "namespaces"}}),
      priority_classes_(api, clock, executor, {{"scheduling.k8s.io", "v1", "priorityclasses"}}),
      services_(api, clock, executor, of_the_api("services")),
      endpoints_(api, clock, executor, of_the_api("endpoints")),
      slices_(api, clock, executor, of_the_api("endpointslices", "discovery.k8s.io")),
      loop_(clock, executor, [this](CancelToken cancel) {
          return bootstrap(api_, address_, clock_->call_within(longest_request, std::move(cancel)));
      }) {
    const auto poke_when_gone = [this](const auto& /*before*/, const auto& now) {
        if (!now) loop_.poke();
    };
    namespaces_.listen(poke_when_gone);
    priority_classes_.listen(poke_when_gone);
    services_.listen(poke_when_gone);
    // They are the address of this process, whoever writes something else.
    const auto poke_when_other = [this](const auto& before, const auto& now) {
        if (before || !now) loop_.poke();
    };
    endpoints_.listen(poke_when_other);
    slices_.listen(poke_when_other);
}

void Founder::start() {
    loop_.start();
    namespaces_.start();
    priority_classes_.start();
    services_.start();
    endpoints_.start();
    slices_.start();
}

Task<void> Founder::stop() {
    co_await namespaces_.stop();
    co_await priority_classes_.stop();
    co_await services_.stop();
    co_await endpoints_.stop();
    co_await slices_.stop();
    co_await loop_.stop();
}

}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
#include "controllers/controllers.hpp"

#include "kinds/kind.hpp"

#include <algorithm>
#include <array>

namespace hooklet {

namespace {

/// What may own or be owned. Events and leases are written all the time, and neither.
Resources owning_resources() {
    Resources resources = stored_resources();
    std::erase_if(resources, [](const Resource& it) { return it.kind == "Event" || it.kind == "Lease"; });
    return resources;
}

Resources namespaced_resources() {
    Resources resources = stored_resources();
    std::erase_if(resources, [](const Resource& it) { return !it.namespaced; });
    return resources;
}

}  // namespace

Resources stored_resources() {
    constexpr std::array<std::string_view, 3> needed{"delete", "list", "watch"};
    Resources resources;
    for (const kinds::Kind& kind : kinds::all()) {
        const bool followed = std::ranges::all_of(needed, [&kind](std::string_view verb) {
            return std::ranges::find(kind.verbs, verb) != kind.verbs.end();
        });
        if (!followed || !kind.stored_as.empty()) continue;
        resources.push_back({kind.group, kind.version, kind.plural, kind.name, kind.namespaced});
    }
    return resources;
}

Controllers::Controllers(Api* api, Clock* clock, const Executor& executor, const TokenSigner* signer,
                         const std::string& ca_certificates, ApiAddress address)
    : inventory_(api, clock, executor, owning_resources()),
      founder_(api, clock, executor, std::move(address)),
      furnisher_(api, clock, executor, ca_certificates),
      tokens_(api, clock, executor, signer, ca_certificates),
      remover_(api, clock, executor, namespaced_resources(), &inventory_),
      collector_(api, clock, executor, &inventory_),
      quotas_(api, clock, executor, &inventory_),
      roles_(api, clock, executor),
      events_(api, clock, executor),
      scheduler_(api, clock, executor),
      taints_(api, clock, executor),
      endpoints_(api, clock, executor),
      disruptions_(api, clock, executor) {}

void Controllers::on_error(const std::function<void(const std::string&, const Error&)>& listener) {
    const auto of = [&listener](std::string controller) {
        return [listener, controller = std::move(controller)](const Error& error) {
            listener(controller, error);
        };
    };
    founder_.on_error(of("foundation"));
    furnisher_.on_error(of("namespaces"));
    tokens_.on_error(of("service account tokens"));
    remover_.on_error(of("namespace deletion"));
    collector_.on_error(of("garbage collection"));
    quotas_.on_error(of("resource quotas"));
    roles_.on_error(of("cluster roles"));
    events_.on_error(of("events"));
    scheduler_.on_error(of("scheduler"));
    taints_.on_error(of("taints"));
    endpoints_.on_error(of("endpoints"));
    disruptions_.on_error(of("disruption budgets"));
}

void Controllers::start() {
    inventory_.start();
    founder_.start();
    furnisher_.start();
    tokens_.start();
    remover_.start();
    collector_.start();
    quotas_.start();
    roles_.start();
    events_.start();
    scheduler_.start();
    taints_.start();
    endpoints_.start();
    disruptions_.start();
}

Task<void> Controllers::stop() {
    co_await disruptions_.stop();
    co_await endpoints_.stop();
    co_await taints_.stop();
    co_await scheduler_.stop();
    co_await events_.stop();
    co_await roles_.stop();
    co_await quotas_.stop();
    co_await collector_.stop();
    co_await remover_.stop();
    co_await tokens_.stop();
    co_await furnisher_.stop();
    co_await founder_.stop();
    co_await inventory_.stop();
}

}  // namespace hooklet

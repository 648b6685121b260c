// SPDX-License-Identifier: Apache-2.0
#include "controllers/endpoints_keeper.hpp"

#include "controllers/resource.hpp"

#include <algorithm>
#include <utility>

namespace hooklet {

namespace {

constexpr const char* slices_group = "discovery.k8s.io";

/// It was made, or is gone, already, or goes with its namespace: the next look will show what is to be done.
template <class T>
Status kept(const Result<T>& written) {
    if (written) return {};
    const Code code = written.error().code;
    if (code == Code::already_exists || code == Code::not_found) return {};
    if (written.error().text().contains("because it is being terminated")) return {};
    return std::unexpected(written.error());
}

}  // namespace

EndpointsKeeper::EndpointsKeeper(Api* api, Clock* clock, const Executor& executor)
    : api_(api),
      clock_(clock),
      services_(api, clock, executor, {{"", "v1", "services"}}),
      pods_(api, clock, executor, {{"", "v1", "pods"}}),
      endpoints_(api, clock, executor, {{"", "v1", "endpoints"}}),
      slices_(api, clock, executor, {{slices_group, "v1", "endpointslices"}}),
      loop_(clock, executor, [this](CancelToken cancel) { return keep_all(std::move(cancel)); }) {
    const auto poke = [this](const auto&, const auto&) { loop_.poke(); };
    const auto synced = [this] { loop_.poke(); };
    services_.listen(
        [this](const ServicePtr& before, const ServicePtr& now) {
            const api::ObjectMeta& metadata = (now ? now : before)->metadata;
            const ObjectName name{metadata.namespace_, metadata.name};
            if (now) gone_.erase(name);
            if (!now) gone_.insert(name);
            loop_.poke();
        },
        synced);
    pods_.listen(
        [this](const auto& before, const auto& now) {
            if (has_targets_in((now ? now : before)->metadata.namespace_)) loop_.poke();
        },
        synced);
    endpoints_.listen(poke, synced);
    slices_.listen(poke, synced);
}

void EndpointsKeeper::start() {
    loop_.start();
    services_.start();
    endpoints_.start();
    slices_.start();
}

Task<void> EndpointsKeeper::stop() {
    co_await services_.stop();
    co_await endpoints_.stop();
    co_await slices_.stop();
    co_await loop_.stop();  // which may start to listen
    co_await pods_.stop();
}

bool EndpointsKeeper::has_targets_in(const std::string& namespace_) const {
    const auto& all = services_.objects();
    for (auto it = all.lower_bound({namespace_, ""}); it != all.end(); ++it) {
        if (it->first.namespace_ != namespace_) return false;
        if (has_targets(*it->second)) return true;
    }
    return false;
}

std::vector<EndpointWrite> EndpointsKeeper::writes(const std::set<ObjectName>& gone) {
    const bool needs_pods =
        std::ranges::any_of(services_.objects(), [](const auto& one) { return has_targets(*one.second); });
    if (needs_pods && !std::exchange(listening_, true)) pods_.start();
    const EndpointObjects known{&services_.objects(), &endpoints_.objects(), &slices_.objects(),
                                pods_.synced() ? &pods_.objects() : nullptr};
    return endpoint_writes(known, gone);
}

Task<Status> EndpointsKeeper::keep_all(CancelToken cancel) {
    if (!services_.synced() || !endpoints_.synced() || !slices_.synced()) co_return Status{};
    std::set<ObjectName> gone = std::exchange(gone_, {});
    std::vector<EndpointWrite> all = writes(gone);
    Status result;
    for (EndpointWrite& write : all) {
        const Status one = co_await carry_out(std::move(write), clock_->call_within(longest_request, cancel));
        if (!one) result = one;
    }
    if (!result) gone_.merge(gone);
    co_return result;
}

Task<Status> EndpointsKeeper::carry_out(EndpointWrite write, Call call) {
    if (write.what == EndpointWrite::What::remove) {
        const ApiDelete this_one{.grace_s = {}, .uid = write.uid, .resource_version = {}};
        co_return kept(co_await api_->remove(write.path, this_one, call));
    }
    if (write.what == EndpointWrite::What::create)
        co_return kept(co_await api_->create(write.path, std::move(write.object), call));
    co_return kept(co_await api_->update(write.path, std::move(write.object), call));
}

}  // namespace hooklet

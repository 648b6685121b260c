// SPDX-License-Identifier: Apache-2.0
#include "controllers/endpoints_keeper.hpp"

#include "controllers/resource.hpp"

#include <algorithm>
#include <utility>

namespace hooklet {

namespace {

constexpr const char* slices_group = "discovery.k8s.io";

ApiPath endpoints_path(const api::ObjectMeta& metadata) {
    return {"", "v1", "endpoints", metadata.namespace_, metadata.name};
}

ApiPath slice_path(const api::ObjectMeta& metadata) {
    return {slices_group, "v1", "endpointslices", metadata.namespace_, metadata.name};
}

bool has_label(const api::ObjectMeta& metadata, const char* key, std::string_view value) {
    const auto found = metadata.labels.find(key);
    return found != metadata.labels.end() && found->second == value;
}

/// What the slice is of by its label.
ObjectName service_of(const api::EndpointSlice& slice) {
    const auto label = slice.metadata.labels.find(slice_service_label);
    return {slice.metadata.namespace_, label == slice.metadata.labels.end() ? "" : label->second};
}

bool is_own(const api::EndpointSlice& slice) {
    return has_label(slice.metadata, slice_managed_by, slice_manager);
}

bool same_content(const api::EndpointSlice& a, const api::EndpointSlice& b) {
    return a.endpoints == b.endpoints && a.ports == b.ports && a.metadata.labels == b.metadata.labels &&
           a.metadata.ownerReferences == b.metadata.ownerReferences;
}

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

PodPointers EndpointsKeeper::pods_in(const std::string& namespace_) const {
    PodPointers found;
    const auto& all = pods_.objects();
    for (auto it = all.lower_bound({namespace_, ""}); it != all.end(); ++it) {
        if (it->first.namespace_ != namespace_) break;
        found.push_back(it->second);
    }
    return found;
}

std::vector<EndpointsKeeper::SlicePtr> EndpointsKeeper::slices_with(const ObjectName& service) const {
    std::vector<SlicePtr> found;
    for (const auto& [name, slice] : slices_.objects()) {
        if (is_own(*slice) && service_of(*slice) == service) found.push_back(slice);
    }
    return found;
}

Task<Status> EndpointsKeeper::keep_all(CancelToken cancel) {
    if (!services_.synced() || !endpoints_.synced() || !slices_.synced()) co_return Status{};
    std::vector<ServicePtr> services;
    for (const auto& [name, service] : services_.objects()) {
        if (has_targets(*service)) services.push_back(service);
    }
    Status all = co_await remove_leftovers(cancel);
    if (services.empty()) co_return all;
    if (!std::exchange(listening_, true)) pods_.start();
    if (!pods_.synced()) co_return all;
    for (const ServicePtr& service : services) {
        const Call call = clock_->call_within(longest_request, cancel);
        Status one = co_await keep_endpoints(service, call);
        if (one) one = co_await keep_slices(service, call);
        if (!one) all = one;
    }
    co_return all;
}

Task<Status> EndpointsKeeper::keep_endpoints(ServicePtr service, Call call) {
    const api::ObjectMeta& metadata = service->metadata;
    api::Endpoints wanted = endpoints_of(*service, pods_in(metadata.namespace_));
    const ApiPath path = endpoints_path(metadata);
    const auto known = endpoints_.find({metadata.namespace_, metadata.name});
    if (!known) {
        api::Node made = api::encode(wanted);
        co_return kept(co_await api_->create(path, std::move(made), call));
    }
    if (known->subsets == wanted.subsets && known->metadata.labels == wanted.metadata.labels)
        co_return Status{};
    api::Endpoints right = *known;
    right.kind = wanted.kind;
    right.apiVersion = wanted.apiVersion;
    right.subsets = wanted.subsets;
    right.metadata.labels = wanted.metadata.labels;
    api::Node changed = api::encode(right);
    co_return kept(co_await api_->update(path, std::move(changed), call));
}

Task<Status> EndpointsKeeper::keep_slices(ServicePtr service, Call call) {
    const api::ObjectMeta& metadata = service->metadata;
    std::set<std::string> names;
    std::vector<api::EndpointSlice> wanted = slices_of(*service, pods_in(metadata.namespace_));
    for (const api::EndpointSlice& slice : wanted) names.insert(slice.metadata.name);
    const std::vector<SlicePtr> before = slices_with({metadata.namespace_, metadata.name});
    for (const api::EndpointSlice& slice : wanted) {
        const Status written = co_await keep_slice(slice, call);
        if (!written) co_return written;
    }
    for (const SlicePtr& slice : before) {
        if (names.contains(slice->metadata.name)) continue;
        const ApiDelete this_one{.grace_s = {}, .uid = slice->metadata.uid, .resource_version = {}};
        const Status removed = kept(co_await api_->remove(slice_path(slice->metadata), this_one, call));
        if (!removed) co_return removed;
    }
    co_return Status{};
}

Task<Status> EndpointsKeeper::keep_slice(api::EndpointSlice wanted, Call call) {
    const ApiPath path = slice_path(wanted.metadata);
    const auto known = slices_.find({wanted.metadata.namespace_, wanted.metadata.name});
    if (known && same_content(*known, wanted)) co_return Status{};
    if (!known) {
        api::Node made = api::encode(wanted);
        co_return kept(co_await api_->create(path, std::move(made), call));
    }
    api::EndpointSlice right = *known;
    right.kind = wanted.kind;
    right.apiVersion = wanted.apiVersion;
    right.endpoints = wanted.endpoints;
    right.ports = wanted.ports;
    right.metadata.labels = wanted.metadata.labels;
    right.metadata.ownerReferences = wanted.metadata.ownerReferences;
    api::Node changed = api::encode(right);
    co_return kept(co_await api_->update(path, std::move(changed), call));
}

Task<Status> EndpointsKeeper::remove_leftovers(CancelToken cancel) {
    std::set<ObjectName> gone = std::exchange(gone_, {});
    std::vector<std::pair<ApiPath, std::string>> leftovers;  // with their uid
    for (const auto& [name, it] : endpoints_.objects()) {
        const bool own = has_label(it->metadata, endpoints_managed_by, endpoints_manager);
        if (!services_.find(name) && (own || gone.contains(name)))
            leftovers.emplace_back(endpoints_path(it->metadata), it->metadata.uid);
    }
    for (const auto& [name, it] : slices_.objects()) {
        if (is_own(*it) && !services_.find(service_of(*it)))
            leftovers.emplace_back(slice_path(it->metadata), it->metadata.uid);
    }
    Status all;
    for (const auto& [path, uid] : leftovers) {
        const Call call = clock_->call_within(longest_request, cancel);
        const ApiDelete this_one{.grace_s = {}, .uid = uid, .resource_version = {}};
        const Status removed = kept(co_await api_->remove(path, this_one, call));
        if (!removed) all = removed;
    }
    if (!all) gone_.merge(gone);
    co_return all;
}

}  // namespace hooklet

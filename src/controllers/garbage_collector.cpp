// SPDX-License-Identifier: Apache-2.0
#include "controllers/garbage_collector.hpp"

#include "controllers/event.hpp"
#include "informer/document.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace hooklet {

namespace {

constexpr const char* collector_name = "garbage-collector-controller";

api::Event misplaced_event(const MisplacedOwner& owner, WallTime now) {
    const api::ObjectMeta& object = *owner.item.metadata;
    const api::OwnerReference& reference = owner.reference;
    api::Event event = event_about(*owner.item.resource, object, collector_name, now);
    event.type = "Warning";
    event.reason = "OwnerRefInvalidNamespace";
    event.action = "GarbageCollection";
    event.message =
        fmt::format("ownerRef [{}/{}, namespace: {}, name: {}, uid: {}] does not exist in namespace \"{}\"",
                    reference.apiVersion, reference.kind, object.namespace_, reference.name, reference.uid,
                    object.namespace_);
    return event;
}

/// Metadata that replaces a list of the object as it was seen, and only as that.
api::Node metadata_patch(const api::ObjectMeta& seen, const char* list, api::Node::Array items) {
    api::Node metadata = api::Node::object();
    metadata.set("uid", api::Node(seen.uid));
    metadata.set("resourceVersion", api::Node(seen.resourceVersion));
    metadata.set(list, api::Node(std::move(items)));
    api::Node patch = api::Node::object();
    patch.set("metadata", std::move(metadata));
    return patch;
}

api::Node owners_patch(const OwnershipStep& step) {
    api::Node::Array owners;
    for (const api::OwnerReference& reference : step.owners) owners.push_back(api::encode(reference));
    return metadata_patch(*step.item.metadata, "ownerReferences", std::move(owners));
}

api::Node finalizers_patch(const OwnershipStep& step) {
    api::Node::Array finalizers;
    for (const std::string& name : step.item.metadata->finalizers) {
        if (name != step.finalizer) finalizers.emplace_back(name);
    }
    return metadata_patch(*step.item.metadata, "finalizers", std::move(finalizers));
}

}  // namespace

GarbageCollector::GarbageCollector(Api* api, Clock* clock, Executor executor, Inventory* inventory)
    : api_(api),
      clock_(clock),
      inventory_(inventory),
      loop_(clock, std::move(executor), [this](CancelToken cancel) { return collect(std::move(cancel)); }) {
    // Looking costs little: the API is only asked when an owner is missing.
    inventory_->listen([this](const Item&, bool) { loop_.poke(); }, [this] { loop_.poke(); });
}

Call GarbageCollector::request(const CancelToken& cancel) const {
    return clock_->call_within(longest_request, cancel);
}

Task<Status> GarbageCollector::collect(CancelToken cancel) {
    if (!inventory_->synced()) co_return Status{};
    co_await tell_misplaced(cancel);
    const auto absent = co_await absent_owners(cancel);
    if (!absent) co_return std::unexpected(absent.error());
    Status all;
    for (const OwnershipStep& step : plan_ownership(inventory_->items(), *absent)) {
        const Status one = co_await perform(step, cancel);
        if (!one) all = one;
    }
    co_return all;
}

Task<void> GarbageCollector::tell_misplaced(CancelToken cancel) {
    std::erase_if(told_, [this](const auto& told) { return !inventory_->items().contains(told.first); });
    for (const MisplacedOwner& owner : misplaced_owners(inventory_->items())) {
        const bool first = told_.emplace(owner.item.metadata->uid, owner.reference.uid).second;
        if (!first) continue;
        api::Event event = misplaced_event(owner, clock_->wall());
        co_await record_event(api_, std::move(event), request(cancel));
    }
}

Task<Result<AbsentOwners>> GarbageCollector::absent_owners(CancelToken cancel) {
    AbsentOwners absent;
    for (const MissingOwner& owner : missing_owners(inventory_->items())) {
        const auto gone = co_await is_absent(owner, cancel);
        if (!gone) co_return std::unexpected(gone.error());
        if (*gone) absent.emplace(owner.namespace_, owner.reference.uid);
    }
    co_return absent;
}

Task<Result<bool>> GarbageCollector::is_absent(MissingOwner owner, CancelToken cancel) {
    const api::OwnerReference& reference = owner.reference;
    const Resource* resource = inventory_->resource_of(reference.apiVersion, reference.kind);
    const bool reachable = resource != nullptr && (!resource->namespaced || !owner.namespace_.empty());
    if (!reachable) co_return false;
    const ApiPath path = resource->path(resource->namespaced ? owner.namespace_ : "", reference.name);
    const auto found = co_await api_->get(path, request(cancel));
    if (found) co_return metadata_of(*found).uid != reference.uid;
    if (found.error().code == Code::not_found) co_return true;
    co_return std::unexpected(found.error());
}

Task<Status> GarbageCollector::perform(OwnershipStep step, CancelToken cancel) {
    const ApiPath path = step.item.path();
    Result<api::Node> done;
    if (step.type == OwnershipStep::Type::remove) {
        const ApiDelete options{.uid = step.item.metadata->uid,
                                .resource_version = step.item.metadata->resourceVersion};
        done = co_await api_->remove(path, options, request(cancel));
    } else {
        api::Node patch =
            step.type == OwnershipStep::Type::set_owners ? owners_patch(step) : finalizers_patch(step);
        done = co_await api_->patch(path, ApiPatchType::merge, std::move(patch), request(cancel));
    }
    if (done || done.error().code == Code::not_found) co_return Status{};
    co_return std::unexpected(done.error());
}

}  // namespace hooklet

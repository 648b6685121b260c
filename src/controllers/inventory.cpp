// SPDX-License-Identifier: Apache-2.0
#include "controllers/inventory.hpp"

#include <algorithm>

namespace hooklet {

Inventory::Inventory(Api* api, Clock* clock, Executor executor, Resources resources)
    : resources_(std::move(resources)) {
    for (const Resource& resource : resources_) {
        auto& informer = informers_.emplace_back(
            std::make_unique<Informer<api::ObjectMeta>>(api, clock, executor, ApiSelection{resource.path()}));
        informer->listen(
            [this, &resource](const Meta& before, const Meta& now) { changed(&resource, before, now); },
            [this] {
                for (const auto& told : on_synced_) told();
            });
    }
}

void Inventory::listen(Listener changed, std::function<void()> synced) {
    listeners_.push_back(std::move(changed));
    on_synced_.push_back(std::move(synced));
}

void Inventory::start() {
    for (const auto& informer : informers_) informer->start();
}

Task<void> Inventory::stop() {
    for (const auto& informer : informers_) co_await informer->stop();
}

bool Inventory::synced() const {
    return std::ranges::all_of(informers_, [](const auto& informer) { return informer->synced(); });
}

const Resource* Inventory::resource_of(const std::string& api_version, const std::string& kind) const {
    const auto found = std::ranges::find_if(resources_, [&](const Resource& resource) {
        return resource.kind == kind && resource.api_version() == api_version;
    });
    return found == resources_.end() ? nullptr : &*found;
}

void Inventory::changed(const Resource* resource, const Meta& before, const Meta& now) {
    // An object of the same name may be another one.
    if (before && (!now || before->uid != now->uid)) {
        items_.erase(before->uid);
        const Item gone{resource, before};
        for (const Listener& told : listeners_) told(gone, true);
    }
    if (!now) return;
    const Item item{resource, now};
    items_[now->uid] = item;
    for (const Listener& told : listeners_) told(item, false);
}

}  // namespace hooklet

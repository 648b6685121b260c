// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "controllers/resource.hpp"
#include "informer/informer.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace hooklet {

/// One object that is there.
struct Item {
    const Resource* resource = nullptr;
    std::shared_ptr<const api::ObjectMeta> metadata;

    [[nodiscard]] ApiPath path() const { return resource->path(metadata->namespace_, metadata->name); }
};

/// What there is of many resources: the metadata of every object, kept up to date.
class Inventory {
  public:
    /// `gone`: this is the last that was seen of it.
    using Listener = std::function<void(const Item& item, bool gone)>;

    Inventory(Api* api, Clock* clock, Executor executor, Resources resources);

    /// Before start(). `synced` is called whenever a resource has been listed.
    void listen(Listener changed, std::function<void()> synced);
    void start();
    Task<void> stop();

    /// Whether everything has been listed once.
    [[nodiscard]] bool synced() const;
    [[nodiscard]] const Resources& resources() const { return resources_; }
    /// nullptr when it is none of resources().
    [[nodiscard]] const Resource* resource_of(const std::string& api_version, const std::string& kind) const;
    /// By uid.
    [[nodiscard]] const std::map<std::string, Item>& items() const { return items_; }

  private:
    using Meta = std::shared_ptr<const api::ObjectMeta>;
    void changed(const Resource* resource, const Meta& before, const Meta& now);

    Resources resources_;
    std::vector<std::unique_ptr<Informer<api::ObjectMeta>>> informers_;
    std::map<std::string, Item> items_;
    std::vector<Listener> listeners_;
    std::vector<std::function<void()>> on_synced_;
};

}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "informer/document.hpp"
#include "informer/reflector.hpp"

#include <compare>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace hooklet {

struct ObjectName {
    std::string namespace_;  ///< Empty for objects of the whole cluster.
    std::string name;
    auto operator<=>(const ObjectName&) const = default;
};

/// What is known of a selection of the API's objects, kept up to date. T is a type of the schema, or
/// api::ObjectMeta when nothing else of the objects matters.
template <class T>
class Informer final : Reflector::Sink {
  public:
    using Object = std::shared_ptr<const T>;
    using Objects = std::map<ObjectName, Object>;
    /// No `before`: it is new. No `now`: it is gone. Called after the cache has it.
    using Listener = std::function<void(const Object& before, const Object& now)>;

    Informer(Api* api, Clock* clock, Executor executor, ApiSelection selection)
        : reflector_(api, clock, std::move(executor), std::move(selection), this) {}

    /// Before start(). `synced` is called after every list, when the changes that it brought have been told.
    void listen(Listener changed, std::function<void()> synced = nullptr) {
        changed_ = std::move(changed);
        on_synced_ = std::move(synced);
    }
    void start() { reflector_.start(); }
    [[nodiscard]] Task<void> stop() { return reflector_.stop(); }

    /// Whether the objects have been listed once; before that, what is not known may be there all the same.
    [[nodiscard]] bool synced() const { return synced_; }
    [[nodiscard]] const Objects& objects() const { return objects_; }
    /// nullptr when there is no such object.
    [[nodiscard]] Object find(const ObjectName& name) const {
        const auto found = objects_.find(name);
        return found == objects_.end() ? nullptr : found->second;
    }

  private:
    static Object read(const api::Node& document) {
        if constexpr (std::is_same_v<T, api::ObjectMeta>) {
            return std::make_shared<const T>(metadata_of(document));
        } else {
            return std::make_shared<const T>(read_as<T>(document));
        }
    }
    static const api::ObjectMeta& metadata(const Object& object) {
        if constexpr (std::is_same_v<T, api::ObjectMeta>) {
            return *object;
        } else {
            return object->metadata;
        }
    }
    static ObjectName name_of(const Object& object) {
        return {metadata(object).namespace_, metadata(object).name};
    }

    void replace(std::vector<api::Node> documents) override {
        Objects left = objects_;
        for (const api::Node& document : documents) {
            Object now = read(document);
            left.erase(name_of(now));
            update(std::move(now));
        }
        for (const auto& [name, object] : left) forget(name);
        synced_ = true;
        if (on_synced_) on_synced_();
    }
    void put(api::Node document) override { update(read(document)); }
    void erase(api::Node document) override { forget(name_of(read(document))); }

    void update(Object now) {
        Object& known = objects_[name_of(now)];
        if (known && metadata(known).resourceVersion == metadata(now).resourceVersion) return;
        const Object before = std::exchange(known, now);
        if (changed_) changed_(before, now);
    }
    void forget(const ObjectName& name) {
        const auto known = objects_.extract(name);
        if (known && changed_) changed_(known.mapped(), nullptr);
    }

    Reflector reflector_;
    Objects objects_;
    Listener changed_;
    std::function<void()> on_synced_;
    bool synced_ = false;
};

}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/json.hpp"
#include "store/object_store.hpp"
#include "support/sim_loop.hpp"
#include "support/sim_object_storage.hpp"

#include <string>
#include <string_view>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace hooklet::store {

/// A Pod's content with the labels that tests select by, and something to change.
inline api::Node pod(std::string_view name, std::string_view app = "a", int version = 0) {
    return api::parse_json(fmt::format(R"({{"kind":"Pod","metadata":{{"name":"{}","labels":{{"app":"{}"}}}},)"
                                       R"("version":{}}})",
                                       name, app, version))
        .value();
}

inline ObjectKey pod_key(std::string name, std::string namespace_ = "default") {
    return {"pods", std::move(namespace_), std::move(name)};
}

inline Predicate with_app(std::string app) {
    return [app = std::move(app)](const Object& object) {
        const std::string* label = object.label("app");
        return label != nullptr && *label == app;
    };
}

/// `ADDED default/a@2`
inline std::string text(const WatchEvent& event) {
    const std::string place = event.object ? place_of(event.object->key) : "";
    return fmt::format("{} {}@{}", name(event.type), place, event.revision);
}

/// A store on virtual time over a simulated disk.
struct StoreTest : testing::Test {
    StoreTest() { start({}); }
    ~StoreTest() override { loop.run(objects->stop()); }

    /// A store on what is on disk.
    void start(StoreOptions options) {
        if (objects) loop.run(objects->stop());
        objects = std::make_unique<ObjectStore>(&storage, &loop.clock(), loop.executor(), std::move(options));
        const Status loaded = loop.run(objects->load());
        ASSERT_TRUE(loaded) << loaded.error().text();
    }
    Call within(Duration limit) { return loop.clock().call_within(limit); }
    Result<ObjectPtr> create(const std::string& name, std::string_view app = "a",
                             const std::string& namespace_ = "default") {
        return loop.run(objects->create(pod_key(name, namespace_), pod(name, app)));
    }
    Result<ObjectPtr> change(const std::string& name, int version, std::string_view app = "a") {
        return loop.run(objects->update(pod_key(name), pod(name, app, version)));
    }
    Result<ObjectPtr> remove(const std::string& name) { return loop.run(objects->remove(pod_key(name), {})); }
    Result<Page> list(ListQuery query) {
        query.selection.resource = "pods";
        return loop.run(objects->list(std::move(query), within(std::chrono::seconds{3})));
    }
    /// `default/a@2 default/b@3 of 7`
    std::string listed(ListQuery query) {
        const auto page = list(std::move(query));
        if (!page) return page.error().text();
        std::string out;
        for (const ObjectPtr& object : page->objects) {
            out += fmt::format("{}@{} ", place_of(object->key), object->revision);
        }
        return out + fmt::format("of {}", page->revision);
    }
    std::unique_ptr<Watch> watch(std::optional<Revision> from, Predicate predicate = nullptr) {
        return objects->watch({"pods", "", "", std::move(predicate)}, from).value();
    }
    /// The watch's next event, or its failure; waits a second for one.
    std::string next(Watch& watch) {
        const auto event = loop.run(watch.next(within(std::chrono::seconds{1})));
        return event ? text(*event) : event.error().text();
    }

    sim::SimLoop loop;
    sim::History history{&loop.clock()};
    sim::FaultInjector faults{{}, sim::SimRandom(1), &loop.clock(), &history};
    sim::SimObjectStorage storage{&loop.clock(), sim::SimRandom(2), &faults};
    std::unique_ptr<ObjectStore> objects;
};

}  // namespace hooklet::store

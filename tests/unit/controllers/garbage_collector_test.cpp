// SPDX-License-Identifier: Apache-2.0
#include "controllers/garbage_collector.hpp"

#include "controllers/controllers.hpp"
#include "support/api_world.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet {
namespace {

using std::chrono::seconds;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

struct GarbageCollectorTest : testing::Test, sim::ApiWorld {
    GarbageCollectorTest() {
        add_namespace("default");
        add_namespace("other");
        collector.on_error([this](const Error& error) { errors.push_back(error.text()); });
    }
    ~GarbageCollectorTest() override {
        loop.run(collector.stop());
        loop.run(inventory.stop());
    }
    void start() {
        collector.start();
        inventory.start();
        settle();
    }
    void settle() { loop.run_for(seconds{2}); }

    static ApiPath map(const std::string& name = "", const std::string& namespace_ = "default") {
        return core("configmaps", namespace_, name);
    }
    static ApiPath secret(const std::string& name = "") { return core("secrets", "default", name); }
    /// The uid of a new object that may own others.
    std::string add_owner(const std::string& name, std::string_view finalizers = "[]") {
        return metadata_of(add(map(name), fmt::format(R"({{"metadata":{{"finalizers":{}}}}})", finalizers)))
            .uid;
    }
    static std::string owned_by(const std::string& name, const std::string& uid, bool blocks = false,
                                const std::string& kind = "ConfigMap") {
        return fmt::format(
            R"({{"apiVersion":"v1","kind":"{}","name":"{}","uid":"{}","blockOwnerDeletion":{}}})", kind, name,
            uid, blocks);
    }
    void add_dependent(const std::string& name, const std::string& references) {
        add(secret(name), fmt::format(R"({{"metadata":{{"ownerReferences":[{}]}}}})", references));
    }
    void add_namespace_owned(const std::string& name, const std::string& references) {
        add(core("namespaces", "", name),
            fmt::format(R"({{"metadata":{{"ownerReferences":[{}]}}}})", references));
    }
    /// `TYPE REASON about NAMESPACE/NAME: message` of each event.
    std::vector<std::string> events() {
        std::vector<std::string> found;
        for (const api::Node& document : api.objects().all(core("events"))) {
            const auto event = read_as<api::Event>(document);
            found.push_back(fmt::format("{} {} about {}/{}: {}", event.type, event.reason,
                                        event.involvedObject.namespace_, event.involvedObject.name,
                                        event.message));
        }
        return found;
    }
    void remove(const ApiPath& path) { ASSERT_TRUE(api.objects().remove(path, {})); }

    Inventory inventory{&api, &loop.clock(), loop.executor(), stored_resources()};
    GarbageCollector collector{&api, &loop.clock(), loop.executor(), &inventory};
    std::vector<std::string> errors;
};

TEST_F(GarbageCollectorTest, DependentsGoWithTheirOwner) {
    add_dependent("s", owned_by("m", add_owner("m")));
    start();
    EXPECT_THAT(names(secret()), ElementsAre("s"));
    remove(map("m"));
    settle();
    EXPECT_THAT(names(secret()), IsEmpty());
}

TEST_F(GarbageCollectorTest, AnOwnerThatIsGoneAtTheStartIsAskedFor) {
    add_dependent("s", owned_by("m", "an-old-uid"));
    add_dependent("t", owned_by("n", "a-uid"));
    add_owner("n");
    start();
    EXPECT_THAT(names(secret()), IsEmpty()) << "one is not there, the other one is another one";
}

TEST_F(GarbageCollectorTest, WhileTheOwnerCannotBeAskedForNothingGoes) {
    for (int i = 0; i < 3; ++i) api.fail_next("api.get.configmaps", {Code::unavailable, "no answer"});
    add_dependent("s", owned_by("m", "an-old-uid"));
    collector.start();
    inventory.start();
    loop.run_for(std::chrono::milliseconds{50});
    EXPECT_THAT(names(secret()), ElementsAre("s"));
    settle();
    EXPECT_THAT(names(secret()), IsEmpty());
    EXPECT_THAT(errors, Contains("no answer"));
}

TEST_F(GarbageCollectorTest, OwnersOfUnknownKindsAreTakenForThere) {
    add_dependent("s", owned_by("r", "some-uid", false, "ReplicaSet"));
    start();
    EXPECT_THAT(names(secret()), ElementsAre("s"));
    EXPECT_THAT(api.writes(), IsEmpty());
}

TEST_F(GarbageCollectorTest, AnotherOwnerKeepsAnObject) {
    const std::string a = add_owner("a");
    add_dependent("s", owned_by("a", a) + "," + owned_by("b", add_owner("b")));
    start();
    remove(map("b"));
    settle();
    const auto left = metadata_of(stored(secret("s"))).ownerReferences;
    ASSERT_EQ(left.size(), 1U);
    EXPECT_EQ(left[0].uid, a);
}

TEST_F(GarbageCollectorTest, AnOwnerInAnotherNamespaceOwnsNothing) {
    const std::string uid = metadata_of(add(map("m", "other"), "{}")).uid;
    add_dependent("s", owned_by("m", uid));
    start();
    EXPECT_THAT(names(secret()), IsEmpty());
    EXPECT_THAT(events(),
                ElementsAre("Warning OwnerRefInvalidNamespace about default/s: ownerRef [v1/ConfigMap, "
                            "namespace: default, name: m, uid: " +
                            uid + "] does not exist in namespace \"default\""));
}

TEST_F(GarbageCollectorTest, WhatHasNoNamespaceIsNeverCollectedForAnOwnerInOne) {
    const std::string uid = add_owner("m");
    add_namespace_owned("n", owned_by("m", uid));
    add_dependent("s", owned_by("m", uid));
    start();
    EXPECT_THAT(names(core("namespaces")), Contains("n"));
    EXPECT_THAT(events(), ElementsAre("Warning OwnerRefInvalidNamespace about /n: ownerRef [v1/ConfigMap, "
                                      "namespace: , name: m, uid: " +
                                      uid + "] does not exist in namespace \"\""));
    EXPECT_EQ(metadata_of(api.objects().all(core("events")).front()).namespace_, "default");
    remove(map("m"));
    settle();
    EXPECT_THAT(names(secret()), IsEmpty());
    EXPECT_THAT(names(core("namespaces")), Contains("n")) << "nor when its owner goes";
    EXPECT_EQ(metadata_of(stored(core("namespaces", "", "n"))).ownerReferences.size(), 1U);
    change(core("namespaces", "", "n"), R"({"metadata":{"labels":{"a":"b"}}})");
    settle();
    EXPECT_EQ(events().size(), 1U) << "told once";
}

TEST_F(GarbageCollectorTest, AnOwnerDoesNotWaitForWhatIsElsewhere) {
    const std::string uid = add_owner("m", R"(["foregroundDeletion"])");
    add_namespace_owned("n", owned_by("m", uid, true));
    start();
    remove(map("m"));
    settle();
    EXPECT_THAT(names(map()), IsEmpty());
    EXPECT_THAT(names(core("namespaces")), Contains("n"));
}

TEST_F(GarbageCollectorTest, TheForegroundWaitsForThoseWhoBlock) {
    const std::string uid = add_owner("m", R"(["foregroundDeletion"])");
    add_dependent("blocking", owned_by("m", uid, true));
    change(secret("blocking"), R"({"metadata":{"finalizers":["a/b"]}})");
    add_dependent("s", owned_by("m", uid));
    start();
    remove(map("m"));
    settle();
    EXPECT_THAT(names(secret()), ElementsAre("blocking")) << "all go, one takes longer";
    EXPECT_THAT(names(map()), ElementsAre("m"));
    change(secret("blocking"), R"({"metadata":{"finalizers":[]}})");
    settle();
    EXPECT_THAT(names(secret()), IsEmpty());
    EXPECT_THAT(names(map()), IsEmpty());
}

TEST_F(GarbageCollectorTest, OrphansLoseTheirOwnerAndStay) {
    add_dependent("s", owned_by("m", add_owner("m", R"(["orphan"])")));
    start();
    remove(map("m"));
    settle();
    EXPECT_THAT(names(map()), IsEmpty());
    EXPECT_THAT(names(secret()), ElementsAre("s"));
    EXPECT_TRUE(metadata_of(stored(secret("s"))).ownerReferences.empty());
}

TEST_F(GarbageCollectorTest, AChainGoesFromTheTop) {
    add_dependent("s", owned_by("m", add_owner("m")));
    const std::string middle = metadata_of(stored(secret("s"))).uid;
    add_dependent("t", owned_by("s", middle, false, "Secret"));
    start();
    remove(map("m"));
    settle();
    EXPECT_THAT(names(secret()), IsEmpty());
}

}  // namespace
}  // namespace hooklet

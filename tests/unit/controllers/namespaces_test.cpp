// SPDX-License-Identifier: Apache-2.0
#include "controllers/controllers.hpp"
#include "controllers/namespace_furnisher.hpp"
#include "controllers/namespace_remover.hpp"
#include "support/api_world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet {
namespace {

using std::chrono::seconds;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

struct FurnisherTest : testing::Test, sim::ApiWorld {
    ~FurnisherTest() override { loop.run(furnisher.stop()); }
    void start() {
        furnisher.start();
        settle();
    }
    void settle() { loop.run_for(seconds{1}); }
    static ApiPath account(const std::string& namespace_) {
        return core("serviceaccounts", namespace_, "default");
    }
    static ApiPath certificates(const std::string& namespace_) {
        return core("configmaps", namespace_, "kube-root-ca.crt");
    }

    NamespaceFurnisher furnisher{&api, &loop.clock(), loop.executor(), "PEM"};
};

TEST_F(FurnisherTest, EachNamespaceHasAnAccountAndTheCertificates) {
    add_namespace("old");
    start();
    add_namespace("new");
    settle();
    for (const char* name : {"old", "new"}) {
        EXPECT_FALSE(stored(account(name)).is_null()) << name;
        const auto map = read_as<api::ConfigMap>(stored(certificates(name)));
        EXPECT_EQ(map.data, (std::map<std::string, std::string>{{"ca.crt", "PEM"}})) << name;
        EXPECT_EQ(map.metadata.annotations.size(), 1U);
    }
}

TEST_F(FurnisherTest, WhatIsThereStays) {
    add_namespace("a");
    start();
    const std::size_t writes = api.writes().size();
    change(account("a"), R"({"secrets":[{"name":"mine"}]})");
    settle();
    EXPECT_EQ(api.writes().size(), writes);
}

TEST_F(FurnisherTest, WhatIsRemovedOrEditedComesBack) {
    add_namespace("a");
    start();
    ASSERT_TRUE(api.objects().remove(account("a"), {}));
    change(certificates("a"), R"({"data":{"ca.crt":"mine","more":"x"}})");
    settle();
    EXPECT_FALSE(stored(account("a")).is_null());
    const auto map = read_as<api::ConfigMap>(stored(certificates("a")));
    EXPECT_EQ(map.data, (std::map<std::string, std::string>{{"ca.crt", "PEM"}}));
}

TEST_F(FurnisherTest, ANamespaceThatEndsGetsNothing) {
    add_namespace("a");
    ASSERT_TRUE(api.objects().remove(core("namespaces", "", "a"), {}));
    start();
    EXPECT_THAT(api.writes(), IsEmpty());
}

TEST_F(FurnisherTest, OneFailureDoesNotKeepTheOthersWaiting) {
    add_namespace("a");
    add_namespace("b");
    api.fail_next("api.create.serviceaccounts", {Code::internal, "disk"});
    start();
    EXPECT_FALSE(stored(account("a")).is_null());
    EXPECT_FALSE(stored(account("b")).is_null());
}

struct RemoverTest : testing::Test, sim::ApiWorld {
    RemoverTest() {
        add_namespace("a");
        add_namespace("b");
        remover.on_error([this](const Error& error) { errors.push_back(error.text()); });
        inventory.start();
        remover.start();
        settle();
    }
    ~RemoverTest() override {
        loop.run(remover.stop());
        loop.run(inventory.stop());
    }
    void settle() { loop.run_for(seconds{1}); }
    void end_namespace() {
        ASSERT_TRUE(api.objects().remove(core("namespaces", "", "a"), {}));
        settle();
    }
    bool is_there(const std::string& name) { return !stored(core("namespaces", "", name)).is_null(); }
    /// `True SomeResourcesRemain: ...`
    std::string condition(std::string_view type) {
        const auto it = read_as<api::Namespace>(stored(core("namespaces", "", "a")));
        for (const auto& condition : it.status.conditions) {
            if (condition.type == type) {
                return condition.status + " " + condition.reason + ": " + condition.message;
            }
        }
        return "none";
    }
    static Resources contents() {
        Resources all = stored_resources();
        std::erase_if(all, [](const Resource& it) { return !it.namespaced; });
        return all;
    }

    Inventory inventory{&api, &loop.clock(), loop.executor(), stored_resources()};
    NamespaceRemover remover{&api, &loop.clock(), loop.executor(), contents(), &inventory};
    std::vector<std::string> errors;
};

TEST_F(RemoverTest, ANamespaceEndsWithAllThatIsInIt) {
    add(core("configmaps", "a", "c"), "{}");
    add(core("secrets", "a", "s"), "{}");
    add(core("configmaps", "b", "c"), "{}");
    add(core("pods", "a", "unscheduled"), R"({"spec":{}})");
    end_namespace();
    EXPECT_FALSE(is_there("a"));
    EXPECT_TRUE(is_there("b"));
    EXPECT_THAT(names(core("configmaps")), ElementsAre("c"));
    EXPECT_THAT(names(core("pods")), IsEmpty());
}

TEST_F(RemoverTest, PodsEndGracefullyBeforeWhatTheyNeed) {
    add(core("pods", "a", "p"), R"({"spec":{"nodeName":"n"}})");
    add(core("configmaps", "a", "c"), "{}");
    end_namespace();
    EXPECT_EQ(metadata_of(stored(core("pods", "a", "p"))).deletionGracePeriodSeconds, 30);
    EXPECT_THAT(names(core("configmaps", "a")), ElementsAre("c"));
    EXPECT_EQ(condition("NamespaceContentRemaining"),
              "True SomeResourcesRemain: Some resources are remaining: pods. has 1 resource instances");
    EXPECT_EQ(condition("NamespaceDeletionContentFailure"),
              "False ContentDeleted: All content successfully deleted, may be waiting on finalization");
    ASSERT_TRUE(api.objects().remove(core("pods", "a", "p"), {.grace_s = 0}));
    settle();
    EXPECT_FALSE(is_there("a"));
    EXPECT_THAT(names(core("configmaps", "a")), IsEmpty());
}

TEST_F(RemoverTest, FinalizersOfTheContentAreWaitedFor) {
    add(core("configmaps", "a", "c"), R"({"metadata":{"finalizers":["x.io/y"]}})");
    end_namespace();
    EXPECT_EQ(
        condition("NamespaceFinalizersRemaining"),
        "True SomeFinalizersRemain: Some content in the namespace has finalizers remaining: x.io/y in 1 "
        "resource instances");
    const std::int64_t revision = api.objects().revision();
    loop.run_for(std::chrono::minutes{1});
    EXPECT_EQ(api.objects().revision(), revision) << "nothing changes while it waits";
    change(core("configmaps", "a", "c"), R"({"metadata":{"finalizers":[]}})");
    settle();
    EXPECT_FALSE(is_there("a"));
}

TEST_F(RemoverTest, WhatCannotBeDeletedIsToldAndTriedAgain) {
    add(core("configmaps", "a", "c"), "{}");
    for (int i = 0; i < 4; ++i) api.fail_next("api.delete.configmaps", {Code::internal, "disk"});
    ASSERT_TRUE(api.objects().remove(core("namespaces", "", "a"), {}));
    loop.run_for(std::chrono::milliseconds{100});
    EXPECT_EQ(condition("NamespaceDeletionContentFailure"),
              "True ContentDeletionFailed: Failed to delete all resource types, 1 remaining: disk");
    EXPECT_THAT(errors, Contains("disk"));
    loop.run_for(seconds{5});
    EXPECT_FALSE(is_there("a"));
}

TEST(NamespaceConditions, ChangeOnlyWithWhatTheySay) {
    const WallTime first{std::chrono::seconds{100}};
    const WallTime second{std::chrono::seconds{200}};
    api::NamespaceStatus status;
    EXPECT_TRUE(set_conditions(status, {.objects = {{"pods.", 2}}}, first));
    EXPECT_EQ(status.conditions.size(), 5U);
    EXPECT_FALSE(set_conditions(status, {.objects = {{"pods.", 2}}}, second));
    EXPECT_TRUE(set_conditions(status, {.objects = {{"pods.", 1}}}, second));
    EXPECT_EQ(status.conditions[3].lastTransitionTime.at, first) << "still true";
    EXPECT_TRUE(set_conditions(status, {}, second));
    EXPECT_EQ(status.conditions[3].lastTransitionTime.at, second);
    EXPECT_EQ(status.conditions[3].message, "All content successfully removed");
}

}  // namespace
}  // namespace hooklet

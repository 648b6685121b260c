// SPDX-License-Identifier: Apache-2.0
#include "informer/informer.hpp"

#include "support/api_world.hpp"

#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;

struct InformerTest : testing::Test, sim::ApiWorld {
    InformerTest() { add_namespace("default"); }
    ~InformerTest() override {
        if (informer) loop.run(informer->stop());
    }
    static ApiPath map(const std::string& name = "") { return core("configmaps", "default", name); }

    void start() {
        informer = std::make_unique<Informer<api::ConfigMap>>(&api, &loop.clock(), loop.executor(),
                                                              ApiSelection{core("configmaps")});
        informer->listen(
            [this](const auto& before, const auto& now) {
                const char* what = !before ? "new " : !now ? "gone " : "changed ";
                told.push_back(what + (now ? now : before)->metadata.name);
            },
            [this] { told.emplace_back("synced"); });
        informer->start();
        loop.run_for(seconds{1});
    }
    std::vector<std::string> heard() {
        loop.run_for(seconds{1});
        return std::exchange(told, {});
    }

    std::unique_ptr<Informer<api::ConfigMap>> informer;
    std::vector<std::string> told;
};

TEST_F(InformerTest, KnowsWhatIsThereAndWhatHappens) {
    add(map("a"), R"({"data":{"x":"1"}})");
    start();
    EXPECT_TRUE(informer->synced());
    EXPECT_THAT(heard(), ElementsAre("new a", "synced"));
    add(map("b"), "{}");
    change(map("a"), R"({"data":{"x":"2"}})");
    ASSERT_TRUE(api.objects().remove(map("b"), {}));
    EXPECT_THAT(heard(), ElementsAre("new b", "changed a", "gone b"));
    EXPECT_EQ(informer->find({"default", "a"})->data.at("x"), "2");
    EXPECT_EQ(informer->find({"default", "b"}), nullptr);
}

TEST_F(InformerTest, LeavesOutWhoOwnsTheFields) {
    add(map("a"), R"({"metadata":{"managedFields":[{"manager":"x"}]}})");
    start();
    add(map("b"), R"({"metadata":{"managedFields":[{"manager":"x"}]}})");
    EXPECT_THAT(heard(), ElementsAre("new a", "synced", "new b"));
    for (const char* name : {"a", "b"}) {
        EXPECT_NE(stored(map(name)).find("metadata")->find("managedFields"), nullptr);
        EXPECT_TRUE(informer->find({"default", name})->metadata.managedFields.empty());
    }
}

TEST_F(InformerTest, ListsAgainWhenTheHistoryIsGone) {
    add(map("a"), "{}");
    add(map("b"), "{}");
    start();
    told.clear();
    ASSERT_TRUE(api.objects().remove(map("a"), {}));
    change(map("b"), R"({"data":{"x":"2"}})");
    api.expire();
    EXPECT_THAT(heard(), ElementsAre("changed b", "gone a", "synced"));
    add(map("c"), "{}");
    EXPECT_THAT(heard(), ElementsAre("new c"));
}

TEST_F(InformerTest, GoesOnWhereItWasAfterALostConnection) {
    add(map("a"), "{}");
    start();
    told.clear();
    api.disconnect();
    add(map("b"), "{}");
    EXPECT_THAT(heard(), ElementsAre("new b"));
}

TEST_F(InformerTest, ComesBackToAServerThatIsAway) {
    for (int i = 0; i < 3; ++i)
        api.fail_next("api.list.configmaps", {Code::unavailable, "connection refused"});
    add(map("a"), "{}");
    start();
    EXPECT_FALSE(informer->synced());
    EXPECT_THAT(heard(), ElementsAre("new a", "synced"));
}

TEST_F(InformerTest, AQuietWatchStaysOpen) {
    start();
    loop.run_for(std::chrono::hours{1});
    EXPECT_EQ(api.open_watches(), 1U);
    add(map("a"), "{}");
    EXPECT_THAT(heard(), ElementsAre("synced", "new a"));
}

}  // namespace
}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
#include "controllers/taint_evictor.hpp"

#include "placement/tolerations.hpp"
#include "support/api_world.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

struct TaintEvictorTest : testing::Test, sim::ApiWorld {
    TaintEvictorTest() {
        add_namespace("default");
        add(core("nodes", "", "n"), "{}");
        evictor.start();
    }
    ~TaintEvictorTest() override { loop.run(evictor.stop()); }

    void add_pod(const std::string& name, std::string_view more = "") {
        add(core("pods", "default", name),
            fmt::format(R"({{"spec":{{"nodeName":"n","containers":[{{"name":"c"}}]{}}}}})", more));
    }
    void taint(std::string_view taints) {
        change(core("nodes", "", "n"), fmt::format(R"({{"spec":{{"taints":[{}]}}}})", taints));
    }
    /// The Pods that are still wanted.
    std::vector<std::string> pods(Duration after) {
        loop.run_for(after);
        std::vector<std::string> all;
        for (const api::Node& pod : api.objects().all(core("pods"))) {
            if (text_at(pod, {"metadata", "deletionTimestamp"}).empty())
                all.push_back(text_at(pod, {"metadata", "name"}));
        }
        return all;
    }
    static constexpr std::string_view gone = R"({"key":"k","value":"v","effect":"NoExecute"})";

    TaintEvictor evictor{&api, &loop.clock(), loop.executor()};
};

TEST_F(TaintEvictorTest, PodsThatDoNotTolerateTheTaintGo) {
    add_pod("a");
    add_pod("b", R"(,"tolerations":[{"key":"k","operator":"Exists"}])");
    add_pod("c", R"(,"tolerations":[{"key":"k","value":"v","effect":"NoExecute","tolerationSeconds":30}])");
    EXPECT_THAT(pods(10s), ElementsAre("a", "b", "c"));
    taint(gone);
    EXPECT_THAT(pods(10s), ElementsAre("b", "c"));
    add_pod("d");
    EXPECT_THAT(pods(10s), ElementsAre("b", "c")) << "also those that come later";
    EXPECT_THAT(pods(15s), ElementsAre("b")) << "30 s after the taint";
}

TEST_F(TaintEvictorTest, WithoutTheTaintTheyStay) {
    add_pod("c", R"(,"tolerations":[{"key":"k","operator":"Exists","tolerationSeconds":30}])");
    taint(gone);
    EXPECT_THAT(pods(20s), ElementsAre("c"));
    taint(R"({"key":"k","value":"v","effect":"NoSchedule"})");
    EXPECT_THAT(pods(1min), ElementsAre("c"));
    taint(gone);
    EXPECT_THAT(pods(20s), ElementsAre("c")) << "the time begins anew";
    EXPECT_THAT(pods(20s), IsEmpty());
}

TEST_F(TaintEvictorTest, ItIsSaidWhy) {
    add_pod("a", R"(,"terminationGracePeriodSeconds":30)");
    taint(gone);
    loop.run_for(5s);
    const auto events = api.objects().all(core("events"));
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(text_at(events[0], {"reason"}), "TaintManagerEviction");
    EXPECT_EQ(text_at(events[0], {"message"}), "Marking for deletion Pod default/a");
}

TEST(LongestStay, TheShortestOfThoseThatAreUsed) {
    using api::Toleration;
    const std::vector<Taint> one{{.key = "a", .value = "1", .effect = "NoExecute"}};
    const std::vector<Taint> two{{.key = "a", .effect = "NoExecute"}, {.key = "b", .effect = "NoExecute"}};
    const Toleration all{.operator_ = "Exists"};
    const Toleration a30{.key = "a", .operator_ = "Exists", .tolerationSeconds = 30};
    const Toleration b10{.key = "b", .operator_ = "Exists", .tolerationSeconds = 10};
    const Toleration never{.key = "a", .operator_ = "Exists", .tolerationSeconds = -1};
    EXPECT_EQ(longest_stay({}, {}), std::nullopt);
    EXPECT_EQ(longest_stay({}, one), 0s);
    EXPECT_EQ(longest_stay({all}, one), std::nullopt);
    EXPECT_EQ(longest_stay({a30}, one), 30s);
    EXPECT_EQ(longest_stay({a30}, two), 0s);
    EXPECT_EQ(longest_stay({a30, b10}, two), 10s);
    EXPECT_EQ(longest_stay({all, b10}, two), std::nullopt) << "the first that matches counts";
    EXPECT_EQ(longest_stay({never}, one), 0s);
}

}  // namespace
}  // namespace hooklet

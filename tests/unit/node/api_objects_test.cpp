// SPDX-License-Identifier: Apache-2.0
#include "node/api_objects.hpp"

#include "unit/node/api_fixture.hpp"

#include <optional>

namespace hooklet {
namespace {

using namespace std::chrono_literals;
using test::ApiTest;

class ApiObjectsTest : public ApiTest {
  protected:
    void SetUp() override {
        world.add_namespace("default");
        world.add(settings, R"({"data": {"color": "blue"}})");
        world.add(sim::ApiWorld::core("secrets", "default", "token"), R"({"data": {"key": "czNjcmV0"}})");
    }
    void TearDown() override { world.loop.run(objects.stop()); }

    const ApiPath settings = sim::ApiWorld::core("configmaps", "default", "settings");
    const ObjectRef ref{ObjectKind::config_map, "default", "settings"};
    ApiObjects objects{ports()};
};

TEST_F(ApiObjectsTest, ReadsWhatIsThere) {
    const auto map = world.loop.run(objects.config_map("default", "settings", world.within()));
    ASSERT_TRUE(map);
    EXPECT_EQ((*map)->data.at("color"), "blue");
    const auto secret = world.loop.run(objects.secret("default", "token", world.within()));
    ASSERT_TRUE(secret);
    EXPECT_EQ((*secret)->data.at("key"), "s3cret");
}

TEST_F(ApiObjectsTest, SaysWhatIsMissingInTheKubeletsWords) {
    const auto map = world.loop.run(objects.config_map("default", "x", world.within()));
    ASSERT_FALSE(map);
    EXPECT_EQ(map.error().code, Code::not_found);
    EXPECT_EQ(map.error().text(), "configmap \"x\" not found");
}

TEST_F(ApiObjectsTest, AsksForATokenBoundToThePod) {
    world.add(sim::ApiWorld::core("serviceaccounts", "default", "builder"), "{}");
    const ServiceAccountTokenRequest request{"default", "builder", "web", "u1", "", 3607};
    const auto token = world.loop.run(objects.service_account_token(request, world.within()));
    ASSERT_TRUE(token) << token.error().text();
    EXPECT_FALSE(token->token.empty());
    EXPECT_GT(token->expires_at, token->issued_at);
}

TEST_F(ApiObjectsTest, KnowsTheHandlersOfRuntimeClasses) {
    const ApiPath path{"node.k8s.io", "v1", "runtimeclasses", "", "vm", ""};
    ASSERT_TRUE(world.api.objects().create(
        path, api::parse_json(R"({"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass",)"
                              R"("metadata": {"name": "vm"}, "handler": "kata"})")
                  .value()));
    EXPECT_EQ(world.loop.run(objects.runtime_handler("vm", world.within())).value(), "kata");
    const auto none = world.loop.run(objects.runtime_handler("none", world.within()));
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, Code::not_found);
    EXPECT_EQ(none.error().text(), "runtimeclasses.node.k8s.io \"none\" not found");
}

TEST_F(ApiObjectsTest, TellsOfEachChange) {
    int first = 0;
    int second = 0;
    auto one = std::make_optional(objects.watch(ref, [&first] { ++first; }));
    auto two = std::make_optional(objects.watch(ref, [&second] { ++second; }));
    pass();
    EXPECT_EQ(first, 1) << "what is there may be new";
    EXPECT_EQ(world.api.open_watches(), 1U) << "one for both";
    world.change(settings, R"({"data": {"color": "red"}})");
    pass();
    EXPECT_EQ(first, 2);
    one.reset();
    world.change(settings, R"({"data": {"color": "green"}})");
    pass();
    EXPECT_EQ(first, 2);
    EXPECT_EQ(second, 3);
    two.reset();
    pass();
    EXPECT_EQ(world.api.open_watches(), 0U);
}

TEST_F(ApiObjectsTest, MissesNothingWhenTheWatchBreaks) {
    int changes = 0;
    const ObjectWatch watch = objects.watch(ref, [&changes] { ++changes; });
    pass();
    world.api.disconnect();
    world.change(settings, R"({"data": {"color": "red"}})");
    pass(1min);
    EXPECT_GE(changes, 2);
    world.api.expire();
    world.change(settings, R"({"data": {"color": "green"}})");
    pass(1min);
    EXPECT_GE(changes, 3);
}

}  // namespace
}  // namespace hooklet

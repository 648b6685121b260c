// SPDX-License-Identifier: Apache-2.0
#include "server_fixture.hpp"

#include <chrono>

namespace hooklet::server {
namespace {

using namespace std::chrono_literals;

const ApiPath all_maps{.version = "v1", .resource = "configmaps", .namespace_ = "default"};

ApiPath named(ApiPath path, std::string name) {
    path.name = std::move(name);
    return path;
}

api::Node parsed(std::string_view text) {
    return api::parse_json(text).value();
}

struct LocalApiTest : ServerTest {
    Call soon() { return loop.clock().call_within(10s); }
    Result<api::Node> create(std::string_view name) {
        return loop.run(
            local.create(all_maps, parsed(fmt::format(R"({{"metadata":{{"name":"{}"}}}})", name)), soon()));
    }
    /// `added a`, or what went wrong.
    std::string next(ApiWatch& watch) {
        static constexpr std::array<const char*, 4> names{"added", "modified", "deleted", "bookmark"};
        const auto event = loop.run(watch.next(soon()));
        if (!event) return event.error().text();
        return fmt::format("{} {}", names.at(static_cast<std::size_t>(event->type)),
                           text(event->object, "metadata.name"));
    }

    LocalApi local{services};
};

TEST_F(LocalApiTest, HasTheVerbsOfTheServer) {
    ASSERT_TRUE(create("a"));
    EXPECT_EQ(create("a").error().code, Code::already_exists);
    const auto got = loop.run(local.get(named(all_maps, "a"), soon()));
    EXPECT_EQ(text(*got, "kind"), "ConfigMap");
    EXPECT_EQ(loop.run(local.get(named(all_maps, "b"), soon())).error().text(),
              R"(configmaps "b" not found)");
    const auto patched = loop.run(
        local.patch(named(all_maps, "a"), ApiPatchType::merge, parsed(R"({"data":{"k":"v"}})"), soon()));
    EXPECT_EQ(text(*patched, "data.k"), "v");
    EXPECT_EQ(loop.run(local.update(named(all_maps, "a"), *got, soon())).error().code, Code::conflict);
    const auto list = loop.run(local.list({.path = all_maps}, soon()));
    EXPECT_EQ(list->items.size(), 1U);
    EXPECT_EQ(list->resource_version, "3");
    EXPECT_EQ(loop.run(local.remove(named(all_maps, "a"), {.uid = "x"}, soon())).error().code,
              Code::conflict);
    EXPECT_TRUE(loop.run(local.remove(named(all_maps, "a"), {}, soon())));
    EXPECT_EQ(loop.run(local.get({.version = "v1", .resource = "things"}, soon())).error().text(),
              "the server could not find the requested resource");
}

TEST_F(LocalApiTest, WatchesWhatHappens) {
    ASSERT_TRUE(create("a"));
    const auto watch = loop.run(local.watch({.path = all_maps}, "", soon())).value();
    EXPECT_EQ(next(*watch), "added a");
    EXPECT_EQ(next(*watch), "context deadline exceeded");
    ASSERT_TRUE(create("b"));
    EXPECT_EQ(next(*watch), "added b");
    ASSERT_TRUE(loop.run(local.remove(named(all_maps, "a"), {}, soon())));
    EXPECT_EQ(next(*watch), "deleted a");
    const auto chosen =
        loop.run(local.watch({.path = all_maps, .field_selector = "metadata.name=b"}, "1", soon())).value();
    EXPECT_EQ(next(*chosen), "added b");
    EXPECT_EQ(next(*chosen), "context deadline exceeded");
}

TEST_F(LocalApiTest, BindsPods) {
    ASSERT_EQ(make_pod("p", ""), "201");
    ApiPath path{
        .version = "v1", .resource = "pods", .namespace_ = "default", .name = "p", .subresource = "binding"};
    const auto binding = parsed(R"({"metadata":{"name":"p","annotations":{"a":"b"}},"target":{"name":"n"}})");
    const auto bound = loop.run(local.create(path, binding, soon()));
    ASSERT_TRUE(bound);
    EXPECT_EQ(text(*bound, "spec.nodeName"), "n");
    EXPECT_EQ(text(*bound, "metadata.annotations.a"), "b");
    EXPECT_EQ(loop.run(local.create(path, binding, soon())).error().text(),
              R"(Operation cannot be fulfilled on pods/binding "p": pod p is already assigned to node "n")");
}

}  // namespace
}  // namespace hooklet::server

// SPDX-License-Identifier: Apache-2.0
#include "support/api_world.hpp"

#include <stdexcept>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace hooklet::sim {
namespace {

using std::chrono::seconds;

struct FakeApiTest : testing::Test, ApiWorld {
    FakeApiTest() {
        add_namespace("default");
        start = api.objects().revision();
    }
    api::Node add_pod(const std::string& name, std::string_view text = R"({"spec":{"nodeName":"n"}})") {
        return add(core("pods", "default", name), text);
    }
    static ApiPath pod(const std::string& name, const std::string& below = "") {
        return core("pods", "default", name, below);
    }
    Result<std::unique_ptr<ApiWatch>> watch(std::string from, std::string fields = "") {
        const ApiSelection selection{core("pods"), "", std::move(fields)};
        return loop.run(api.watch(selection, std::move(from), within()));
    }
    /// `ADDED a@3`, or the failure.
    std::string next(ApiWatch& watch) {
        const auto event = loop.run(watch.next(within(seconds{1})));
        if (!event) return std::string(name(event.error().code));
        const char* names[] = {"ADDED", "MODIFIED", "DELETED", "BOOKMARK"};
        const api::ObjectMeta meta = metadata_of(event->object);
        return fmt::format("{} {}@{}", names[static_cast<int>(event->type)], meta.name,
                           std::stoll(meta.resourceVersion) - start);
    }
    static Code code(const Result<api::Node>& result) { return result.error().code; }

    std::int64_t start = 0;
};

TEST_F(FakeApiTest, AWatchShowsWhatIsThereAndWhatHappens) {
    add_pod("a");
    const auto all = watch("");
    EXPECT_EQ(next(**all), "ADDED a@1");
    add_pod("b");
    change(pod("a"), R"({"metadata":{"labels":{"x":"y"}}})");
    ASSERT_TRUE(loop.run(api.remove(pod("b"), {.grace_s = 0}, within())));
    EXPECT_EQ(next(**all), "ADDED b@2");
    EXPECT_EQ(next(**all), "MODIFIED a@3");
    EXPECT_EQ(next(**all), "DELETED b@4");
    EXPECT_EQ(next(**all), "deadline");
}

TEST_F(FakeApiTest, ASelectedObjectComesAndGoes) {
    const auto pending = watch("1", "status.phase=Pending");
    add_pod("a");
    change(pod("a", "status"), R"({"status":{"phase":"Running"}})");
    EXPECT_EQ(next(**pending), "ADDED a@1");
    EXPECT_EQ(next(**pending), "DELETED a@2");
}

TEST_F(FakeApiTest, WatchesEndWhenTheHistoryOrTheConnectionDoes) {
    const auto old = watch("");
    api.expire();
    EXPECT_EQ(next(**old), "expired");
    const auto fresh = watch(std::to_string(api.objects().revision()));
    EXPECT_EQ(next(**fresh), "deadline");
    api.disconnect();
    EXPECT_EQ(next(**fresh), "unavailable");
}

TEST_F(FakeApiTest, AnUpdateIsOfTheVersionThatItNames) {
    api::Node before = add_pod("a");
    change(pod("a"), R"({"metadata":{"labels":{"x":"y"}}})");
    EXPECT_EQ(code(loop.run(api.update(pod("a"), before, within()))), Code::conflict);
    before.find("metadata")->erase("resourceVersion");
    EXPECT_TRUE(loop.run(api.update(pod("a"), before, within())));
    const std::int64_t revision = api.objects().revision();
    EXPECT_TRUE(loop.run(api.update(pod("a"), before, within())));
    EXPECT_EQ(api.objects().revision(), revision) << "nothing has changed";
}

TEST_F(FakeApiTest, StatusAndSpecAreWrittenApart) {
    add_pod("a");
    change(pod("a"), R"({"spec":{"x":1},"status":{"phase":"Running"}})");
    EXPECT_EQ(text_at(stored(pod("a")), {"status", "phase"}), "Pending");
    change(pod("a", "status"), R"({"spec":{"x":2},"status":{"phase":"Running"}})");
    EXPECT_EQ(text_at(stored(pod("a")), {"status", "phase"}), "Running");
    EXPECT_EQ(*value_at(stored(pod("a")), {"spec", "x"})->as_int(), 1);
    EXPECT_EQ(metadata_of(stored(pod("a"))).generation, 2);
}

TEST_F(FakeApiTest, APodWithANodeEndsGracefully) {
    add_pod("a");
    ASSERT_TRUE(loop.run(api.remove(pod("a"), {}, within())));
    EXPECT_EQ(metadata_of(stored(pod("a"))).deletionGracePeriodSeconds, 30);
    EXPECT_EQ(code(loop.run(api.remove(pod("a"), {.grace_s = 0, .uid = "other"}, within()))), Code::conflict);
    ASSERT_TRUE(loop.run(api.remove(pod("a"), {.grace_s = 0}, within())));
    EXPECT_TRUE(stored(pod("a")).is_null());
}

TEST_F(FakeApiTest, AnObjectWithFinalizersWaitsForThem) {
    const ApiPath map = core("configmaps", "default", "c");
    add(map, R"({"metadata":{"finalizers":["a/b"]}})");
    ASSERT_TRUE(loop.run(api.remove(map, {}, within())));
    EXPECT_FALSE(stored(map).is_null());
    change(map, R"({"metadata":{"finalizers":null}})");
    EXPECT_TRUE(stored(map).is_null());
}

TEST_F(FakeApiTest, ANamespaceEndsWhenItIsFinalized) {
    const ApiPath space = core("namespaces", "", "default");
    ASSERT_TRUE(loop.run(api.remove(space, {}, within())));
    EXPECT_EQ(text_at(stored(space), {"status", "phase"}), "Terminating");
    const api::Node map = json(R"({"kind":"ConfigMap","apiVersion":"v1","metadata":{"namespace":"default",
                                   "name":"c"}})");
    EXPECT_EQ(code(loop.run(api.create(core("configmaps", "default"), map, within()))), Code::invalid);
    api::Node final = stored(space);
    final.set("spec", api::Node::object());
    ASSERT_TRUE(loop.run(api.update(core("namespaces", "", "default", "finalize"), final, within())));
    EXPECT_TRUE(stored(space).is_null());
}

TEST_F(FakeApiTest, FailsAsTold) {
    add_pod("a");
    api.fail_next("api.get.pods", {Code::internal, "etcd is down"});
    EXPECT_EQ(code(loop.run(api.get(pod("a"), within()))), Code::internal);
    EXPECT_TRUE(loop.run(api.get(pod("a"), within())));
}

TEST_F(FakeApiTest, CarelessClientsAreFound) {
    const auto careless = [this](const ApiPath& path, std::string_view text) {
        EXPECT_THROW(static_cast<void>(api.objects().create(path, json(text))), std::logic_error) << text;
    };
    careless(core("pods", "default"), R"({"metadata":{"namespace":"default","name":"a"}})");
    careless(core("pods"), R"({"kind":"Pod","apiVersion":"v1","metadata":{"name":"a"}})");
    careless(core("nodes", "default"), R"({"kind":"Node","apiVersion":"v1","metadata":{"name":"a"}})");
    careless(core("pods", "default"),
             R"({"kind":"Pod","apiVersion":"v1","metadata":{"namespace":"default"}})");
    EXPECT_THROW(static_cast<void>(loop.run(api.get(core("dogs", "", "a"), within()))), std::logic_error);
}

}  // namespace
}  // namespace hooklet::sim

// SPDX-License-Identifier: Apache-2.0
#include "fields/apply.hpp"

#include "api/codec.hpp"
#include "api/json.hpp"
#include "fields/merge.hpp"

#include <chrono>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

namespace hooklet::fields {
namespace {

using api::Node;

Node node(std::string_view json) {
    auto parsed = api::parse_json(json);
    EXPECT_TRUE(parsed) << json;
    return parsed ? *std::move(parsed) : Node();
}

/// An object that several managers change.
struct Shared {
    const api::TypeDescriptor* type = &api::describe<api::ConfigMap>();
    Node blank = node("{}");
    Node live = node("{}");
    Entries owners;
    int seconds = 0;

    Writer writer(std::string_view manager, std::string_view part = "") {
        const WallTime now{std::chrono::seconds(++seconds)};
        return {.manager = std::string(manager),
                .api_version = "v1",
                .subresource = std::string(part),
                .now = now};
    }
    /// `ok`, or the conflicts.
    std::string apply(std::string_view manager, std::string_view wanted, bool force = false) {
        auto known = read_owners(owners);
        EXPECT_TRUE(known);
        auto applied =
            fields::apply(*type, blank, live, node(wanted), *std::move(known), writer(manager), force);
        if (!applied) {
            std::string text;
            for (const Conflict& conflict : applied.error())
                text += conflict.owner + ": " + conflict.path + "; ";
            return text;
        }
        live = std::move(applied->document);
        owners = std::move(applied->owners);
        return "ok";
    }
    void update(std::string_view manager, std::string_view now, std::string_view part = "") {
        const Node next = node(now);
        auto known = read_owners(owners);
        EXPECT_TRUE(known);
        owners = after_update(*type, live, next, *known, writer(manager, part));
        live = next;
    }
    /// `Apply kubectl {"f:data":...}`, one after the other.
    [[nodiscard]] std::string owned() const {
        std::string text;
        for (const api::ManagedFieldsEntry& entry : owners) {
            text += fmt::format("{}{} {} {}", text.empty() ? "" : "; ", entry.operation, entry.manager,
                                api::write_json(*entry.fieldsV1));
        }
        return text;
    }
    [[nodiscard]] std::string document() const { return api::write_json(live); }
};

Shared of_pod() {
    return {.type = &api::describe<api::Pod>(),
            .blank = node(R"({"metadata":{},"spec":{"containers":[]}})"),
            .live = node(R"({"metadata":{},"spec":{"containers":[]}})")};
}

TEST(ServerSideApply, OwnsWhatItApplies) {
    Shared map;
    EXPECT_EQ(
        map.apply("a", R"({"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"m","labels":{"l":"1"}},)"
                       R"("data":{"x":"1"}})"),
        "ok");
    EXPECT_EQ(map.owned(), R"(Apply a {"f:data":{"f:x":{}},"f:metadata":{"f:labels":{"f:l":{}}}})");
}

TEST(ServerSideApply, TheSameAgainChangesNothing) {
    Shared map;
    map.apply("a", R"({"data":{"x":"1"}})");
    const Entries before = map.owners;
    EXPECT_EQ(map.apply("a", R"({"data":{"x":"1"}})"), "ok");
    EXPECT_EQ(map.owners, before);
    EXPECT_EQ(map.document(), R"({"data":{"x":"1"}})");
}

TEST(ServerSideApply, RemovesWhatNobodyElseOwns) {
    Shared map;
    map.apply("a", R"({"data":{"x":"1","y":"2"}})");
    map.apply("b", R"({"data":{"y":"2"}})");
    EXPECT_EQ(map.apply("a", R"({"metadata":{"labels":{"l":"1"}}})"), "ok");
    EXPECT_EQ(map.document(), R"({"data":{"y":"2"},"metadata":{"labels":{"l":"1"}}})");
    EXPECT_EQ(map.owned(),
              R"(Apply b {"f:data":{"f:y":{}}}; Apply a {"f:metadata":{"f:labels":{"f:l":{}}}})");
}

TEST(ServerSideApply, ConflictsUnlessForced) {
    Shared map;
    map.apply("a", R"({"data":{"x":"1","y":"2"}})");
    map.update("edit", R"({"data":{"x":"1","y":"3"}})");
    EXPECT_EQ(map.apply("b", R"({"data":{"x":"2","y":"4"}})"),
              "\"a\": .data.x; \"edit\" using v1: .data.y; ");
    EXPECT_EQ(map.document(), R"({"data":{"x":"1","y":"3"}})");
    EXPECT_EQ(map.apply("b", R"({"data":{"x":"2","y":"4"}})", true), "ok");
    EXPECT_EQ(map.document(), R"({"data":{"x":"2","y":"4"}})");
    EXPECT_EQ(map.owned(), R"(Apply b {"f:data":{"f:x":{},"f:y":{}}})");
}

TEST(ServerSideApply, TheSameValueIsSharedNotFoughtOver) {
    Shared map;
    map.apply("a", R"({"data":{"x":"1"}})");
    EXPECT_EQ(map.apply("b", R"({"data":{"x":"1"}})"), "ok");
    map.update("edit", R"({"data":{"x":"2"}})");
    EXPECT_EQ(map.owned(), R"(Update edit {"f:data":{"f:x":{}}})");
}

TEST(ServerSideApply, WhatWasThereBeforeHasAnOwner) {
    Shared map{.live = node(R"({"data":{"x":"1"}})")};
    EXPECT_EQ(map.apply("a", R"({"data":{"x":"2"}})"), "\"before-first-apply\" using v1: .data.x; ");
    EXPECT_EQ(map.apply("a", R"({"data":{"y":"2"}})"), "ok");
    EXPECT_EQ(map.owned(),
              R"(Apply a {"f:data":{"f:y":{}}}; Update before-first-apply {"f:data":{".":{},"f:x":{}}})");
}

TEST(ServerSideApply, KubectlTakesOverFromItself) {
    Shared map;
    const std::string_view annotation = "kubectl.kubernetes.io/last-applied-configuration";
    map.update("kubectl-client-side-apply",
               fmt::format(R"({{"metadata":{{"annotations":{{"{}":"{{\"data\":{{\"x\":\"1\"}}}}"}}}},)"
                           R"("data":{{"x":"1","y":"1"}}}})",
                           annotation));
    EXPECT_EQ(map.apply("other", R"({"data":{"x":"2"}})"),
              "\"kubectl-client-side-apply\" using v1: .data.x; ");
    EXPECT_EQ(map.apply("kubectl", R"({"data":{"y":"2"}})"),
              "\"kubectl-client-side-apply\" using v1: .data.y; ");
    EXPECT_EQ(map.apply("kubectl", R"({"data":{"x":"2"}})"), "ok");
    EXPECT_NE(map.document().find(R"("{\"data\":{\"x\":\"2\"}}\n")"), std::string::npos) << map.document();
}

TEST(ServerSideApply, JoinsListsByTheirKeys) {
    Shared pod = of_pod();
    pod.apply("a", R"({"spec":{"containers":[{"name":"c","image":"i","ports":[{"containerPort":80}]}]}})");
    EXPECT_EQ(
        pod.owned(),
        R"(Apply a {"f:spec":{"f:containers":{"k:{\"name\":\"c\"}":{".":{},"f:image":{},"f:name":{},)"
        R"("f:ports":{"k:{\"containerPort\":80,\"protocol\":\"TCP\"}":{".":{},"f:containerPort":{}}}}}}})");
    EXPECT_EQ(pod.apply("b", R"({"spec":{"containers":[{"name":"d"},{"name":"c","ports":[)"
                             R"({"containerPort":80,"protocol":"UDP"}]}]}})"),
              "ok");
    EXPECT_EQ(
        pod.document(),
        R"({"metadata":{},"spec":{"containers":[{"name":"d"},{"name":"c","image":"i","ports":[{"containerPort":80},)"
        R"({"containerPort":80,"protocol":"UDP"}]}]}})");
    EXPECT_EQ(pod.apply("b", R"({"spec":{"containers":[{"name":"c"}]}})"), "ok");
    EXPECT_EQ(pod.document(), R"({"metadata":{},"spec":{"containers":[{"name":"c","image":"i","ports":[)"
                              R"({"containerPort":80}]}]}})");
    EXPECT_EQ(
        pod.apply("c",
                  R"({"spec":{"containers":[{"name":"c","ports":[{"containerPort":80,"name":"web"}]}]}})"),
        "ok");
    EXPECT_EQ(pod.apply("a", R"({"spec":{"containers":[{"name":"c","image":"i"}]}})"), "ok");
    EXPECT_NE(pod.document().find("web"), std::string::npos) << "c owns the port too";
}

TEST(ServerSideApply, AtomicValuesHaveOneOwner) {
    Shared pod = of_pod();
    pod.apply("a", R"({"spec":{"nodeSelector":{"x":"1"},"tolerations":[{"key":"k"}]}})");
    EXPECT_EQ(pod.owned(), R"(Apply a {"f:spec":{"f:nodeSelector":{},"f:tolerations":{}}})");
    EXPECT_EQ(pod.apply("b", R"({"spec":{"nodeSelector":{"y":"1"},"tolerations":[]}})"),
              "\"a\": .spec.nodeSelector; \"a\": .spec.tolerations; ");
    EXPECT_EQ(pod.apply("b", R"({"spec":{"nodeSelector":{"y":"1"}}})", true), "ok");
    EXPECT_EQ(pod.document(), R"({"metadata":{},"spec":{"containers":[],"nodeSelector":{"y":"1"},)"
                              R"("tolerations":[{"key":"k"}]}})");
}

TEST(ServerSideApply, SetsHaveOwnersOfTheirValues) {
    Shared map;
    map.apply("a", R"({"metadata":{"finalizers":["x.io/a"]}})");
    map.apply("b", R"({"metadata":{"finalizers":["x.io/b"]}})");
    EXPECT_EQ(map.document(), R"({"metadata":{"finalizers":["x.io/a","x.io/b"]}})");
    EXPECT_EQ(map.owned(), R"(Apply a {"f:metadata":{"f:finalizers":{"v:\"x.io/a\"":{}}}}; )"
                           R"(Apply b {"f:metadata":{"f:finalizers":{"v:\"x.io/b\"":{}}}})");
    map.apply("a", R"({"metadata":{}})");
    EXPECT_EQ(map.document(), R"({"metadata":{"finalizers":["x.io/b"]}})");
}

TEST(Update, OwnsWhatItChanges) {
    Shared pod = of_pod();
    pod.update("kubectl-create",
               R"({"metadata":{"labels":{"a":"1"}},"spec":{"containers":[{"name":"c","resources":{}}]}})");
    EXPECT_EQ(
        pod.owned(),
        R"(Update kubectl-create {"f:metadata":{"f:labels":{".":{},"f:a":{}}},"f:spec":{"f:containers":)"
        R"({"k:{\"name\":\"c\"}":{".":{},"f:name":{},"f:resources":{}}}}})");
    pod.update("kubectl-label", R"({"metadata":{"labels":{"a":"2","b":"1"}},"spec":{"containers":[]}})");
    EXPECT_EQ(pod.owned(), R"(Update kubectl-create {"f:metadata":{"f:labels":{}}}; )"
                           R"(Update kubectl-label {"f:metadata":{"f:labels":{"f:a":{},"f:b":{}}}})");
}

TEST(Update, ByTheSameManagerAddsUp) {
    Shared map;
    map.update("m", R"({"data":{"x":"1"}})");
    map.update("m", R"({"data":{"x":"1","y":"1"}})");
    EXPECT_EQ(map.owned(), R"(Update m {"f:data":{".":{},"f:x":{},"f:y":{}}})");
    const Entries before = map.owners;
    map.update("n", R"({"data":{"x":"1","y":"1"}})");
    EXPECT_EQ(map.owners, before);
}

TEST(Update, OldUpdatersAreForgotten) {
    Shared map;
    std::string data;
    for (int i = 0; i < 12; ++i) {
        data += fmt::format(R"({}"k{}":"1")", i == 0 ? "" : ",", i);
        map.update(fmt::format("m{}", i), fmt::format(R"({{"data":{{{}}}}})", data));
    }
    ASSERT_EQ(map.owners.size(), 10U);
    EXPECT_EQ(map.owners.front().manager, "ancient-changes");
    EXPECT_EQ(api::write_json(*map.owners.front().fieldsV1),
              R"({"f:data":{".":{},"f:k0":{},"f:k1":{},"f:k2":{}}})");
}

TEST(MergedLists, StandInTheAppliedOrder) {
    struct Vector {
        std::string_view live;
        std::string_view applied;
        std::string_view result;
    };
    const auto list = [](std::string_view names) {
        Node items = Node::array();
        for (const char name : names) items.push(Node(std::string("x.io/") + name));
        Node document = node(R"({"metadata":{}})");
        document.find("metadata")->set("finalizers", std::move(items));
        return document;
    };
    for (const Vector& v : {Vector{"ab", "c", "abc"},
                            {"a", "ba", "ba"},
                            {"ax", "ab", "axb"},
                            {"ab", "ba", "ba"},
                            {"axb", "ba", "xba"},
                            {"", "ab", "ab"},
                            {"xay", "a", "xay"}}) {
        const Place place(api::describe<api::ConfigMap>());
        EXPECT_EQ(merged(place, list(v.live), list(v.applied)), list(v.result))
            << v.live << " + " << v.applied;
    }
}

TEST(Misfits, AreNamed) {
    const auto found =
        misfits(Place(api::describe<api::Pod>()),
                node(R"({"spec":{"foo":1,"containers":[{"image":"i"},{"name":"c","x":1},{"name":"c"}]}})"));
    EXPECT_EQ(fmt::format("{}", fmt::join(found, "\n")),
              ".spec.foo: field not declared in schema\n"
              ".spec.containers: element 0: associative list with keys has an element that omits key field "
              "\"name\" (and doesn't have default value)\n"
              ".spec.containers[name=\"c\"].x: field not declared in schema\n"
              ".spec.containers: duplicate entries for key [name=\"c\"]");
}

TEST(FieldsV1, IsReadInAnyForm) {
    const auto set = read_fields(node(R"({"f:a":{"k:{\"y\":1, \"x\":\"b\"}":{".":{},"f:z":{}}}})"));
    ASSERT_TRUE(set);
    EXPECT_EQ(api::write_json(write_fields(*set)),
              R"({"f:a":{"k:{\"x\":\"b\",\"y\":1}":{".":{},"f:z":{}}}})");
    EXPECT_EQ(fmt::format("{}", fmt::join(paths(*set), " ")), R"(.a[x="b",y=1] .a[x="b",y=1].z)");
    EXPECT_FALSE(read_fields(node(R"({"a":{}})")));
    EXPECT_FALSE(read_fields(node(R"({"k:":{}})")));
    EXPECT_FALSE(read_fields(node("[]")));
}

}  // namespace
}  // namespace hooklet::fields

// SPDX-License-Identifier: Apache-2.0
#include "server_fixture.hpp"

#include <string>
#include <vector>

namespace hooklet::server {
namespace {

struct Ownership : ServerTest {
    const std::string a = std::string(maps) + "/a";

    /// `200`, or the failure as verdict() says it.
    std::string apply(std::string_view manager, std::string_view content, bool force = false) {
        const std::string target =
            fmt::format("{}?fieldManager={}{}", a, manager, force ? "&force=true" : "");
        return verdict("PATCH", target,
                       fmt::format(R"({{"kind":"ConfigMap","apiVersion":"v1",{}}})", content),
                       {{"Content-Type", "application/apply-patch+yaml"}});
    }
    std::string merge(std::string_view manager, std::string content) {
        return verdict("PATCH", fmt::format("{}?fieldManager={}", a, manager), std::move(content),
                       {{"Content-Type", "application/merge-patch+json"}});
    }
    /// `Apply kubectl {"f:data":{"f:x":{}}}`, one after the other.
    std::string owned(const std::string& target) {
        const api::Node object = json("GET", target);
        const api::Node* metadata = object.find("metadata");
        const api::Node* entries = metadata == nullptr ? nullptr : metadata->find("managedFields");
        if (entries == nullptr) return "nobody";
        std::string all;
        for (const api::Node& entry : *entries->as_array()) {
            all += fmt::format("{}{} {} {}", all.empty() ? "" : "; ", text(entry, "operation"),
                               text(entry, "manager"), text(entry, "fieldsV1"));
        }
        return all;
    }
    std::string version() { return text(json("GET", a), "metadata.resourceVersion"); }
};

TEST_F(Ownership, OfWhatIsCreatedIsTheCreators) {
    ASSERT_EQ(verdict("POST", std::string(maps) + "?fieldManager=kubectl-create",
                      R"({"metadata":{"name":"a","labels":{"l":"1"}},"data":{"x":"1"}})"),
              "201");
    EXPECT_EQ(
        owned(a),
        R"(Update kubectl-create {"f:data":{".":{},"f:x":{}},"f:metadata":{"f:labels":{".":{},"f:l":{}}}})");
    const api::Node entry = json("GET", a).find("metadata")->find("managedFields")->as_array()->front();
    EXPECT_EQ(text(entry, "apiVersion"), "v1");
    EXPECT_EQ(text(entry, "fieldsType"), "FieldsV1");
    EXPECT_NE(text(entry, "time"), "-");
}

TEST_F(Ownership, OfAWriterWithoutNameIsItsProgrammes) {
    ASSERT_EQ(verdict("POST", std::string(maps), R"({"metadata":{"name":"a"},"data":{"x":"1"}})",
                      {{"User-Agent", "curl/7.88"}}),
              "201");
    EXPECT_EQ(owned(a), R"(Update curl {"f:data":{".":{},"f:x":{}}})");
}

TEST_F(Ownership, OfAPodLeavesOutWhatTheServerDecides) {
    ASSERT_EQ(make_pod("p", ""), "201");
    const std::string all = owned(path(pods, "p"));
    EXPECT_NE(all.find(R"("f:containers":{"k:{\"name\":\"c\"}":{".":{},)"), std::string::npos) << all;
    EXPECT_EQ(all.find("f:status"), std::string::npos) << all;
    EXPECT_EQ(all.find("f:uid"), std::string::npos) << all;
}

TEST_F(Ownership, OfAStatusIsItsWriters) {
    ASSERT_EQ(make_pod("p", ""), "201");
    ASSERT_EQ(verdict("PATCH", path(pods, "p") + "/status?fieldManager=node", R"({"status":{"reason":"r"}})",
                      {{"Content-Type", "application/merge-patch+json"}}),
              "200");
    const std::string all = owned(path(pods, "p"));
    EXPECT_NE(all.find(R"(Update node {"f:status":{"f:reason":{}}})"), std::string::npos) << all;
}

TEST_F(Ownership, AppliedFieldsGoWhenTheyAreNotAppliedAnyMore) {
    ASSERT_EQ(apply("me", R"("metadata":{"name":"a"},"data":{"x":"1","y":"2"})"), "201");
    ASSERT_EQ(merge("other", R"({"data":{"z":"3"}})"), "200");
    EXPECT_EQ(apply("me", R"("metadata":{"name":"a"},"data":{"x":"1"})"), "200");
    EXPECT_EQ(text(json("GET", a), "data"), R"({"x":"1","z":"3"})");
}

TEST_F(Ownership, ApplyingTheSameTwiceChangesNothing) {
    ASSERT_EQ(apply("me", R"("metadata":{"name":"a","labels":{"l":"1"}},"data":{"x":"1"})"), "201");
    const std::string before = version();
    loop.run_for(std::chrono::seconds(5));
    EXPECT_EQ(apply("me", R"("metadata":{"name":"a","labels":{"l":"1"}},"data":{"x":"1"})"), "200");
    EXPECT_EQ(version(), before);
    EXPECT_EQ(merge("me", R"({"data":{"x":"1"}})"), "200");
    EXPECT_EQ(version(), before);
}

TEST_F(Ownership, ApplyingWhatTheServerRewritesChangesNothingEither) {
    const std::string secret = "/api/v1/namespaces/default/secrets/s";
    std::string versions;
    for (int i = 0; i < 2; ++i) {
        loop.run_for(std::chrono::seconds(5));
        const auto stored =
            json("PATCH", secret + "?fieldManager=me",
                 R"({"kind":"Secret","apiVersion":"v1","metadata":{"name":"s"},"stringData":{"k":"v"}})",
                 {{"Content-Type", "application/apply-patch+yaml"}});
        EXPECT_EQ(text(stored, "data"), R"({"k":"dg=="})");
        versions += text(stored, "metadata.resourceVersion") + " ";
    }
    EXPECT_EQ(versions, "2 2 ");
}

TEST_F(Ownership, ConflictsHaveTheApisTexts) {
    ASSERT_EQ(apply("me", R"("metadata":{"name":"a"},"data":{"x":"1","y":"2"})"), "201");
    EXPECT_EQ(apply("you", R"("metadata":{"name":"a"},"data":{"x":"2"})"),
              R"(409 Conflict: Apply failed with 1 conflict: conflict with "me": .data.x)");
    EXPECT_EQ(apply("you", R"("metadata":{"name":"a"},"data":{"x":"2","y":"3"})"),
              "409 Conflict: Apply failed with 2 conflicts: conflicts with \"me\":\n- .data.x\n- .data.y");
    ASSERT_EQ(merge("kubectl-edit", R"({"data":{"x":"5"}})"), "200");
    const auto refused =
        json("PATCH", a + "?fieldManager=you",
             R"({"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a"},"data":{"x":"2"}})",
             {{"Content-Type", "application/apply-patch+yaml"}});
    EXPECT_EQ(
        text(refused, "details"),
        R"({"causes":[{"reason":"FieldManagerConflict","message":"conflict with \"kubectl-edit\" using v1",)"
        R"("field":".data.x"}]})");
    EXPECT_EQ(apply("you", R"("metadata":{"name":"a"},"data":{"x":"2"})", true), "200");
    EXPECT_EQ(text(json("GET", a), "data"), R"({"x":"2","y":"2"})");
    EXPECT_EQ(owned(a), R"(Apply me {"f:data":{"f:y":{}}}; Apply you {"f:data":{"f:x":{}}})");
}

TEST_F(Ownership, IsDroppedWithOneEmptyEntry) {
    ASSERT_EQ(make_map("a"), "201");
    ASSERT_EQ(merge("me", R"({"metadata":{"managedFields":[{}]}})"), "200");
    EXPECT_EQ(owned(a), "nobody");
    ASSERT_EQ(merge("me", R"({"data":{"k":"w"}})"), "200");
    EXPECT_EQ(owned(a), "nobody");
    EXPECT_EQ(
        apply("me", R"("metadata":{"name":"a"},"data":{"k":"v"})"),
        R"(409 Conflict: Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .data.k)");
}

TEST_F(Ownership, CanBeWrittenByAClient) {
    ASSERT_EQ(make_map("a"), "201");
    ASSERT_EQ(
        merge("me", R"({"metadata":{"managedFields":[{"manager":"kubectl","operation":"Apply",)"
                    R"("apiVersion":"v1","fieldsType":"FieldsV1","fieldsV1":{"f:data":{"f:k":{}}}}]}})"),
        "200");
    EXPECT_EQ(owned(a), R"(Apply kubectl {"f:data":{"f:k":{}}})");
    EXPECT_EQ(apply("kubectl", R"("metadata":{"name":"a"})"), "200");
    EXPECT_EQ(text(json("GET", a), "data"), "-");
}

TEST_F(Ownership, WhatCannotBeAppliedIsRefused) {
    struct Case {
        std::string_view body;
        std::string_view verdict;
    };
    for (const Case& one : std::vector<Case>{
             {R"({"kind":"ConfigMap","apiVersion":"v2"})",
              "400 BadRequest: Incorrect version specified in apply patch. Specified patch version: v2, "
              "expected: v1"},
             {R"({"kind":"ConfigMap","apiVersion":"v1","metadata":{"managedFields":[]}})",
              "400 BadRequest: metadata.managedFields must be nil"},
             {R"({"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a"},"foo":1})",
              "500 -: failed to create typed patch object (default/a; /v1, Kind=ConfigMap): .foo: field not "
              "declared in schema"},
             {R"({"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"b"}})",
              "400 BadRequest: the name of the object (b) does not match the name on the URL (a)"}}) {
        EXPECT_EQ(verdict("PATCH", a + "?fieldManager=me", std::string(one.body),
                          {{"Content-Type", "application/apply-patch+yaml"}}),
                  one.verdict);
    }
}

TEST_F(Ownership, ADryRunOwnsNothing) {
    ASSERT_EQ(make_map("a"), "201");
    const std::string before = version();
    EXPECT_EQ(verdict("PATCH", a + "?fieldManager=me&force=true&dryRun=All",
                      R"({"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a"},"data":{"k":"w"}})",
                      {{"Content-Type", "application/apply-patch+yaml"}}),
              "200");
    EXPECT_EQ(version(), before);
}

}  // namespace
}  // namespace hooklet::server

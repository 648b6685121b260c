// SPDX-License-Identifier: Apache-2.0
#include "store/batch.hpp"

#include "api/json.hpp"

#include <gtest/gtest.h>

namespace hooklet::store {
namespace {

using Verb = Mutation::Verb;

const ObjectKey web{"pods", "default", "web"};

api::Node node(std::string_view text) {
    return api::parse_json(text).value();
}

struct BatchTest : testing::Test {
    BatchTest() {
        const api::Node content =
            node(R"({"kind":"Pod","metadata":{"name":"web","uid":"u1","labels":{"app":"a"}},"x":1})");
        stored = make_object(web, 5, content, nullptr);
    }
    Batch batch(FieldsOf fields_of = nullptr) {
        return {9, [this](const ObjectKey& key) { return key == web ? stored : nullptr; },
                std::move(fields_of)};
    }
    /// The failure's code and text of an update of `web`.
    std::string update_failure(std::string_view content) {
        Batch planned = batch();
        const auto done = planned.plan({Verb::update, web, node(content), {}});
        EXPECT_TRUE(planned.changes().empty());
        return done ? "" : std::string(name(done.error().code)) + ": " + done.error().text();
    }
    std::string removal_failure(Preconditions preconditions) {
        Batch planned = batch();
        const auto done = planned.plan({Verb::remove, web, std::nullopt, std::move(preconditions)});
        return done ? "" : std::string(name(done.error().code)) + ": " + done.error().text();
    }
    ObjectPtr stored;
};

TEST_F(BatchTest, RevisionsFollowEachOther) {
    Batch planned = batch();
    const ObjectKey a{"pods", "default", "a"};
    ASSERT_TRUE(planned.plan({Verb::create, a, node(R"({"metadata":{"name":"a"}})"), {}}));
    ASSERT_TRUE(planned.plan({Verb::update, web, node(R"({"metadata":{}})"), {}}));
    const auto gone = planned.plan({Verb::remove, a, std::nullopt, {}});
    ASSERT_TRUE(gone);
    EXPECT_EQ(*(*gone)->text, R"({"metadata":{"name":"a","resourceVersion":"12"}})");
    ASSERT_EQ(planned.changes().size(), 3U);
    EXPECT_EQ(planned.changes()[0]->revision, 10);
    EXPECT_EQ(*planned.changes()[0]->after->text, R"({"metadata":{"name":"a","resourceVersion":"10"}})");
    EXPECT_EQ(planned.changes()[1]->before, stored);
    EXPECT_EQ(planned.changes()[2]->before, planned.changes()[0]->after) << "sees what the batch made";
    EXPECT_EQ(planned.changes()[2]->after, nullptr);
}

TEST_F(BatchTest, KeepsOfTheContentWhatSelectorsAskFor) {
    Batch planned = batch([](std::string_view resource, const api::Node& content) {
        return Fields{{"status.phase", std::string(resource) + *content.find("phase")->as_string()}};
    });
    const api::Node content =
        node(R"({"metadata":{"uid":"u","labels":{"app":"b","n":""}},"phase":"Running"})");
    const auto made = planned.plan({Verb::create, {"pods", "ns", "b"}, content, {}});
    ASSERT_TRUE(made);
    const Object& object = **made;
    EXPECT_EQ(object.uid, "u");
    EXPECT_EQ(*object.label("app"), "b");
    EXPECT_EQ(*object.label("n"), "");
    EXPECT_EQ(object.label("other"), nullptr);
    EXPECT_EQ(*object.field("status.phase"), "podsRunning");
    EXPECT_EQ(*object.field("metadata.name"), "b");
    EXPECT_EQ(*object.field("metadata.namespace"), "ns");
    EXPECT_EQ(object.field("spec.nodeName"), nullptr);
    EXPECT_EQ(metadata_text(object.node(), "resourceVersion"), "10");
}

TEST_F(BatchTest, CreateNeedsAFreeName) {
    Batch planned = batch();
    const auto again = planned.plan({Verb::create, web, node("{}"), {}});
    EXPECT_EQ(again.error().code, Code::already_exists);
    EXPECT_EQ(again.error().text(), R"(pods "web" already exists)");
    const api::Node ending = node(R"({"metadata":{"deletionTimestamp":"2026-01-01T00:00:00Z"}})");
    ASSERT_TRUE(planned.plan({Verb::update, web, ending, {}}));
    EXPECT_EQ(planned.plan({Verb::create, web, node("{}"), {}}).error().text(),
              R"(object is being deleted: pods "web" already exists)");
    ASSERT_TRUE(planned.plan({Verb::remove, web, std::nullopt, {}}));
    EXPECT_TRUE(planned.plan({Verb::create, web, node("{}"), {}}));
}

TEST_F(BatchTest, CreateRefusesAResourceVersion) {
    Batch planned = batch();
    const auto made = planned.plan(
        {Verb::create, {"pods", "default", "a"}, node(R"({"metadata":{"resourceVersion":"1"}})"), {}});
    EXPECT_EQ(made.error().code, Code::internal);
    EXPECT_EQ(made.error().text(), "resourceVersion should not be set on objects to be created");
}

TEST_F(BatchTest, AnObjectHasALongestText) {
    Batch planned = batch();
    api::Node content = node(R"({"metadata":{}})");
    content.set("data", api::Node(std::string(largest_object, 'x')));
    const auto made = planned.plan({Verb::create, {"pods", "default", "a"}, content, {}});
    EXPECT_EQ(made.error().code, Code::invalid);
    EXPECT_THAT(made.error().text(), testing::HasSubstr("1572864 are allowed"));
    EXPECT_EQ(planned.plan({Verb::update, web, content, {}}).error().code, Code::invalid);
}

TEST_F(BatchTest, UpdateNeedsTheStoredVersion) {
    constexpr std::string_view modified =
        R"(conflict: Operation cannot be fulfilled on pods "web": the object has been modified; )"
        "please apply your changes to the latest version and try again";
    EXPECT_EQ(update_failure(R"({"metadata":{"resourceVersion":"4"}})"), modified);
    EXPECT_EQ(update_failure(R"({"metadata":{"resourceVersion":"abc"}})"), modified);
    EXPECT_EQ(update_failure(R"({"metadata":{"uid":"u2"}})"),
              R"(conflict: Operation cannot be fulfilled on pods "web": Precondition failed: UID in )"
              "precondition: u2, UID in object meta: u1");
    Batch planned = batch();
    EXPECT_TRUE(planned.plan({Verb::update, web, node(R"({"metadata":{"resourceVersion":"5"}})"), {}}));
    EXPECT_TRUE(planned.plan({Verb::update, web, node(R"({"metadata":{}})"), {}})) << "no condition";
    EXPECT_EQ(
        planned.plan({Verb::update, web, node(R"({"metadata":{"resourceVersion":"5"}})"), {}}).error().code,
        Code::conflict)
        << "the batch changed it";
}

TEST_F(BatchTest, AnUpdateWithoutAChangeChangesNothing) {
    Batch planned = batch();
    const auto same = planned.plan({Verb::update, web, stored->node(), {}});
    ASSERT_TRUE(same);
    EXPECT_EQ(*same, stored);
    api::Node unconditional = stored->node();
    std::erase_if(*unconditional.find("metadata")->as<api::Node::Object>(),
                  [](const api::Member& member) { return member.key == "resourceVersion"; });
    EXPECT_EQ(planned.plan({Verb::update, web, unconditional, {}}).value(), stored);
    EXPECT_TRUE(planned.changes().empty());
}

TEST_F(BatchTest, WhatIsMissingIsNotFound) {
    Batch planned = batch();
    const ObjectKey lease{"leases.coordination.k8s.io", "ns", "l"};
    const auto updated = planned.plan({Verb::update, lease, node("{}"), {}});
    EXPECT_EQ(updated.error().code, Code::not_found);
    EXPECT_EQ(updated.error().text(), R"(leases.coordination.k8s.io "l" not found)");
    ASSERT_TRUE(planned.plan({Verb::remove, web, std::nullopt, {}}));
    EXPECT_EQ(planned.plan({Verb::remove, web, std::nullopt, {}}).error().code, Code::not_found);
}

TEST_F(BatchTest, RemovalChecksItsPreconditions) {
    EXPECT_EQ(
        removal_failure({.uid = "u2", .resource_version = ""}),
        R"(conflict: Operation cannot be fulfilled on Pod "web": the UID in the precondition (u2) does )"
        "not match the UID in record (u1). The object might have been deleted and then recreated");
    EXPECT_EQ(removal_failure({.uid = "u1", .resource_version = "4"}),
              R"(conflict: Operation cannot be fulfilled on Pod "web": the ResourceVersion in the )"
              "precondition (4) does not match the ResourceVersion in record (5). The object might have been "
              "modified");
    EXPECT_EQ(removal_failure({.uid = "u1", .resource_version = "5"}), "");
}

TEST_F(BatchTest, AnObjectCanEndWithAContentOfItsOwn) {
    Batch planned = batch();
    const auto gone = planned.plan({Verb::remove, web, node(R"({"metadata":{},"last":true})"), {}});
    ASSERT_TRUE(gone);
    EXPECT_EQ(*(*gone)->text, R"({"metadata":{"resourceVersion":"10"},"last":true})");
    EXPECT_EQ(planned.changes()[0]->removed(), *gone);
}

}  // namespace
}  // namespace hooklet::store

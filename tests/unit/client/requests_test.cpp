// SPDX-License-Identifier: Apache-2.0
// What the client asks for: types, names, conditions, patches, where the API is.
#include "client/api_client.hpp"
#include "client/pod_containers.hpp"
#include "client/remote_command.hpp"
#include "client/resource_type.hpp"
#include "client/three_way_patch.hpp"
#include "client/wait_for.hpp"
#include "kinds/kind.hpp"
#include "unit/client/json.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace hooklet::client {
namespace {

ResourceTypes types() {
    ResourceTypes all;
    add_discovered(json(R"({"items":[{"metadata":{},"versions":[{"version":"v1","resources":[
        {"resource":"pods","responseKind":{"kind":"Pod"},"scope":"Namespaced","singularResource":"pod","shortNames":["po"],
         "categories":["all"]},
        {"resource":"nodes","responseKind":{"kind":"Node"},"scope":"Cluster","singularResource":"node"}]}]},
        {"metadata":{"name":"hooklet.dev"},"versions":[{"version":"v1","resources":[
        {"resource":"hookruns","categories":["all"],"responseKind":{"kind":"HookRun"},"scope":"Namespaced","singularResource":"hookrun"}]}]}]})"),
                   all);
    return all;
}

TEST(ResourceTypes, AreFoundByEachOfTheirNames) {
    for (const char* word : {"pods", "pod", "po", "Pod", "PODS"})
        EXPECT_EQ(find_type(types(), word).value().plural, "pods") << word;
    for (const char* word : {"hookrun", "hookruns.hooklet.dev", "hookrun.hooklet.dev"})
        EXPECT_EQ(find_type(types(), word).value().resource(), "hookruns.hooklet.dev") << word;
    EXPECT_EQ(find_type(types(), "pods.apps").error().message,
              "error: the server doesn't have a resource type \"pods.apps\"");
    EXPECT_EQ(type_of(types(), json(R"({"kind":"HookRun","apiVersion":"hooklet.dev/v1"})")).value().kind,
              "HookRun");
    EXPECT_EQ(type_of(types(), json(R"({"kind":"Job","apiVersion":"batch/v1"})")).error().message,
              "error: no matches for kind \"Job\" in version \"batch/v1\"");
}

TEST(ResourceTypes, ACategoryStandsForItsTypes) {
    const auto found = [](const char* word) {
        std::string names;
        for (const ResourceType& type : find_types(types(), word).value_or(ResourceTypes{}))
            names += type.plural + " ";
        return names;
    };
    EXPECT_EQ(found("all"), "pods hookruns ");
    EXPECT_EQ(found("po"), "pods ");
    EXPECT_EQ(find_types(types(), "every").error().message,
              "error: the server doesn't have a resource type \"every\"");
}

TEST(ResourceTypes, HavePathsAndNames) {
    const ResourceType pods = *find_type(types(), "po");
    EXPECT_EQ(pods.path("default", "a b"), "/api/v1/namespaces/default/pods/a%20b");
    EXPECT_EQ(pods.path(""), "/api/v1/pods");
    EXPECT_EQ(find_type(types(), "node")->path("default", "n"), "/api/v1/nodes/n");
    EXPECT_EQ(find_type(types(), "hookrun")->path("x"), "/apis/hooklet.dev/v1/namespaces/x/hookruns");
    EXPECT_EQ(find_type(types(), "hookrun")->named("h"), "hookrun.hooklet.dev/h");
}

std::string wanted(const std::vector<std::string>& arguments) {
    const auto read = read_wanted(arguments);
    if (!read) return read.error().message;
    std::string text;
    for (const Wanted& one : *read) text += one.type + ":" + one.name + " ";
    return text;
}

TEST(Arguments, NameObjects) {
    EXPECT_EQ(wanted({"pods"}), "pods: ");
    EXPECT_EQ(wanted({"pods,nodes"}), "pods: nodes: ");
    EXPECT_EQ(wanted({"pod", "a", "b"}), "pod:a pod:b ");
    EXPECT_EQ(wanted({"pod/a", "node/b"}), "pod:a node:b ");
    const std::string mixed = "error: arguments in resource/name form must have a single resource and name";
    EXPECT_EQ(wanted({"pod/a", "b"}), mixed);
    EXPECT_EQ(wanted({"pod/"}), mixed);
    EXPECT_EQ(wanted({}), "error: You must specify the type of resource to get.");
}

TEST(Errors, AreInKubectlsWords) {
    EXPECT_EQ(error_of(json(R"({"reason":"NotFound","message":"pods \"x\" not found"})")).message,
              "Error from server (NotFound): pods \"x\" not found");
    EXPECT_EQ(
        error_of(json(R"({"reason":"Invalid","message":"Pod \"x\" is invalid: spec: Required"})")).message,
        "The Pod \"x\" is invalid: spec: Required");
    EXPECT_EQ(error_of(json(R"({"reason":"Expired","message":"old"})")).code, Code::expired);
    EXPECT_EQ(error_of(json(R"({"reason":"Unauthorized","message":"Unauthorized"})")).message,
              "error: You must be logged in to the server (Unauthorized)");
    EXPECT_EQ(error_of(json(R"({"message":"no"})")).message, "Error from server: no");
}

bool met(std::string_view wanted, std::string_view status) {
    return is_met(parse_wait_for(wanted).value(), json(fmt::format("{{\"status\":{}}}", status))).value();
}

TEST(Wait, ForAConditionOrAPath) {
    const char* ready = R"({"phase":"Running","conditions":[{"type":"Ready","status":"True"}]})";
    EXPECT_TRUE(met("condition=Ready", ready));
    EXPECT_TRUE(met("condition=ready=True", ready));
    EXPECT_FALSE(met("condition=Ready=false", ready));
    EXPECT_FALSE(met("condition=Other", ready));
    EXPECT_TRUE(met("jsonpath={.status.phase}=Running", ready));
    EXPECT_TRUE(met("jsonpath='{.status.phase}'=Running", ready));
    EXPECT_FALSE(met("jsonpath={.status.phase}=Pending", ready));
    EXPECT_TRUE(met("jsonpath={.status.phase}", ready));
    EXPECT_FALSE(met("jsonpath={.status.podIP}", ready));
    EXPECT_TRUE(met(R"(jsonpath={.status.conditions[?(@.type=="Ready")].status}=True)", ready));
    EXPECT_EQ(parse_wait_for("delete")->kind, WaitFor::Kind::deletion);
    EXPECT_EQ(parse_wait_for("Ready").error().message, "error: unrecognized condition: \"Ready\"");
}

std::string patch(std::string_view before, std::string_view wanted, std::string_view current,
                  bool pod = true) {
    const api::TypeDescriptor* type = pod ? kinds::find("", "v1", "pods")->type : nullptr;
    return api::write_json(three_way_patch(type, json(before), json(wanted), json(current)));
}

TEST(Apply, ChangesWhatDiffersAndNothingElse) {
    const char* current = R"({"metadata":{"name":"a","uid":"u","labels":{"a":"1","by":"other"}},
        "spec":{"containers":[{"name":"c","image":"i:1","imagePullPolicy":"Always"}],"nodeName":"n"}})";
    EXPECT_EQ(
        patch(
            "{}",
            R"({"metadata":{"name":"a","labels":{"a":"1"}},"spec":{"containers":[{"name":"c","image":"i:1"}]}})",
            current),
        "{}");
    EXPECT_EQ(
        patch("{}", R"({"metadata":{"labels":{"a":"2"}},"spec":{"containers":[{"name":"c","image":"i:2"}]}})",
              current),
        R"({"metadata":{"labels":{"a":"2"}},"spec":{"containers":[{"image":"i:2","name":"c"}]}})");
}

TEST(Apply, RemovesWhatItHadSetBefore) {
    const char* before = R"({"metadata":{"labels":{"a":"1","b":"2"}},"spec":{"tolerations":[{"key":"k"}],
        "containers":[{"name":"c","env":[{"name":"X","value":"1"},{"name":"Y","value":"2"}]}]}})";
    const char* later = R"({"metadata":{"labels":{"a":"1"}},"spec":{
        "containers":[{"name":"c","env":[{"name":"X","value":"3"}]}]}})";
    EXPECT_EQ(patch(before, later, before),
              R"({"metadata":{"labels":{"b":null}},"spec":{"containers":[{"env":[{"value":"3","name":"X"},)"
              R"({"$patch":"delete","name":"Y"}],"name":"c"}],"tolerations":null}})");
    EXPECT_EQ(patch(before, later, later), "{}");
}

TEST(Apply, KnowsSetsAndPlainLists) {
    EXPECT_EQ(
        patch(R"({"metadata":{"finalizers":["a/a","b/b"]}})", R"({"metadata":{"finalizers":["a/a","c/c"]}})",
              R"({"metadata":{"finalizers":["a/a","b/b","x/x"]}})"),
        R"({"metadata":{"finalizers":["c/c"],"$deleteFromPrimitiveList/finalizers":["b/b"]}})");
    EXPECT_EQ(
        patch("{}", R"({"spec":{"list":[{"name":"a"}]}})", R"({"spec":{"list":[{"name":"b"}]}})", false),
        R"({"spec":{"list":[{"name":"a"}]}})");
}

TEST(Apply, KeepsWhatWasAppliedAtTheObject) {
    const api::Node once = with_last_applied(json(R"({"metadata":{"name":"a"}})"));
    EXPECT_EQ(last_applied_of(once), json(R"({"metadata":{"annotations":{},"name":"a"}})"));
    EXPECT_EQ(with_last_applied(once), once);
    const api::Node other = with_last_applied(json(R"({"metadata":{"name":"a"},"kind":"b","c":["<&"]})"));
    EXPECT_EQ(*other.find("metadata")->find("annotations")->find(last_applied)->as_string(),
              R"({"c":["\u003c\u0026"],"kind":"b","metadata":{"annotations":{},"name":"a"}})"
              "\n");
    EXPECT_TRUE(last_applied_of(json("{}")).is_null());
}

TEST(Containers, TheFirstIsMeant) {
    const auto pod = json(
        R"({"metadata":{},"spec":{"initContainers":[{"name":"i"}],"containers":[{"name":"a"},{"name":"b"}]}})");
    EXPECT_EQ(default_container(pod).name, "a");
    EXPECT_EQ(default_container(pod).note, "Defaulted container \"a\" out of: a, b, i (init)");
    const auto annotated =
        json(R"({"metadata":{"annotations":{"kubectl.kubernetes.io/default-container":"b"}},
                                    "spec":{"containers":[{"name":"a"},{"name":"b"}]}})");
    EXPECT_EQ(default_container(annotated).name + default_container(annotated).note, "b");
    EXPECT_EQ(pod_name("pod/a") + pod_name("b") + pod_name("node/c"), "ab");
}

TEST(Exec, EndsWithTheCommandsCode) {
    EXPECT_EQ(exit_code_of(R"({"status":"Success"})").value(), 0);
    EXPECT_EQ(exit_code_of(R"({"status":"Failure","reason":"NonZeroExitCode","message":"m",
                               "details":{"causes":[{"reason":"ExitCode","message":"7"}]}})")
                  .value(),
              7);
    EXPECT_EQ(
        exit_code_of(R"({"status":"Failure","reason":"InternalError","message":"no sh"})").error().message,
        "error: no sh");
}

}  // namespace
}  // namespace hooklet::client

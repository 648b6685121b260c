// SPDX-License-Identifier: Apache-2.0
#include "admission/node_restriction.hpp"

#include "api/json.hpp"
#include "informer/document.hpp"

#include <string>
#include <string_view>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace hooklet::admission {
namespace {

template <class T>
T object_of(std::string_view text) {
    return read_as<T>(api::parse_json(text).value());
}

std::string why(const Checked& checked) {
    return checked ? "" : checked.error();
}

std::string pod_text(std::string_view spec = "", std::string_view owner = "",
                     std::string_view annotation = "kubernetes.io/config.mirror") {
    return fmt::format(
        R"({{"metadata":{{"name":"p","uid":"p-uid","annotations":{{"{}":"x"}},"ownerReferences":)"
        R"([{{"apiVersion":"v1","kind":"Node","name":"n","uid":"u"{}}}]}},)"
        R"("spec":{{"nodeName":"n"{}}}}})",
        annotation, owner, spec);
}

TEST(NodeRestriction, NodesCreateMirrorsOnly) {
    const auto refusal = [](std::string_view spec, std::string_view owner = R"(,"controller":true)",
                            std::string_view annotation = "kubernetes.io/config.mirror") {
        return why(node_may_create("n", object_of<api::Pod>(pod_text(spec, owner, annotation)), "u"));
    };
    EXPECT_EQ(refusal(""), "");
    EXPECT_EQ(
        refusal("", R"(,"controller":true)", "other"),
        R"(pod does not have "kubernetes.io/config.mirror" annotation, node "n" can only create mirror pods)");
    EXPECT_EQ(why(node_may_create("m", object_of<api::Pod>(pod_text()), "u")),
              R"(node "m" can only create pods with spec.nodeName set to itself)");
    EXPECT_EQ(refusal("", ""),
              R"(node "n" can only create pods with a controller owner reference set to itself)");
    EXPECT_EQ(refusal("", R"(,"controller":true,"blockOwnerDeletion":true)"),
              R"(node "n" must not set blockOwnerDeletion on an owner reference)");
    const auto uses = [&refusal](std::string_view spec) {
        const std::string text = refusal(spec);
        return text.substr(std::min(text.size(), text.rfind(' ') + 1));
    };
    EXPECT_EQ(uses(R"(,"serviceAccountName":"a")"), "account");
    EXPECT_EQ(uses(R"(,"imagePullSecrets":[{"name":"s"}])"), "secrets");
    EXPECT_EQ(uses(R"(,"volumes":[{"name":"v","projected":{"sources":[{"secret":{"name":"s"}}]}}])"),
              "secrets");
    EXPECT_EQ(
        uses(R"(,"containers":[{"name":"c","envFrom":[{"configMapRef":{"name":"m","optional":true}}]}])"),
        "configmaps");
    EXPECT_EQ(uses(R"(,"volumes":[{"name":"v","persistentVolumeClaim":{"claimName":"c"}}])"),
              "persistentvolumeclaims");
    EXPECT_EQ(why(node_may_create("n", object_of<api::Pod>(pod_text("", R"(,"controller":true)")), "v")),
              "node n UID mismatch: expected u got v");
    EXPECT_EQ(why(node_may_create(
                  "n",
                  object_of<api::Pod>(R"({"metadata":{"annotations":{"kubernetes.io/config.mirror":"x"}},)"
                                      R"("spec":{"nodeName":"n"}})"),
                  "u")),
              R"(node "n" can only create pods with an owner reference set to itself)");
}

TEST(NodeRestriction, PodsOfOthersAreNotTheNodesBusiness) {
    const auto pod = object_of<api::Pod>(R"({"spec":{"nodeName":"m"}})");
    EXPECT_EQ(why(node_may_delete("m", pod)), "");
    EXPECT_EQ(why(node_may_delete("n", pod)),
              R"(node "n" can only delete pods with spec.nodeName set to itself)");
    EXPECT_EQ(why(node_may_evict("m", pod)), "");
    EXPECT_EQ(why(node_may_evict("n", pod)), "node n can only evict pods with spec.nodeName set to itself");
    EXPECT_EQ(why(node_may_write_status("m", pod, pod)), "");
    EXPECT_EQ(why(node_may_write_status("n", pod, pod)),
              R"(node "n" can only update pod status for pods with spec.nodeName set to itself)");
    const auto labelled = object_of<api::Pod>(R"({"metadata":{"labels":{"a":"b"}},"spec":{"nodeName":"m"}})");
    EXPECT_EQ(why(node_may_write_status("m", labelled, pod)),
              R"(node "m" cannot update labels through pod status)");
}

api::NodeObject node_with(std::string_view labels, std::string_view spec = "{}") {
    return object_of<api::NodeObject>(
        fmt::format(R"({{"metadata":{{"name":"n","labels":{}}},"spec":{}}})", labels, spec));
}

TEST(NodeRestriction, ANodeKeepsTheLabelsThatSteerPods) {
    const api::NodeObject plain = node_with("{}");
    const std::string_view fine = R"({"kubernetes.io/os":"linux","node.kubernetes.io/x":"y","a.kubelet.)"
                                  R"(kubernetes.io/b":"c","mine":"x","example.com/x":"y","xk8s.io/x":"y"})";
    EXPECT_EQ(why(node_may_write("n", node_with(fine), nullptr)), "");
    EXPECT_EQ(why(node_may_write("n", node_with(fine), &plain)), "");
    const api::NodeObject chosen = node_with(
        R"({"node-role.kubernetes.io/control-plane":"","a.node-restriction.kubernetes.io/b":"c","x":"y"})");
    EXPECT_EQ(why(node_may_write("n", chosen, nullptr)),
              "node \"n\" is not allowed to set the following labels: a.node-restriction.kubernetes.io/b, "
              "node-role.kubernetes.io/control-plane");
    EXPECT_EQ(why(node_may_write("n", plain, &chosen)),
              "is not allowed to modify labels: a.node-restriction.kubernetes.io/b, "
              "node-role.kubernetes.io/control-plane");
    EXPECT_EQ(why(node_may_write("n", chosen, &chosen)), "");
}

TEST(NodeRestriction, ANodeIsItselfWithItsTaints) {
    const api::NodeObject plain = node_with("{}");
    const api::NodeObject tainted = node_with("{}", R"({"taints":[{"key":"a","effect":"NoSchedule"}]})");
    EXPECT_EQ(why(node_may_write("n", tainted, nullptr)), "");
    EXPECT_EQ(why(node_may_write("n", plain, &tainted)), R"(node "n" is not allowed to modify taints)");
    EXPECT_EQ(why(node_may_write("m", plain, nullptr)), R"(node "m" is not allowed to modify node "n")");
    EXPECT_EQ(why(node_may_create_lease("n", "n")), "");
    EXPECT_NE(why(node_may_create_lease("n", "m")), "");
}

TEST(NodeRestriction, TokensAreForPodsOnTheNode) {
    const auto request = [](std::string_view bound, std::string_view audiences = "[]") {
        return object_of<api::TokenRequest>(
            fmt::format(R"({{"spec":{{"audiences":{},"boundObjectRef":{}}}}})", audiences, bound));
    };
    const std::string_view right = R"({"kind":"Pod","apiVersion":"v1","name":"p","uid":"p-uid"})";
    EXPECT_EQ(why(node_may_ask_for(request(right))), "");
    for (const char* wrong : {"null", R"({"kind":"Secret","apiVersion":"v1","name":"p","uid":"p-uid"})",
                              R"({"kind":"Pod","apiVersion":"v1","uid":"p-uid"})"}) {
        EXPECT_EQ(why(node_may_ask_for(request(wrong))), "node requested token not bound to a pod") << wrong;
    }
    EXPECT_EQ(why(node_may_ask_for(request(R"({"kind":"Pod","apiVersion":"v1","name":"p"})"))),
              "node requested token with a pod binding without a uid");
    const auto pod = object_of<api::Pod>(
        pod_text(R"(,"volumes":[{"name":"v","projected":{"sources":[{"serviceAccountToken":{"path":"t"}},)"
                 R"({"serviceAccountToken":{"path":"v","audience":"vault"}}]}}])"));
    EXPECT_EQ(why(node_may_have("n", request(right), pod)), "");
    EXPECT_EQ(why(node_may_have("n", request(right, R"(["vault"])"), pod)), "");
    EXPECT_EQ(why(node_may_have("n", request(right, R"(["x"])"), pod)),
              R"(audience "x" not found in pod spec volume)");
    EXPECT_EQ(why(node_may_have("n", request(right, R"(["vault","x"])"), pod)),
              "node may only request 0 or 1 audiences");
    EXPECT_EQ(why(node_may_have("m", request(right), pod)),
              "node requested token bound to a pod scheduled on a different node");
    EXPECT_NE(
        why(node_may_have("n", request(R"({"kind":"Pod","apiVersion":"v1","name":"p","uid":"x"})"), pod)),
        "");
}

}  // namespace
}  // namespace hooklet::admission

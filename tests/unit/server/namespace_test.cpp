// SPDX-License-Identifier: Apache-2.0
#include "server/cluster_admission.hpp"
#include "server_fixture.hpp"

namespace hooklet::server {
namespace {

/// A server with the rules that look at other objects.
struct Namespaces : ServerTest {
    Namespaces() { services.admission = &cluster; }

    std::string make(std::string_view name) {
        return verdict("POST", "/api/v1/namespaces", fmt::format(R"({{"metadata":{{"name":"{}"}}}})", name));
    }

    LocalApi local{services};
    admission::Admission rules{&local, &loop.clock(), &random};
    ClusterAdmission cluster{&rules, nullptr, &loop.clock()};
};

const std::string a = "/api/v1/namespaces/a";

TEST_F(Namespaces, HoldWhatIsCreatedInThem) {
    EXPECT_EQ(make_map("m"), R"(404 NotFound: namespaces "default" not found)");
    ASSERT_EQ(make("default"), "201");
    EXPECT_EQ(make_map("m"), "201");
    EXPECT_EQ(verdict("DELETE", "/api/v1/namespaces/default"),
              R"(403 Forbidden: namespaces "default" is forbidden: this namespace may not be deleted)");
}

TEST_F(Namespaces, HaveTheirNameAsALabel) {
    for (const char* metadata : {R"({"name":"a"})", R"({"generateName":"a-"})"}) {
        const auto made = json("POST", "/api/v1/namespaces", fmt::format(R"({{"metadata":{}}})", metadata));
        EXPECT_EQ(text(made, "metadata.labels"),
                  fmt::format(R"({{"kubernetes.io/metadata.name":"{}"}})", text(made, "metadata.name")));
    }
}

TEST_F(Namespaces, EndWhenTheirContentIsGone) {
    ASSERT_EQ(make("a"), "201");
    const auto marked = json("DELETE", a);
    EXPECT_EQ(text(marked, "status.phase"), "Terminating");
    EXPECT_EQ(text(marked, "metadata.deletionTimestamp"), "2026-01-01T00:00:00Z");
    EXPECT_EQ(
        verdict("POST", a + "/configmaps", R"({"metadata":{"name":"m"}})"),
        R"(403 Forbidden: configmaps "m" is forbidden: unable to create new content in namespace a because )"
        "it is being terminated");
    EXPECT_EQ(verdict("PUT", a, R"({"metadata":{"name":"a"}})"), "200") << "an ordinary update keeps it";
    EXPECT_EQ(text(json("GET", a), "spec.finalizers"), R"(["kubernetes"])");
    EXPECT_EQ(verdict("PUT", a + "/finalize", R"({"metadata":{"name":"a"},"spec":{"finalizers":[]}})"),
              "200");
    EXPECT_EQ(verdict("GET", a), R"(404 NotFound: namespaces "a" not found)");
}

TEST_F(Namespaces, PodsGetWhatFollowsFromOtherObjects) {
    ASSERT_EQ(make("default"), "201");
    ASSERT_EQ(
        verdict("POST", "/api/v1/namespaces/default/serviceaccounts", R"({"metadata":{"name":"default"}})"),
        "201");
    ASSERT_EQ(make_pod("p", ""), "201");
    const auto pod = json("GET", path(pods, "p"));
    EXPECT_EQ(text(pod, "spec.serviceAccountName"), "default");
    EXPECT_EQ(text(pod, "spec.priority"), "0");
    EXPECT_EQ(text(pod, "metadata.generation"), "1");
    EXPECT_EQ(text(pod, "status.phase"), "Pending");
    EXPECT_EQ(text(pod, "status.qosClass"), "BestEffort");
    ASSERT_EQ(verdict("POST", "/api/v1/namespaces/default/limitranges",
                      R"({"metadata":{"name":"l"},"spec":{"limits":[{"type":"Container",)"
                      R"("defaultRequest":{"memory":"32Mi"}}]}})"),
              "201");
    ASSERT_EQ(make_pod("limited", ""), "201");
    EXPECT_EQ(text(json("GET", path(pods, "limited")), "status.qosClass"), "Burstable");
}

}  // namespace
}  // namespace hooklet::server

// SPDX-License-Identifier: Apache-2.0
#include "server/cluster_admission.hpp"
#include "server_fixture.hpp"

#include <gmock/gmock.h>

namespace hooklet::server {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct PodSecurity : ServerTest {
    PodSecurity() {
        services.admission = &cluster;
        verdict("POST", "/api/v1/namespaces", R"({"metadata":{"name":"default"}})");
        verdict("POST", "/api/v1/namespaces/default/serviceaccounts", R"({"metadata":{"name":"default"}})");
    }
    /// The warnings of the namespace's new labels (`"enforce":"baseline"`).
    std::vector<std::string> label(std::string_view labels) {
        return warnings("PATCH", "/api/v1/namespaces/default",
                        fmt::format(R"({{"metadata":{{"labels":{{{}}}}}}})", labels), merge);
    }
    std::vector<std::string> warnings(std::string method, std::string target, std::string body,
                                      std::vector<HttpHeader> headers = {}) {
        const auto exchange = ask(std::move(method), std::move(target), std::move(body), std::move(headers));
        EXPECT_LT(exchange->reply.status, 300) << exchange->reply.body;
        std::vector<std::string> texts;
        for (const HttpHeader& header : exchange->reply.headers) {
            if (header.name == "Warning") texts.push_back(header.value);
        }
        return texts;
    }
    static std::string pod(std::string_view name, std::string_view spec = "",
                           std::string_view of_container = "") {
        return fmt::format(
            R"({{"metadata":{{"name":"{}"}},"spec":{{{}"containers":[{{"name":"c","image":"i"{}}}]}}}})",
            name, spec, of_container);
    }

    static constexpr const char* enforce = "\"pod-security.kubernetes.io/enforce\"";
    static constexpr const char* warn = "\"pod-security.kubernetes.io/warn\"";
    static constexpr const char* host = R"("hostNetwork":true,)";
    const std::string one_pod = "/api/v1/namespaces/default/pods/p";
    const std::vector<HttpHeader> merge{{"Content-Type", "application/merge-patch+json"}};
    const std::vector<HttpHeader> strategic{{"Content-Type", "application/strategic-merge-patch+json"}};
    LocalApi local{services};
    admission::Admission rules{&local, &loop.clock(), &random};
    ClusterAdmission cluster{&rules, nullptr, &loop.clock()};
};

TEST_F(PodSecurity, WhatTheNamespaceForbidsIsRefused) {
    EXPECT_THAT(label(fmt::format(R"({}:"baseline")", enforce)), IsEmpty());
    EXPECT_EQ(
        verdict("POST", std::string(pods), pod("p", host)),
        R"(403 Forbidden: pods "p" is forbidden: violates PodSecurity "baseline:latest": host namespaces )"
        "(hostNetwork=true)");
    EXPECT_EQ(verdict("POST", std::string(pods) + "?dryRun=All", pod("p", host)).substr(0, 3), "403");
    EXPECT_EQ(verdict("POST", std::string(pods), pod("Bad_Name", host)).substr(0, 3), "422")
        << "what is wrong is told first";
    EXPECT_EQ(verdict("POST", std::string(pods), pod("p")), "201");
}

TEST_F(PodSecurity, WarningsChangeNothing) {
    label(fmt::format(R"({}:"restricted","pod-security.kubernetes.io/warn-version":"v1.20")", warn));
    const std::string privileges =
        R"(, "securityContext":{"runAsNonRoot":true,"seccompProfile":{"type":"RuntimeDefault"}})";
    EXPECT_THAT(warnings("POST", std::string(pods), pod("p", "", privileges)),
                ElementsAre(R"x(299 - "would violate PodSecurity \"restricted:v1.20\": )x"
                            R"x(allowPrivilegeEscalation != false (container \"c\" must set )x"
                            R"x(securityContext.allowPrivilegeEscalation=false)")x"));
    EXPECT_THAT(
        warnings(
            "POST", "/api/v1/namespaces/default/podtemplates",
            R"({"metadata":{"name":"t"},"template":{"spec":{"containers":[{"name":"c","image":"i"}]}}})"),
        ElementsAre(HasSubstr("would violate PodSecurity")));
}

TEST_F(PodSecurity, TemplatesAreNeverRefused) {
    label(fmt::format(R"({}:"baseline")", enforce));
    EXPECT_THAT(warnings("POST", "/api/v1/namespaces/default/podtemplates",
                         R"({"metadata":{"name":"t"},"template":{"spec":{"hostPID":true,)"
                         R"("containers":[{"name":"c","image":"i"}]}}})"),
                ElementsAre(HasSubstr("host namespaces (hostPID=true)")));
}

TEST_F(PodSecurity, UpdatesAreRefusedForWhatTheyChange) {
    ASSERT_EQ(verdict("POST", std::string(pods), pod("p", host)), "201");
    EXPECT_THAT(
        label(fmt::format(R"({}:"baseline")", enforce)),
        ElementsAre(R"(299 - "existing pods in namespace \"default\" violate the new PodSecurity enforce )"
                    R"(level \"baseline:latest\"")",
                    R"(299 - "p: host namespaces")"));
    EXPECT_THAT(label(R"("a":"b")"), IsEmpty());
    EXPECT_EQ(verdict("PATCH", one_pod, R"({"metadata":{"labels":{"a":"b"}}})", merge), "200");
    EXPECT_EQ(verdict("PATCH", one_pod + "/status", R"({"status":{"phase":"Running"}})", merge), "200");
    EXPECT_THAT(verdict("PATCH", one_pod, R"({"spec":{"containers":[{"name":"c","image":"j"}]}})", strategic),
                HasSubstr(R"(403 Forbidden: pods "p" is forbidden: violates PodSecurity "baseline:latest")"));
}

TEST_F(PodSecurity, EphemeralContainersAreChecked) {
    label(fmt::format(R"({}:"baseline")", enforce));
    ASSERT_EQ(verdict("POST", std::string(pods), pod("p")), "201");
    const auto debug = [this](std::string_view context) {
        return verdict("PATCH", one_pod + "/ephemeralcontainers",
                       fmt::format(R"({{"spec":{{"ephemeralContainers":[{{"name":"e","image":"i",)"
                                   R"("securityContext":{}}}]}}}})",
                                   context),
                       strategic);
    };
    EXPECT_EQ(debug(R"({"privileged":true})"),
              R"(403 Forbidden: pods "p" is forbidden: violates PodSecurity "baseline:latest": privileged )"
              R"((container "e" must not set securityContext.privileged=true))");
    EXPECT_EQ(debug("{}"), "200");
}

TEST_F(PodSecurity, LabelsOfNamespacesSaySomething) {
    const auto make = [this](std::string_view value) {
        return verdict("POST", "/api/v1/namespaces",
                       fmt::format(R"({{"metadata":{{"name":"n","labels":{{{}:"{}"}}}}}})", enforce, value));
    };
    EXPECT_EQ(
        make("strict"),
        R"(422 Invalid: Namespace "n" is invalid: metadata.labels[pod-security.kubernetes.io/enforce]: )"
        R"(Invalid value: "strict": must be one of privileged, baseline, restricted)");
    EXPECT_EQ(make("restricted"), "201");
    EXPECT_EQ(
        verdict("PATCH", "/api/v1/namespaces/n",
                R"({"metadata":{"labels":{"pod-security.kubernetes.io/audit-version":"1"}}})", merge),
        R"(422 Invalid: Namespace "n" is invalid: metadata.labels[pod-security.kubernetes.io/audit-version]: )"
        R"(Invalid value: "1": must be "latest" or "v1.x")");
}

}  // namespace
}  // namespace hooklet::server

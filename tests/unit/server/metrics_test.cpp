// SPDX-License-Identifier: Apache-2.0
#include "server/metrics.hpp"

#include "server_fixture.hpp"

namespace hooklet::server {
namespace {

using namespace std::chrono_literals;

struct FixedUsage final : UsageMeter {
    Task<Result<UsageReport>> measure(Call /*call*/) override { co_return report; }
    Result<UsageReport> report;
};

struct MetricsTest : ServerTest {
    MetricsTest() {
        services.metrics = &metrics;
        UsageReport report{.at = loop.clock().wall(), .window = 1003ms + 4us, .machine = {}, .pods = {}};
        report.machine = {1'500'000'000, 3U << 30};
        report.pods = {{"default", "web", {{"app", {12'345'678, 5U << 20}}, {"sidecar", {0, 100}}}},
                       {"default", "db", {{"app", {1, 1}}}},
                       {"default", "gone", {{"app", {1, 1}}}}};
        usage.report = report;
        verdict("POST", "/api/v1/nodes", R"({"metadata":{"name":"box","labels":{"a":"b"}}})");
        make_pod("web", "box", R"(,"labels":{"app":"web"})");
        make_pod("db", "box");
    }
    std::string names(std::string_view target) {
        std::string found;
        const auto list = json("GET", std::string(base) + std::string(target));
        for (const api::Node& one : *list.find("items")->as_array())
            found += text(one, "metadata.name") + " ";
        return found;
    }

    static constexpr std::string_view base = "/apis/metrics.k8s.io/v1beta1";
    FixedUsage usage;
    Metrics metrics{&objects, "box"};
};

TEST_F(MetricsTest, SayWhatNodeAndPodsUse) {
    metrics.use(&usage);
    const auto node = json("GET", std::string(base) + "/nodes/box");
    EXPECT_EQ(text(node, "kind") + " " + text(node, "apiVersion"), "NodeMetrics metrics.k8s.io/v1beta1");
    EXPECT_EQ(text(node, "usage"), R"({"cpu":"1500m","memory":"3Gi"})");
    EXPECT_EQ(text(node, "window"), "1.003s");
    const auto pod = json("GET", std::string(base) + "/namespaces/default/pods/web");
    EXPECT_EQ(text(pod, "metadata.labels"), R"({"app":"web"})");
    EXPECT_EQ(text(pod, "containers"), R"([{"name":"app","usage":{"cpu":"12345678n","memory":"5Mi"}},)"
                                       R"({"name":"sidecar","usage":{"cpu":"0","memory":"100"}}])");
}

TEST_F(MetricsTest, AreSelectedAsTheObjectsAre) {
    metrics.use(&usage);
    EXPECT_EQ(names("/pods"), "web db ");
    EXPECT_EQ(names("/namespaces/default/pods?labelSelector=app%3Dweb"), "web ");
    EXPECT_EQ(names("/namespaces/other/pods"), "");
    EXPECT_EQ(names("/nodes?labelSelector=a%3Db"), "box ");
    EXPECT_EQ(names("/nodes?labelSelector=a%3Dc"), "");
    EXPECT_EQ(verdict("GET", std::string(base) + "/namespaces/default/pods/gone"),
              "404 NotFound: pods.metrics.k8s.io \"gone\" not found");
    EXPECT_EQ(verdict("GET", std::string(base) + "/pods?watch=1").substr(0, 3), "405");
    EXPECT_EQ(verdict("DELETE", std::string(base) + "/nodes/box").substr(0, 3), "405");
}

TEST_F(MetricsTest, AreNotThereBeforeTheNodeIs) {
    EXPECT_EQ(verdict("GET", std::string(base) + "/nodes").substr(0, 3), "503");
    metrics.use(&usage);
    usage.report = fail(Code::unavailable, "the engine is down");
    EXPECT_EQ(verdict("GET", std::string(base) + "/nodes").substr(0, 3), "503");
}

}  // namespace
}  // namespace hooklet::server

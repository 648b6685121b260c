// SPDX-License-Identifier: Apache-2.0
#include "base/gate.hpp"
#include "server/cluster_admission.hpp"
#include "server_fixture.hpp"

namespace hooklet::server {
namespace {

struct Quotas : ServerTest {
    Quotas() {
        services.admission = &cluster;
        verdict("POST", "/api/v1/namespaces", R"({"metadata":{"name":"default"}})");
        verdict("POST", "/api/v1/namespaces/default/serviceaccounts", R"({"metadata":{"name":"default"}})");
    }
    void bound(std::string_view hard) {
        EXPECT_EQ(verdict("POST", "/api/v1/namespaces/default/resourcequotas",
                          fmt::format(R"({{"metadata":{{"name":"q"}},"spec":{{"hard":{}}}}})", hard)),
                  "201");
    }
    /// The answers to requests that come at the same time.
    std::string at_once(int count, std::string_view target, const std::string& body) {
        ApiServer api = server();
        Gate gate(loop.executor());
        std::vector<std::unique_ptr<FakeExchange>> exchanges;
        for (int i = 0; i < count; ++i) {
            exchanges.push_back(
                std::make_unique<FakeExchange>(HttpServerRequest{"POST", std::string(target), {}, body, {}}));
            gate.spawn(api.handle(exchanges.back().get()));
        }
        loop.run(gate.close());
        std::string codes;
        for (const auto& exchange : exchanges) codes += fmt::format("{} ", exchange->reply.status);
        return codes;
    }

    LocalApi local{services};
    admission::Admission rules{&local, &loop.clock(), &random};
    admission::QuotaGuard guard{&local};
    ClusterAdmission cluster{&rules, &guard, &loop.clock()};
};

TEST_F(Quotas, BoundWhatANamespaceHolds) {
    bound(R"({"configmaps":"1","pods":"1"})");
    EXPECT_EQ(make_map("a"), "201");
    EXPECT_EQ(make_map("b"),
              R"(403 Forbidden: configmaps "b" is forbidden: exceeded quota: q, requested: configmaps=1, )"
              "used: configmaps=1, limited: configmaps=1");
    EXPECT_EQ(verdict("PUT", path(maps, "a"), R"({"metadata":{"name":"a"},"data":{"k":"w"}})"), "200");
    EXPECT_EQ(verdict("DELETE", path(maps, "a")), "200");
    EXPECT_EQ(make_map("b"), "201");
    EXPECT_EQ(make_pod("p", "n"), "201");
    EXPECT_EQ(verdict("POST", std::string(pods),
                      R"({"metadata":{"name":"q"},"spec":{"containers":[{"name":"c","image":"i"}]},)"
                      R"("status":{"phase":"Succeeded"}})")
                  .substr(0, 3),
              "403")
        << "a client can't say that its new Pod has ended";
    EXPECT_EQ(verdict("PATCH", path(pods, "p") + "/status", R"({"status":{"phase":"Failed"}})",
                      {{"Content-Type", "application/merge-patch+json"}}),
              "200");
    EXPECT_EQ(make_pod("q", "n"), "201") << "what has ended does not count";
}

TEST_F(Quotas, HoldAlsoForWritesAtTheSameTime) {
    bound(R"({"configmaps":"2"})");
    const std::string codes = at_once(5, maps, R"({"metadata":{"generateName":"m-"}})");
    EXPECT_EQ(codes, "201 201 403 403 403 ");
    EXPECT_EQ(make_map("Bad_Name").substr(0, 3), "422") << "what is wrong is told first";
    EXPECT_EQ(at_once(2, std::string(maps) + "?dryRun=All", R"({"metadata":{"generateName":"m-"}})"),
              "403 403 ");
}

TEST_F(Quotas, AFailedWriteTakesNothing) {
    bound(R"({"configmaps":"2"})");
    EXPECT_EQ(make_map("a"), "201");
    EXPECT_EQ(make_map("a").substr(0, 3), "409");
    EXPECT_EQ(make_map("b"), "201");
}

}  // namespace
}  // namespace hooklet::server

// SPDX-License-Identifier: Apache-2.0
#include "controllers/quota_counter.hpp"

#include "controllers/controllers.hpp"
#include "support/api_world.hpp"

#include <gtest/gtest.h>

namespace hooklet {
namespace {

using std::chrono::seconds;

struct QuotaCounterTest : testing::Test, sim::ApiWorld {
    QuotaCounterTest() {
        add_namespace("default");
        add_namespace("other");
    }
    ~QuotaCounterTest() override {
        loop.run(counter.stop());
        loop.run(inventory.stop());
    }
    void start() {
        counter.start();
        inventory.start();
        settle();
    }
    void settle() { loop.run_for(seconds{2}); }
    std::string used() {
        const api::Node* found = nullptr;
        const api::Node quota = stored(core("resourcequotas", "default", "q"));
        found = value_at(quota, {"status", "used"});
        return found == nullptr ? "" : api::write_json(*found);
    }

    Inventory inventory{&api, &loop.clock(), loop.executor(), stored_resources()};
    QuotaCounter counter{&api, &loop.clock(), loop.executor(), &inventory};
};

TEST_F(QuotaCounterTest, TellsWhatIsUsed) {
    add(core("configmaps", "default", "a"), "{}");
    add(core("configmaps", "other", "b"), "{}");
    start();
    add(core("resourcequotas", "default", "q"),
        R"({"spec":{"hard":{"configmaps":"5","requests.cpu":"2","count/leases.coordination.k8s.io":"1"}}})");
    settle();
    EXPECT_EQ(used(), R"({"configmaps":"1","count/leases.coordination.k8s.io":"0","requests.cpu":"0"})");
    add(core("pods", "default", "p"),
        R"({"spec":{"containers":[{"name":"c","resources":{"requests":{"cpu":"500m"}}}]}})");
    ASSERT_TRUE(api.objects().remove(core("configmaps", "default", "a"), {}));
    settle();
    EXPECT_EQ(used(), R"({"configmaps":"0","count/leases.coordination.k8s.io":"0","requests.cpu":"500m"})");
    change(core("resourcequotas", "default", "q"), R"({"spec":{"hard":{"configmaps":null}}})");
    settle();
    EXPECT_EQ(used(), R"({"count/leases.coordination.k8s.io":"0","requests.cpu":"500m"})");
    const std::size_t writes = api.writes().size();
    add(core("configmaps", "other", "c"), "{}");
    settle();
    EXPECT_EQ(api.writes().size(), writes) << "nothing to tell";
}

}  // namespace
}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
#include "controllers/endpoints_keeper.hpp"

#include "controllers/mirrored_slices.hpp"
#include "support/api_world.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

struct EndpointsKeeperTest : testing::Test, sim::ApiWorld {
    EndpointsKeeperTest() {
        add_namespace("n");
        keeper.start();
    }
    ~EndpointsKeeperTest() override { loop.run(keeper.stop()); }

    void add_service(const std::string& spec = R"("selector":{"app":"s"},)") {
        add(core("services", "n", "s"),
            fmt::format(R"({{"spec":{{{}"type":"ClusterIP","clusterIP":"10.96.0.9",
            "ports":[{{"protocol":"TCP","port":80,"targetPort":8080}}]}}}})",
                        spec));
    }
    void add_pod(const std::string& name, const std::string& ip) {
        add(core("pods", "n", name),
            R"({"metadata":{"labels":{"app":"s"}},"spec":{"containers":[{"name":"c"}]}})");
        change(core("pods", "n", name, "status"),
               fmt::format(R"({{"status":{{"phase":"Running","podIP":"{0}","podIPs":[{{"ip":"{0}"}}],
               "conditions":[{{"type":"Ready","status":"True"}}]}}}})",
                           ip));
    }
    /// The ready addresses of the Endpoints; `none` without such an object.
    std::string addresses() {
        loop.run_for(5s);
        const api::Node found = stored(core("endpoints", "n", "s"));
        if (found.is_null()) return "none";
        std::string text;
        for (const auto& subset : read_as<api::Endpoints>(found).subsets) {
            for (const auto& address : subset.addresses) text += address.ip + " ";
        }
        return text;
    }
    std::vector<api::EndpointSlice> slices() {
        std::vector<api::EndpointSlice> all;
        for (const api::Node& one : api.objects().all({"discovery.k8s.io", "v1", "endpointslices"}))
            all.push_back(read_as<api::EndpointSlice>(one));
        return all;
    }
    void remove(const std::string& resource, const std::string& name) {
        EXPECT_TRUE(loop.run(api.remove(core(resource, "n", name), {}, within())));
    }

    EndpointsKeeper keeper{&api, &loop.clock(), loop.executor()};
};

TEST_F(EndpointsKeeperTest, FollowThePods) {
    add_service();
    EXPECT_EQ(addresses(), "");
    ASSERT_THAT(slices(), SizeIs(1));
    EXPECT_THAT(slices().front().endpoints, IsEmpty());
    add_pod("a", "192.0.2.1");
    add_pod("b", "192.0.2.2");
    EXPECT_EQ(addresses(), "192.0.2.1 192.0.2.2 ");
    ASSERT_THAT(slices(), SizeIs(1));
    EXPECT_THAT(slices().front().endpoints, SizeIs(2));
    change(core("pods", "n", "a", "status"),
           R"({"status":{"conditions":[{"type":"Ready","status":"False"}]}})");
    EXPECT_EQ(addresses(), "192.0.2.2 ");
    change(core("services", "n", "s"), R"({"spec":{"selector":{"app":"other"}}})");
    EXPECT_EQ(addresses(), "");
}

TEST_F(EndpointsKeeperTest, GoWithTheService) {
    add_service();
    EXPECT_EQ(addresses(), "");
    remove("services", "s");
    EXPECT_EQ(addresses(), "none");
    EXPECT_THAT(slices(), IsEmpty());
}

TEST_F(EndpointsKeeperTest, WhatOthersWriteDoesNotLast) {
    add_service();
    add_pod("a", "192.0.2.1");
    EXPECT_EQ(addresses(), "192.0.2.1 ");
    change(core("endpoints", "n", "s"), R"({"subsets":[]})");
    EXPECT_EQ(addresses(), "192.0.2.1 ");
    remove("endpoints", "s");
    EXPECT_EQ(addresses(), "192.0.2.1 ");
}

TEST_F(EndpointsKeeperTest, WithoutASelectorTheyAreSomebodyElses) {
    add_service("");
    EXPECT_EQ(addresses(), "none");
    add(core("endpoints", "n", "s"), R"({"subsets":[{"addresses":[{"ip":"198.51.100.1"}]}]})");
    EXPECT_EQ(addresses(), "198.51.100.1 ");
    remove("services", "s");
    EXPECT_EQ(addresses(), "none") << "those of a Service go with it";
    add(core("endpoints", "n", "s"), R"({"subsets":[{"addresses":[{"ip":"198.51.100.1"}]}]})");
    EXPECT_EQ(addresses(), "198.51.100.1 ") << "those of no Service stay";
}

TEST_F(EndpointsKeeperTest, WhatOthersWriteForAServiceIsMirrored) {
    add(core("endpoints", "n", "s"), R"({"subsets":[{"addresses":[{"ip":"198.51.100.1"}]}]})");
    EXPECT_EQ(addresses(), "198.51.100.1 ");
    EXPECT_THAT(slices(), IsEmpty()) << "there is no such Service";
    add_service("");
    loop.run_for(5s);
    ASSERT_THAT(slices(), SizeIs(1));
    EXPECT_EQ(slices().front().metadata.labels.at(slice_managed_by), slice_mirror);
    EXPECT_EQ(slices().front().endpoints.at(0).addresses.at(0), "198.51.100.1");
    change(core("endpoints", "n", "s"), R"({"subsets":[{"addresses":[{"ip":"198.51.100.2"}]}]})");
    loop.run_for(5s);
    ASSERT_THAT(slices(), SizeIs(1));
    EXPECT_EQ(slices().front().endpoints.at(0).addresses.at(0), "198.51.100.2");
    const std::int64_t revision = api.objects().revision();
    loop.run_for(5s);
    EXPECT_EQ(api.objects().revision(), revision) << "nothing is written again and again";
    change(core("endpoints", "n", "s"),
           fmt::format(R"({{"metadata":{{"labels":{{"{}":"true"}}}}}})", skip_mirror_label));
    loop.run_for(5s);
    EXPECT_THAT(slices(), IsEmpty());
}

TEST_F(EndpointsKeeperTest, MirrorsGoWithTheEndpointsAndWithTheFirstSelector) {
    add_service("");
    add(core("endpoints", "n", "s"), R"({"subsets":[{"addresses":[{"ip":"198.51.100.1"}]}]})");
    loop.run_for(5s);
    ASSERT_THAT(slices(), SizeIs(1));
    remove("endpoints", "s");
    loop.run_for(5s);
    EXPECT_THAT(slices(), IsEmpty());
    add(core("endpoints", "n", "s"), R"({"subsets":[{"addresses":[{"ip":"198.51.100.1"}]}]})");
    loop.run_for(5s);
    ASSERT_THAT(slices(), SizeIs(1));
    change(core("services", "n", "s"), R"({"spec":{"selector":{"app":"s"}}})");
    loop.run_for(5s);
    ASSERT_THAT(slices(), SizeIs(1));
    EXPECT_EQ(slices().front().metadata.labels.at(slice_managed_by), slice_manager);
}

TEST_F(EndpointsKeeperTest, WhatWasMadeForAServiceThatIsGoneGoesToo) {
    add(core("endpoints", "n", "s"),
        fmt::format(R"({{"metadata":{{"labels":{{"{}":"{}"}}}}}})", endpoints_managed_by, endpoints_manager));
    add(core("endpoints", "n", "other"), "{}");
    EXPECT_EQ(addresses(), "none");
    EXPECT_THAT(names(core("endpoints", "n")), ElementsAre("other"));
}

}  // namespace
}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
#include "controllers/bootstrap.hpp"

#include "controllers/controllers.hpp"
#include "controllers/mirrored_slices.hpp"
#include "support/api_world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet {
namespace {

using testing::ElementsAre;

struct BootstrapTest : testing::Test, sim::ApiWorld {
    Status run(const ApiAddress& at) { return loop.run(bootstrap(&api, at, within())); }
    api::EndpointSlice points() {
        return read_as<api::EndpointSlice>(
            stored({"discovery.k8s.io", "v1", "endpointslices", "default", "kubernetes", {}}));
    }
    const ApiAddress address{"10.96.0.1", "192.168.1.5", 6443};
    const ApiPath endpoints = core("endpoints", "default", "kubernetes");
};

TEST_F(BootstrapTest, MakesWhatEveryApiHas) {
    ASSERT_TRUE(run(address));
    EXPECT_THAT(names(core("namespaces")),
                ElementsAre("default", "kube-node-lease", "kube-public", "kube-system"));
    EXPECT_THAT(names({"scheduling.k8s.io", "v1", "priorityclasses", ""}),
                ElementsAre("system-cluster-critical", "system-node-critical"));
    const auto service = read_as<api::Service>(stored(core("services", "default", "kubernetes")));
    EXPECT_EQ(service.spec.clusterIP, "10.96.0.1");
    EXPECT_EQ(service.spec.ports.at(0).port, 443);
    EXPECT_EQ(service.spec.ports.at(0).targetPort.text(), "6443");
    const auto points = read_as<api::Endpoints>(stored(endpoints));
    EXPECT_EQ(points.subsets.at(0).addresses.at(0).ip, "192.168.1.5");
    EXPECT_EQ(points.subsets.at(0).ports.at(0).port, 6443);
}

TEST_F(BootstrapTest, TheSecondTimeChangesNothingButTheAddress) {
    ASSERT_TRUE(run(address));
    const std::int64_t revision = api.objects().revision();
    ASSERT_TRUE(run(address));
    EXPECT_EQ(api.objects().revision(), revision);
    ASSERT_TRUE(run({"10.96.0.1", "192.168.1.5", 7443}));
    EXPECT_EQ(api.objects().revision(), revision + 2);
    EXPECT_EQ(read_as<api::Endpoints>(stored(endpoints)).subsets.at(0).ports.at(0).port, 7443);
    EXPECT_EQ(points().ports.at(0).port, 7443);
    ASSERT_TRUE(run({"10.96.0.1", "2001:db8::1", 7443}));
    EXPECT_EQ(points().addressType, "IPv6") << "the type cannot change: it is another slice";
    EXPECT_EQ(points().endpoints.at(0).addresses.at(0), "2001:db8::1");
}

TEST_F(BootstrapTest, TheAddressesAreNotMirrored) {
    add_namespace("default");
    add(endpoints, R"({"metadata":{"labels":{"mine":"1"}}})");
    ASSERT_TRUE(run(address));
    const auto labels = read_as<api::Endpoints>(stored(endpoints)).metadata.labels;
    EXPECT_EQ(labels, (std::map<std::string, std::string>{{"mine", "1"}, {skip_mirror_label, "true"}}));
}

TEST_F(BootstrapTest, TellsWhatFailed) {
    api.fail_next("api.create.services", {Code::unavailable, "the disk is full"});
    EXPECT_EQ(run(address).error().message, "the disk is full");
    EXPECT_TRUE(run(address));
}

TEST_F(BootstrapTest, WhatIsDeletedComesBack) {
    ASSERT_TRUE(run(address));
    Founder founder(&api, &loop.clock(), loop.executor(), address);
    founder.on_error([](const Error& error) { ADD_FAILURE() << error.text(); });
    founder.start();
    loop.run_for(std::chrono::seconds{2});
    const std::int64_t revision = api.objects().revision();
    const ApiPath all[] = {core("services", "default", "kubernetes"),
                           endpoints,
                           {"discovery.k8s.io", "v1", "endpointslices", "default", "kubernetes", {}},
                           {"scheduling.k8s.io", "v1", "priorityclasses", "", "system-node-critical", {}}};
    for (const ApiPath& path : all) {
        const auto before = read_as<api::Service>(stored(path)).metadata.uid;
        ASSERT_TRUE(api.objects().remove(path, {})) << path.name;
        loop.run_for(std::chrono::seconds{2});
        const auto after = read_as<api::Service>(stored(path)).metadata.uid;
        EXPECT_NE(after, "") << path.resource;
        EXPECT_NE(after, before) << path.resource;
    }
    EXPECT_GE(api.objects().revision(), revision + 8);
    change(endpoints, R"({"subsets":[]})");
    loop.run_for(std::chrono::seconds{2});
    EXPECT_EQ(read_as<api::Endpoints>(stored(endpoints)).subsets.at(0).addresses.at(0).ip, "192.168.1.5");
    loop.run(founder.stop());
    EXPECT_EQ(api.open_watches(), 0U);
}

TEST(Controllers, RunTogetherOnAFreshApi) {
    sim::ApiWorld world;
    const ApiAddress address{"10.96.0.1", "127.0.0.1", 6443};
    Controllers controllers(&world.api, &world.loop.clock(), world.loop.executor(), nullptr, "PEM", address);
    controllers.on_error(
        [](const std::string& who, const Error& error) { ADD_FAILURE() << who << ": " << error.text(); });
    ASSERT_TRUE(world.loop.run(bootstrap(&world.api, address, world.within())));
    controllers.start();
    world.loop.run_for(std::chrono::seconds{2});
    EXPECT_EQ(world.names(sim::ApiWorld::core("serviceaccounts")).size(), 4U);
    world.add_namespace("mine");
    world.loop.run_for(std::chrono::seconds{1});
    ASSERT_TRUE(world.api.objects().remove(sim::ApiWorld::core("namespaces", "", "mine"), {}));
    world.loop.run_for(std::chrono::seconds{2});
    EXPECT_EQ(world.names(sim::ApiWorld::core("namespaces")).size(), 4U);
    const ApiPath leases = sim::ApiWorld::core("namespaces", "", "kube-node-lease");
    const auto uid = [&] { return read_as<api::Namespace>(world.stored(leases)).metadata.uid; };
    const std::string before = uid();
    ASSERT_TRUE(world.api.objects().remove(leases, {}));
    world.loop.run_for(std::chrono::seconds{2});
    EXPECT_NE(uid(), "");
    EXPECT_NE(uid(), before);
    world.loop.run(controllers.stop());
    EXPECT_EQ(world.api.open_watches(), 0U);
}

TEST(StoredResources, AreThoseThatCanBeListed) {
    std::vector<std::string> plurals;
    for (const Resource& it : stored_resources()) plurals.push_back(it.plural);
    EXPECT_THAT(plurals, testing::Contains("pods"));
    EXPECT_THAT(plurals, testing::Contains("leases"));
    EXPECT_THAT(plurals, testing::Not(testing::Contains("tokenreviews")));
    EXPECT_EQ(std::ranges::count(plurals, "events"), 1);
}

}  // namespace
}  // namespace hooklet

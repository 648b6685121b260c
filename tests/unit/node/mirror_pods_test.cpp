// SPDX-License-Identifier: Apache-2.0
#include "node/mirror_pods.hpp"

#include "api/mirror_pod.hpp"
#include "node/pod_kind.hpp"
#include "unit/node/api_fixture.hpp"
#include "unit/pods_config/pod_of.hpp"

namespace hooklet {
namespace {

using namespace std::chrono_literals;
using test::ApiTest;
using testing::ElementsAre;
using testing::IsEmpty;

class MirrorPodsTest : public ApiTest {
  protected:
    void SetUp() override {
        world.add_namespace("default");
        mirrors.start();
        reflector.start();
        pass();
    }
    void TearDown() override {
        world.loop.run(reflector.stop());
        world.loop.run(mirrors.stop());
        world.loop.run(statuses.stop());
    }
    static api::Pod static_pod(const std::string& hash, const std::string& phase = "Pending") {
        api::Pod pod =
            test::pod_of(R"({"nodeName": "node1", "containers": [{"name": "app", "image": "nginx"}]})");
        pod.metadata.uid = hash;
        pod.metadata.annotations[config_source_annotation] = "file";
        pod.metadata.annotations[config_hash_annotation] = hash;
        pod.status.phase = phase;
        return pod;
    }
    [[nodiscard]] std::string hash() { return metadata_of(pod("web")).annotations[api::mirror_annotation]; }

    StatusWriter statuses{ports()};
    MirrorPods mirrors{ports(), &statuses, [] { return std::string("n-uid"); }};
    Reflector reflector{&world.api, &world.loop.clock(), world.loop.executor(),
                        ApiSelection{{"", "v1", "pods", "", "", {}}, {}, "spec.nodeName=node1"}, &mirrors};
};

TEST_F(MirrorPodsTest, ShowsAPodAndItsStatus) {
    mirrors.on_status(static_pod("h1"));
    pass();
    EXPECT_EQ(hash(), "h1");
    EXPECT_NE(metadata_of(pod("web")).uid, "h1");
    EXPECT_EQ(metadata_of(pod("web")).ownerReferences.at(0).uid, "n-uid");
    mirrors.on_status(static_pod("h1", "Running"));
    pass();
    EXPECT_EQ(text_at(pod("web"), {"status", "phase"}), "Running");
}

TEST_F(MirrorPodsTest, M13_ADeletedMirrorComesBack) {
    mirrors.on_status(static_pod("h1", "Running"));
    pass();
    const std::string first = metadata_of(pod("web")).uid;
    const ApiPath path = sim::ApiWorld::core("pods", "default", "web");
    ASSERT_TRUE(world.api.objects().remove(path, {.grace_s = 30, .uid = {}, .resource_version = {}}));
    pass(900ms);
    EXPECT_FALSE(world.api.objects().get(path)) << "who deleted it sees it gone";
    pass(2s);
    EXPECT_EQ(hash(), "h1");
    EXPECT_NE(metadata_of(pod("web")).uid, first);
    EXPECT_EQ(text_at(pod("web"), {"status", "phase"}), "Running");
}

TEST_F(MirrorPodsTest, AChangedPodGetsAnotherMirror) {
    mirrors.on_status(static_pod("h1"));
    pass();
    mirrors.on_gone(static_pod("h1"));
    mirrors.on_status(static_pod("h2"));
    pass(2s);
    EXPECT_EQ(hash(), "h2");
}

TEST_F(MirrorPodsTest, M11_TheMirrorGoesWithItsPod) {
    mirrors.on_status(static_pod("h1"));
    pass();
    mirrors.on_gone(static_pod("h1"));
    pass();
    EXPECT_TRUE(pod("web").is_null());
}

TEST_F(MirrorPodsTest, AMirrorWithoutAPodGoes) {
    world.add(
        sim::ApiWorld::core("pods", "default", "old"),
        R"({"metadata": {"annotations": {"kubernetes.io/config.mirror": "h0"}}, "spec": {"nodeName": "node1"}})");
    pass(2s);
    EXPECT_TRUE(pod("old").is_null());
}

TEST_F(MirrorPodsTest, LeavesOtherPodsAlone) {
    add_pod("mine", R"({"nodeName": "node1"})");
    pass(2s);
    EXPECT_FALSE(pod("mine").is_null());
}

}  // namespace
}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
// Volumes whose content comes from the API.
#include "support/volume_bench.hpp"
#include "unit/pods_config/pod_of.hpp"

#include <gmock/gmock.h>

namespace hooklet {
namespace {

using testing::Contains;
using testing::IsEmpty;
using testing::Key;
using testing::Not;

class FileVolumes : public testing::Test {
  protected:
    FileVolumes() {
        bench_.config_maps["settings"].data = {{"color", "blue"}};
        bench_.secrets["token"].data = {{"password", "s3cret"}};
    }

    static api::Pod pod(const std::string& more = "") {
        return test::pod_of(R"({"volumes": [
            {"name": "c", "configMap": {"name": "settings"}},
            {"name": "s", "secret": {"secretName": "token"}},
            {"name": "d", "downwardAPI": {"items": [{"path": "app", "fieldRef": {"fieldPath": "metadata.labels['app']"}}]}},
            {"name": "p", "projected": {"sources": [{"secret": {"name": "token"}}]}}])" +
                            more + "}");
    }

    sim::VolumeBench bench_;
    const std::string base_ = "/pods/u1/volumes/kubernetes.io~";
};

TEST_F(FileVolumes, LieWhereAKubeletPutsThem) {
    const auto paths = bench_.set_up(pod());
    ASSERT_TRUE(paths) << paths.error().text();
    EXPECT_EQ(paths->at("c"), base_ + "configmap/c");
    EXPECT_EQ(paths->at("s"), base_ + "secret/s");
    EXPECT_EQ(paths->at("d"), base_ + "downward-api/d");
    EXPECT_EQ(paths->at("p"), base_ + "projected/p");
    EXPECT_EQ(bench_.read(paths->at("c") + "/color"), "blue");
    EXPECT_EQ(bench_.read(paths->at("s") + "/password"), "s3cret");
    EXPECT_EQ(bench_.read(paths->at("d") + "/app"), "");
    EXPECT_EQ(bench_.read(paths->at("p") + "/password"), "s3cret");
    EXPECT_EQ(bench_.files.node(paths->at("c"))->mode, 0777u);
}

TEST_F(FileVolumes, KeepSecretsInMemoryOnly) {
    ASSERT_TRUE(bench_.set_up(pod()));
    for (const char* volume : {"secret/s", "downward-api/d", "projected/p"}) {
        EXPECT_THAT(bench_.files.mounts(), Contains(Key(base_ + volume)));
    }
    EXPECT_THAT(bench_.files.mounts(), Not(Contains(Key(base_ + "configmap/c"))));
    EXPECT_TRUE(bench_.volumes.tear_down("u1"));
    EXPECT_THAT(bench_.files.mounts(), IsEmpty());
    EXPECT_THAT(bench_.files.below("/pods"), IsEmpty());
}

TEST_F(FileVolumes, AreReadableForTheFsGroup) {
    const auto paths = bench_.set_up(pod(R"(, "securityContext": {"fsGroup": 2000})"));
    ASSERT_TRUE(paths) << paths.error().text();
    EXPECT_EQ(bench_.files.node(paths->at("s"))->mode, 03777u);
    EXPECT_EQ(bench_.files.node(paths->at("s"))->gid, 2000u);
    EXPECT_EQ(bench_.behind(paths->at("s") + "/password").mode, 0644u);
    EXPECT_EQ(bench_.behind(paths->at("s") + "/password").gid, 2000u);
}

TEST_F(FileVolumes, FollowChanges) {
    api::Pod web = pod();
    const auto paths = bench_.set_up(web);
    ASSERT_TRUE(paths) << paths.error().text();
    const std::string unchanged = bench_.files.real_path(paths->at("s") + "/..data").value();
    bench_.config_maps["settings"].data = {{"color", "red"}, {"more", "x"}};
    web.metadata.labels["app"] = "shop";
    ASSERT_TRUE(bench_.refresh(web));
    EXPECT_EQ(bench_.read(paths->at("c") + "/color"), "red");
    EXPECT_EQ(bench_.read(paths->at("c") + "/more"), "x");
    EXPECT_EQ(bench_.read(paths->at("d") + "/app"), "shop");
    EXPECT_EQ(bench_.files.real_path(paths->at("s") + "/..data").value(), unchanged);
}

TEST_F(FileVolumes, KeepTheirFilesWhenAnObjectGoesAwayAndTheOthersFollowAllTheSame) {
    const auto paths = bench_.set_up(pod());
    bench_.config_maps.clear();
    bench_.secrets["token"].data["password"] = "new";
    const Status refreshed = bench_.refresh(pod());
    ASSERT_FALSE(refreshed);
    EXPECT_EQ(refreshed.error().text(),
              "MountVolume.SetUp failed for volume \"c\" : configmap \"settings\" not found");
    EXPECT_EQ(refreshed.error().code, Code::not_found);
    EXPECT_EQ(bench_.read(paths->at("c") + "/color"), "blue");
    EXPECT_EQ(bench_.read(paths->at("s") + "/password"), "new");
}

TEST_F(FileVolumes, ASubPathShowsTheFileItselfAndDoesNotFollow) {
    api::Pod web = pod();
    const auto paths = bench_.set_up(web);
    const auto shown = bench_.volumes.bind_sub_path({.pod_uid = "u1",
                                                     .container = "app",
                                                     .volume = "c",
                                                     .volume_path = paths->at("c"),
                                                     .path = "color",
                                                     .directory_mode = 0755});
    ASSERT_TRUE(shown) << shown.error().text();
    const std::string source = bench_.files.mounts().at(*shown).source;
    EXPECT_EQ(source, bench_.files.real_path(paths->at("c") + "/color").value());
    bench_.config_maps["settings"].data["color"] = "red";
    ASSERT_TRUE(bench_.refresh(web));
    EXPECT_EQ(bench_.files.mounts().at(*shown).source, source);
}

}  // namespace
}  // namespace hooklet

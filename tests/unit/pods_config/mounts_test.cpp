// SPDX-License-Identifier: Apache-2.0
#include "pods/mounts.hpp"

#include "support/volume_bench.hpp"
#include "unit/pods_config/pod_of.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace hooklet {
namespace {

using testing::IsEmpty;
using testing::MatchesRegex;

class Mounts : public testing::Test {
  protected:
    /// The mounts of a container with these fields, in a Pod with the emptyDirs `cache` and `fast` (in
    /// memory), the hostPath `data`, and one of each kind that the agent writes.
    Result<ContainerMounts> make(const std::string& container_fields, const std::string& pod_fields = "") {
        const api::Pod pod = test::pod_of(
            R"({"volumes": [{"name": "cache", "emptyDir": {}}, {"name": "data", "hostPath": {"path": "/srv"}},
                            {"name": "fast", "emptyDir": {"medium": "Memory"}},
                            {"name": "config", "configMap": {"name": "c", "optional": true}},
                            {"name": "secret", "secret": {"secretName": "s", "optional": true}},
                            {"name": "facts", "downwardAPI": {}}, {"name": "all", "projected": {}}],
                "containers": [{"name": "app", )" +
            container_fields + "}]" + pod_fields + "}");
        EXPECT_TRUE(files_.make_directories("/srv", 0755));
        const auto paths = bench_.set_up(pod);
        if (!paths) return std::unexpected(paths.error());
        return make_mounts({&files_, &bench_.random, &bench_.volumes},
                           {.pod = pod,
                            .container = pod.spec.containers.front(),
                            .volume_paths = *paths,
                            .env = {{"NAME", "n1"}},
                            .hosts_file = hosts_file_,
                            .pods_directory = "/pods"});
    }

    Result<cri::Mount> make_one(const std::string& volume_mount) {
        const auto made = make(R"("volumeMounts": [{)" + volume_mount + "}]");
        if (!made) return std::unexpected(made.error());
        return made->mounts.at(0);
    }

    sim::VolumeBench bench_;
    sim::MemoryFiles& files_ = bench_.files;
    std::string hosts_file_;
    const std::string cache_ = "/pods/u1/volumes/kubernetes.io~empty-dir/cache";
};

TEST_F(Mounts, FollowTheVolumeMounts) {
    const auto made = make(R"("volumeMounts": [
        {"name": "cache", "mountPath": "/c", "readOnly": true},
        {"name": "data", "mountPath": "d", "mountPropagation": "HostToContainer"},
        {"name": "data", "mountPath": "/e", "mountPropagation": "Bidirectional"},
        {"name": "data", "mountPath": "/f", "mountPropagation": "None"}])");
    ASSERT_TRUE(made) << made.error().text();
    ASSERT_EQ(made->mounts.size(), 4u);
    EXPECT_EQ(made->mounts[0].container_path, "/c");
    EXPECT_EQ(made->mounts[0].host_path, cache_);
    EXPECT_TRUE(made->mounts[0].readonly);
    EXPECT_EQ(made->mounts[1].container_path, "/d");
    EXPECT_EQ(made->mounts[1].host_path, "/srv");
    EXPECT_FALSE(made->mounts[1].readonly);
    EXPECT_EQ(made->mounts[0].propagation, cri::MountPropagation::private_);
    EXPECT_EQ(made->mounts[1].propagation, cri::MountPropagation::host_to_container);
    EXPECT_EQ(made->mounts[2].propagation, cri::MountPropagation::bidirectional);
    EXPECT_EQ(made->mounts[3].propagation, cri::MountPropagation::private_);
    EXPECT_THAT(made->termination_message_file, IsEmpty());
}

TEST_F(Mounts, OfWhatTheAgentWritesAreReadOnly) {
    for (const char* volume : {"config", "secret", "facts", "all"}) {
        const auto mount = make_one(fmt::format(R"("name": "{}", "mountPath": "/v")", volume));
        ASSERT_TRUE(mount) << mount.error().text();
        EXPECT_TRUE(mount->readonly) << volume;
    }
}

TEST_F(Mounts, UseSubPaths) {
    const auto literal = make_one(R"("name": "cache", "mountPath": "/c", "subPath": "a/b")");
    ASSERT_TRUE(literal) << literal.error().text();
    EXPECT_EQ(literal->host_path, "/pods/u1/volume-subpaths/cache/app/0");
    EXPECT_EQ(files_.mounts().at(literal->host_path).source, cache_ + "/a/b");
    EXPECT_EQ(files_.node(cache_ + "/a/b")->mode, 0777u);

    const auto expanded = make_one(R"j("name": "data", "mountPath": "/c", "subPathExpr": "logs/$(NAME)")j");
    ASSERT_TRUE(expanded) << expanded.error().text();
    EXPECT_EQ(files_.mounts().at(expanded->host_path).source, "/srv/logs/n1");
    EXPECT_EQ(files_.node("/srv/logs/n1")->mode, 0755u);

    // The next start gets what is there then.
    const auto again = make_one(R"("name": "data", "mountPath": "/c", "subPath": "other")");
    EXPECT_EQ(files_.mounts().at(again->host_path).source, "/srv/other");
}

TEST_F(Mounts, MakeSubPathsInTheLikenessOfTheirVolume) {
    ASSERT_TRUE(make(R"("volumeMounts": [{"name": "cache", "mountPath": "/c", "subPath": "a"},
                                         {"name": "fast", "mountPath": "/f", "subPath": "a"}])",
                     R"(, "securityContext": {"fsGroup": 123})"));
    EXPECT_EQ(files_.node(cache_ + "/a")->mode, 02777u);
    EXPECT_EQ(files_.node("/pods/u1/volumes/kubernetes.io~empty-dir/fast/a")->mode, 03777u);
}

TEST_F(Mounts, SayWhatIsWrong) {
    files_.put("/etc", {FileType::directory, 0755, 0, {}});
    files_.put("/srv/out", {FileType::symlink, 0777, 0, "/etc"});
    const std::string prepare = "failed to prepare subPath for volumeMount \"data\" of container \"app\": ";
    const std::map<std::string, std::string> table = {
        {R"("name": "gone")", "cannot find volume \"gone\" to mount into container \"app\""},
        {R"j("name": "data", "subPathExpr": "$(NOPE)")j", "missing value for NOPE"},
        {R"("name": "data", "readOnly": true, "recursiveReadOnly": "Enabled")",
         "failed to resolve recursive read-only mode: volume \"data\" requested recursive read-only mode, "
         "but it "
         "is not supported by the runtime"},
        {R"("name": "data", "subPath": "a/../b")",
         prepare + "unable to provision SubPath `a/../b`: must not contain '..'"},
        {R"("name": "data", "subPath": "out")", prepare + "subPath `out` leads out of its volume"},
    };
    for (const auto& [mount, error] : table) {
        const auto made = make_one(mount + R"(, "mountPath": "/c")");
        EXPECT_EQ(made ? "" : made.error().text(), error) << mount;
    }
}

TEST_F(Mounts, AddTheHostsFileUnlessTheContainerHasItsOwn) {
    hosts_file_ = "/pods/u1/etc-hosts";
    const auto made = make(R"("tty": true)");
    ASSERT_EQ(made->mounts.size(), 1u);
    EXPECT_EQ(made->mounts[0].container_path, "/etc/hosts");
    EXPECT_EQ(made->mounts[0].host_path, hosts_file_);
    EXPECT_FALSE(made->mounts[0].readonly);

    const auto own = make_one(R"("name": "data", "mountPath": "/etc/hosts", "subPath": "hosts")");
    EXPECT_EQ(files_.mounts().at(own->host_path).source, "/srv/hosts");
    EXPECT_EQ(make(R"("volumeMounts": [{"name": "data", "mountPath": "/etc/hosts"}])")->mounts.size(), 1u);
}

TEST_F(Mounts, AddANewTerminationMessageFile) {
    const auto first = make(R"("terminationMessagePath": "/dev/termination-log")");
    ASSERT_TRUE(first) << first.error().text();
    EXPECT_THAT(first->termination_message_file, MatchesRegex("/pods/u1/containers/app/[0-9a-f]{8}"));
    EXPECT_EQ(first->mounts.back().container_path, "/dev/termination-log");
    EXPECT_EQ(first->mounts.back().host_path, first->termination_message_file);
    const auto* file = files_.node(first->termination_message_file);
    ASSERT_NE(file, nullptr);
    EXPECT_EQ(file->mode, 0666u);
    EXPECT_EQ(file->content, "");

    const auto second = make(R"("terminationMessagePath": "/dev/termination-log")");
    EXPECT_NE(second->termination_message_file, first->termination_message_file);
}

}  // namespace
}  // namespace hooklet

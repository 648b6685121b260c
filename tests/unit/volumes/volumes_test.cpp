// SPDX-License-Identifier: Apache-2.0
#include "volumes/volumes.hpp"

#include "support/volume_bench.hpp"
#include "unit/pods_config/pod_of.hpp"

#include <gmock/gmock.h>

namespace hooklet {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

class VolumesTest : public testing::Test {
  protected:
    VolumesTest() {
        for (const auto& [path, type] :
             std::map<std::string, FileType>{{"/host/dir", FileType::directory},
                                             {"/host/file", FileType::regular},
                                             {"/host/sock", FileType::socket},
                                             {"/host/char", FileType::char_device},
                                             {"/host/block", FileType::block_device},
                                             {"/host/fifo", FileType::fifo}}) {
            files_.put(path, {type, 0700, 0, {}});
        }
        files_.put("/host/link", {FileType::symlink, 0777, 0, "dir"});
    }

    static api::Pod pod(const std::string& volumes, const std::string& more = "") {
        return test::pod_of(R"({"volumes": [)" + volumes + "]" + more + "}");
    }

    /// The error of a hostPath, or nothing.
    std::string host_path(const std::string& path, const std::string& type) {
        const auto paths = bench_.set_up(
            pod(R"({"name": "v", "hostPath": {"path": ")" + path + R"(", "type": ")" + type + "\"}}"));
        if (!paths) return paths.error().text();
        EXPECT_THAT(*paths, ElementsAre(Pair("v", path)));
        return "";
    }

    sim::VolumeBench bench_;
    sim::MemoryFiles& files_ = bench_.files;
    Volumes& volumes_ = bench_.volumes;
    const std::string cache_ = "/pods/u1/volumes/kubernetes.io~empty-dir/cache";
};

TEST_F(VolumesTest, ChecksWhatAHostPathIs) {
    const std::string failed = "MountVolume.SetUp failed for volume \"v\" : ";
    struct Row {
        const char* path;
        const char* type;
        const char* error;
    };
    for (const Row& row : {
             Row{"/host/none", "", ""},
             Row{"/host/dir", "Directory", ""},
             Row{"/host/link", "Directory", ""},
             Row{"/host/dir", "DirectoryOrCreate", ""},
             Row{"/host/file", "File", ""},
             Row{"/host/file", "FileOrCreate", ""},
             Row{"/host/sock", "Socket", ""},
             Row{"/host/char", "CharDevice", ""},
             Row{"/host/block", "BlockDevice", ""},
             Row{"/host/none", "Directory", "hostPath type check failed: /host/none is not a directory"},
             Row{"/host/file", "Directory", "hostPath type check failed: /host/file is not a directory"},
             Row{"/host/file", "DirectoryOrCreate",
                 "hostPath type check failed: /host/file is not a directory"},
             Row{"/host/none", "File", "hostPath type check failed: /host/none is not a file"},
             Row{"/host/fifo", "FileOrCreate", "hostPath type check failed: /host/fifo is not a file"},
             Row{"/host/file", "Socket", "hostPath type check failed: /host/file is not a socket file"},
             Row{"/host/block", "CharDevice",
                 "hostPath type check failed: /host/block is not a character device"},
             Row{"/host/char", "BlockDevice", "hostPath type check failed: /host/char is not a block device"},
             Row{"/host/dir", "Folder", "Folder is an invalid volume type"},
             Row{"/host/../etc", "", "invalid HostPath `/host/../etc`: must not contain '..'"},
         }) {
        const std::string expected = *row.error == '\0' ? "" : failed + row.error;
        EXPECT_EQ(host_path(row.path, row.type), expected) << row.path << " as " << row.type;
    }
    EXPECT_EQ(files_.node("/host/none"), nullptr);
}

TEST_F(VolumesTest, MakesAHostPathThatMayBeMissing) {
    EXPECT_EQ(host_path("/host/new/dir", "DirectoryOrCreate"), "");
    EXPECT_EQ(files_.node("/host/new/dir")->mode, 0755u);
    EXPECT_EQ(host_path("/host/new/file", "FileOrCreate"), "");
    EXPECT_EQ(files_.node("/host/new/file")->mode, 0644u);
    EXPECT_EQ(files_.node("/host/new/file")->type, FileType::regular);
    EXPECT_NE(host_path("/host/nowhere/file", "FileOrCreate"), "");
}

TEST_F(VolumesTest, MakesEmptyDirs) {
    const auto paths =
        bench_.set_up(pod(R"({"name": "cache", "emptyDir": {}}, {"name": "tmp", "emptyDir": {}})"));
    ASSERT_TRUE(paths) << paths.error().text();
    EXPECT_EQ(paths->at("cache"), cache_);
    EXPECT_EQ(files_.node(cache_)->mode, 0777u);
    EXPECT_EQ(files_.node("/pods/u1")->mode, 0750u);
    EXPECT_THAT(files_.mounts(), IsEmpty());
}

TEST_F(VolumesTest, GivesEmptyDirsToTheFsGroup) {
    ASSERT_TRUE(bench_.set_up(
        pod(R"({"name": "cache", "emptyDir": {}})", R"(, "securityContext": {"fsGroup": 2000})")));
    EXPECT_EQ(files_.node(cache_)->mode, 02777u);
    EXPECT_EQ(files_.node(cache_)->gid, 2000u);
    ASSERT_TRUE(bench_.set_up(pod(R"({"name": "m", "emptyDir": {"medium": "Memory"}})",
                                  R"(, "securityContext": {"fsGroup": 2000})")));
    EXPECT_EQ(files_.node("/pods/u1/volumes/kubernetes.io~empty-dir/m")->mode, 03777u);
}

TEST_F(VolumesTest, KeepsMemoryInATmpfsOfTheAskedSize) {
    const api::Pod sized = pod(R"({"name": "cache", "emptyDir": {"medium": "Memory", "sizeLimit": "64Mi"}},
                                  {"name": "tmp", "emptyDir": {"medium": "Memory"}})");
    ASSERT_TRUE(bench_.set_up(sized));
    EXPECT_EQ(files_.mounts().at(cache_).size, 67'108'864u);
    EXPECT_EQ(files_.mounts().size(), 2u);
    EXPECT_EQ(files_.node(cache_)->mode, 01777u) << "as every tmpfs, so that users keep their files apart";
    EXPECT_TRUE(bench_.set_up(sized));
    EXPECT_EQ(bench_.set_up(pod(R"({"name": "v", "emptyDir": {"medium": "HugePages"}})")).error().text(),
              "MountVolume.SetUp failed for volume \"v\" : unknown storage medium \"HugePages\"");
}

TEST_F(VolumesTest, LeavesAnEmptyDirThatIsInUseAlone) {
    const api::Pod with_cache = pod(R"({"name": "cache", "emptyDir": {}})");
    ASSERT_TRUE(bench_.set_up(with_cache));
    ASSERT_TRUE(files_.write_file(cache_ + "/file", "kept", 0600));
    ASSERT_TRUE(files_.change_owner_mode(cache_, {.gid = 33}, 0700));
    ASSERT_TRUE(bench_.set_up(with_cache));
    EXPECT_EQ(files_.node(cache_)->mode, 0700u);
    EXPECT_EQ(files_.node(cache_)->gid, 33u);
    EXPECT_EQ(files_.node(cache_ + "/file")->content, "kept");
}

TEST_F(VolumesTest, FinishesAnEmptyDirThatWasLeftHalfMade) {
    ASSERT_TRUE(files_.make_directories(cache_, 0777));
    ASSERT_TRUE(bench_.set_up(
        pod(R"({"name": "cache", "emptyDir": {}})", R"(, "securityContext": {"fsGroup": 2000})")));
    EXPECT_EQ(files_.node(cache_)->gid, 2000u);
}

TEST_F(VolumesTest, TearsEverythingDown) {
    ASSERT_TRUE(bench_.set_up(pod(R"({"name": "cache", "emptyDir": {"medium": "Memory"}},
                                       {"name": "data", "hostPath": {"path": "/host/dir"}})")));
    ASSERT_TRUE(files_.write_file("/pods/u1/etc-hosts", "", 0644));
    EXPECT_TRUE(volumes_.empty("u1"));
    EXPECT_THAT(files_.mounts(), IsEmpty());
    EXPECT_NE(files_.node("/pods/u1/etc-hosts"), nullptr);
    EXPECT_EQ(files_.node("/pods/u1/volumes"), nullptr);
    EXPECT_TRUE(volumes_.tear_down("u1"));
    EXPECT_THAT(files_.mounts(), IsEmpty());
    EXPECT_THAT(files_.below("/pods"), IsEmpty());
    EXPECT_NE(files_.node("/host/dir"), nullptr);
    EXPECT_TRUE(volumes_.tear_down("u1"));
}

TEST_F(VolumesTest, NeverLeavesThePodsDirectory) {
    for (const char* uid : {"", ".", "..", "../etc", "a/b"}) {
        EXPECT_EQ(volumes_.tear_down(uid).error().code, Code::invalid) << uid;
        api::Pod hostile = pod("");
        hostile.metadata.uid = uid;
        EXPECT_EQ(bench_.set_up(hostile).error().code, Code::invalid) << uid;
    }
}

TEST_F(VolumesTest, RefusesOtherVolumes) {
    EXPECT_EQ(bench_.set_up(pod(R"({"name": "v", "nfs": {"server": "s", "path": "/"}})")).error().text(),
              "MountVolume.SetUp failed for volume \"v\" : no volume plugin matched");
}

TEST_F(VolumesTest, ShowsSubPathsThatStayInTheVolume) {
    files_.put("/vol/inside", {FileType::directory, 0700, 0, {}});
    files_.put("/vol/file", {FileType::regular, 0600, 0, {}});
    files_.put("/vol/to_inside", {FileType::symlink, 0777, 0, "inside"});
    files_.put("/vol/to_etc", {FileType::symlink, 0777, 0, "/host"});
    files_.put("/vol/to_sibling", {FileType::symlink, 0777, 0, "/volume2"});
    files_.put("/vol/inside/up", {FileType::symlink, 0777, 0, "../../host"});
    files_.put("/vol/to_nothing", {FileType::symlink, 0777, 0, "/host/none"});
    files_.put("/volume2", {FileType::directory, 0700, 0, {}});
    files_.put("/link_to_vol", {FileType::symlink, 0777, 0, "/vol"});
    struct Row {
        const char* volume;
        const char* sub_path;
        const char* expected;  ///< nullptr: refused.
    };
    for (const Row& row : {
             Row{"/vol", "inside", "/vol/inside"},
             Row{"/vol", "./inside//", "/vol/inside"},
             Row{"/vol", "file", "/vol/file"},
             Row{"/vol", "to_inside", "/vol/inside"},
             Row{"/vol", "to_inside/new/deep", "/vol/inside/new/deep"},
             Row{"/link_to_vol", "inside", "/vol/inside"},
             Row{"/vol", "to_etc", nullptr},
             Row{"/vol", "to_etc/dir", nullptr},
             Row{"/vol", "to_sibling", nullptr},
             Row{"/vol", "inside/up", nullptr},
             Row{"/vol", "to_nothing", nullptr},
             Row{"/vol", "to_nothing/x", nullptr},
             Row{"/vol", "file/x", nullptr},
             Row{"/vol", "..", nullptr},
             Row{"/vol", "inside/../file", nullptr},
             Row{"/vol", "/host", nullptr},
         }) {
        const auto path = volumes_.bind_sub_path({.pod_uid = "u1",
                                                  .container = "app",
                                                  .mount_index = 3,
                                                  .volume = "v",
                                                  .volume_path = row.volume,
                                                  .path = row.sub_path,
                                                  .directory_mode = 0750});
        if (row.expected == nullptr) {
            EXPECT_FALSE(path) << row.sub_path << " gave " << *path;
            continue;
        }
        ASSERT_TRUE(path) << row.sub_path << ": " << path.error().text();
        EXPECT_EQ(*path, "/pods/u1/volume-subpaths/v/app/3");
        EXPECT_EQ(files_.mounts().at(*path).source, row.expected) << row.sub_path;
        EXPECT_EQ(files_.node(*path)->type, files_.node(row.expected)->type) << row.sub_path;
    }
    EXPECT_EQ(files_.node("/vol/inside/new/deep")->mode, 0750u);
    EXPECT_TRUE(volumes_.tear_down("u1"));
    EXPECT_THAT(files_.mounts(), IsEmpty());
    EXPECT_NE(files_.node("/vol/file"), nullptr);
}

}  // namespace
}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
#include "adapters/containerd/image_archive.hpp"

#include "support/scratch_folder.hpp"

#include <cstdlib>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet::containerd {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

TEST(FullImageName, AsDockerReadsNames) {
    const std::vector<std::pair<std::string, std::string>> names{
        {"busybox", "docker.io/library/busybox:latest"},
        {"busybox:1", "docker.io/library/busybox:1"},
        {"a/b:1", "docker.io/a/b:1"},
        {"example.org/a", "example.org/a:latest"},
        {"localhost/a:1", "localhost/a:1"},
        {"host:5000/a", "host:5000/a:latest"},
        {"host:5000/a:2", "host:5000/a:2"},
        {"a@sha256:0", "docker.io/library/a@sha256:0"}};
    for (const auto& [name, full] : names) EXPECT_EQ(full_image_name(name), full);
}

std::string index_with(const std::string& annotations) {
    return R"({"manifests":[{"digest":"sha256:0","annotations":{)" + annotations + "}}]}";
}

TEST(ArchivedImages, Names) {
    struct Case {
        std::string index;
        std::string manifest;
        ArchivedImage image;
    };
    const std::string full = R"("io.containerd.image.name":"example.org/a:1")";
    const std::string familiar = R"("io.containerd.image.name":"a:1")";
    const std::string tag = R"("org.opencontainers.image.ref.name":"1")";
    const std::string ref = R"("org.opencontainers.image.ref.name":"example.org/b/c:2")";
    for (const Case& c :
         {Case{index_with(full), "", {"example.org/a:1", "example.org/a:1", "", "example.org/a@sha256:0"}},
          Case{index_with(full + "," + tag),
               "",
               {"example.org/a:1", "example.org/a:1", "", "example.org/a@sha256:0"}},
          Case{
              index_with(familiar), "", {"docker.io/library/a:1", "a:1", "", "docker.io/library/a@sha256:0"}},
          Case{index_with(tag),
               "",
               {"docker.io/library/file:1", "docker.io/library/file:1", "docker.io/library/file",
                "docker.io/library/file@sha256:0"}},
          Case{index_with(ref),
               "",
               {"example.org/b/c:2", "example.org/b/c:2", "example.org/b/c", "example.org/b/c@sha256:0"}},
          Case{index_with(ref),
               R"([{"RepoTags":["other:1"]}])",
               {"example.org/b/c:2", "example.org/b/c:2", "example.org/b/c", "example.org/b/c@sha256:0"}},
          Case{"",
               R"([{"RepoTags":["busybox:1"]}])",
               {"docker.io/library/busybox:1", "docker.io/library/busybox:1", ""}}}) {
        const auto images = archived_images(c.index, c.manifest, "file");
        ASSERT_TRUE(images) << images.error().text();
        EXPECT_THAT(*images, ElementsAre(c.image));
    }
}

TEST(ArchivedImages, Refused) {
    const auto message = [](const std::string& index, const std::string& manifest) {
        const auto images = archived_images(index, manifest, "file");
        return images ? std::string() : images.error().message;
    };
    EXPECT_EQ(message("", ""), "not an image archive: neither index.json nor manifest.json");
    EXPECT_EQ(message("{", ""), "not an image archive: index.json is not valid JSON");
    EXPECT_EQ(message("", "x"), "not an image archive: manifest.json is not valid JSON");
    EXPECT_EQ(message(index_with(""), ""), "the image archive names no image");
    EXPECT_EQ(message("[]", ""), "the image archive names no image");
    EXPECT_EQ(message(R"({"manifests":[1,{"annotations":2}]})", ""), "the image archive names no image");
    EXPECT_EQ(message("", R"([1,{"RepoTags":null},{"RepoTags":[3]}])"), "the image archive names no image");
}

TEST(TarEntries, OfARealArchive) {
    const ScratchFolder folder;
    std::ofstream(folder.path("index.json")) << "{}";
    std::ofstream(folder.path("large")) << std::string(10'000, 'x');
    std::ofstream(folder.path("manifest.json")) << std::string(600, 'm');
    const std::string tar = folder.path("a.tar");
    ASSERT_EQ(
        std::system(("cd " + folder.path() + " && tar cf a.tar ./large ./index.json manifest.json").c_str()),
        0);
    const auto entries = read_tar_entries(tar, {"index.json", "manifest.json", "absent"});
    ASSERT_TRUE(entries) << entries.error().text();
    EXPECT_THAT(*entries,
                ElementsAre(Pair("index.json", "{}"), Pair("manifest.json", std::string(600, 'm'))));
    std::ofstream(folder.path("not.tar")) << std::string(2000, 'x');
    // Whoever named the archive says which one it is.
    EXPECT_EQ(read_tar_entries(folder.path("not.tar"), {}).error().message, "not a tar archive");
    const Error absent = read_tar_entries(folder.path("absent"), {}).error();
    EXPECT_EQ(absent.code, Code::not_found);
    EXPECT_EQ(absent.message, "cannot be read: No such file or directory");
}

}  // namespace
}  // namespace hooklet::containerd

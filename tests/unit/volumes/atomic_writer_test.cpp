// SPDX-License-Identifier: Apache-2.0
#include "volumes/atomic_writer.hpp"

#include "support/sim_world.hpp"

#include <tuple>

#include <gmock/gmock.h>

namespace hooklet {
namespace {

using testing::ElementsAre;
using testing::MatchesRegex;
using testing::SizeIs;

class AtomicWriterTest : public testing::Test {
  protected:
    AtomicWriterTest() { EXPECT_TRUE(host_.make_directories("/v", 0777)); }

    Status write(const Payload& payload, std::optional<std::uint32_t> group = std::nullopt) {
        return AtomicWriter({&world_.files, &world_.loop.clock(), &world_.random})
            .write("/v", payload, group);
    }
    /// What users see, and what is behind `..data`.
    std::map<std::string, std::string> visible() {
        std::map<std::string, std::string> files;
        const std::string data = data_directory();
        for (const std::string& path : host_.below(data)) {
            if (host_.node(path)->type != FileType::regular) continue;
            const std::string name = path.substr(data.size() + 1);
            files[name] = host_.read_tail("/v/" + name, 100).value_or("unreadable");
        }
        return files;
    }
    std::string data_directory() { return host_.real_path("/v/..data").value_or(""); }

    sim::SimWorld world_;
    sim::MemoryFiles& host_ = world_.host;
};

TEST_F(AtomicWriterTest, LaysFilesOutAsTheKubelet) {
    ASSERT_TRUE(write({{"a", {"1", 0400}}, {"d/e/f", {"2", 0644}}, {"d/g", {"3", 0600}}}));
    EXPECT_THAT(data_directory(), MatchesRegex(R"(/v/\.\.2026_01_01_00_00_00\.[0-9]+)"));
    EXPECT_EQ(host_.node("/v/..data")->content, data_directory().substr(3));
    EXPECT_EQ(host_.node("/v/a")->content, "..data/a");
    EXPECT_EQ(host_.node("/v/d")->content, "..data/d");
    EXPECT_EQ(host_.node(data_directory())->mode, 0755u);
    EXPECT_EQ(host_.node(data_directory() + "/d/e")->mode, 0755u);
    EXPECT_EQ(host_.node(data_directory() + "/a")->mode, 0400u);
    EXPECT_EQ(visible(), (std::map<std::string, std::string>{{"a", "1"}, {"d/e/f", "2"}, {"d/g", "3"}}));
}

TEST_F(AtomicWriterTest, GivesFilesToTheGroup) {
    ASSERT_TRUE(write({{"d/a", {"1", 0400, 7}}, {"b", {"2", 0600}}, {"c", {"3", 0777}}}, 2000));
    const std::string data = data_directory();
    const std::map<std::string, std::uint32_t> modes = {
        {"", 02755}, {"/d", 02755}, {"/d/a", 0440}, {"/b", 0640}, {"/c", 0777}};
    for (const auto& [path, mode] : modes) {
        EXPECT_EQ(host_.node(data + path)->mode, mode) << path;
        EXPECT_EQ(host_.node(data + path)->gid, 2000u) << path;
    }
    EXPECT_EQ(host_.node(data + "/d/a")->uid, 7u);
    EXPECT_EQ(host_.node(data + "/b")->uid, 0u);
}

TEST_F(AtomicWriterTest, WritesNothingWhenNothingChanged) {
    const Payload payload{{"a", {"1", 0644}}, {"d/b", {"2", 0644}}};
    ASSERT_TRUE(write(payload));
    const std::string before = data_directory();
    ASSERT_TRUE(write(payload));
    EXPECT_EQ(data_directory(), before);
    EXPECT_TRUE(write({}));
    const std::string empty = data_directory();
    EXPECT_NE(empty, before);
    ASSERT_TRUE(write({}));
    EXPECT_EQ(data_directory(), empty);
}

TEST_F(AtomicWriterTest, ReplacesAllAtOnceAndLeavesNothingOld) {
    const std::vector<Payload> rounds = {
        {{"a", {"1", 0644}}, {"d/b", {"2", 0644}}},
        {{"a", {"changed", 0644}}, {"d/b", {"2", 0644}}},
        {{"a", {"changed", 0644}}, {"d/c", {"2", 0644}}},
        {{"d", {"a file now", 0644}}},
        {},
        {{"a", {"12", 0644}}},
    };
    for (const Payload& payload : rounds) {
        const std::string before = data_directory();
        ASSERT_TRUE(write(payload));
        EXPECT_NE(data_directory(), before);
        std::map<std::string, std::string> expected;
        for (const auto& [path, file] : payload) expected[path] = file.content;
        EXPECT_EQ(visible(), expected);
        EXPECT_EQ(host_.node(before), nullptr);
    }
    EXPECT_THAT(*host_.list_directory("/v"), ElementsAre(data_directory().substr(3), "..data", "a"));
}

using Failure = std::tuple<const char*, sim::Fault, int>;  // file system call, how, after how many good ones

class FailingAtomicWriter : public AtomicWriterTest, public testing::WithParamInterface<Failure> {};

TEST_P(FailingAtomicWriter, ShowsTheOldOrTheNewFiles) {
    const auto& [site, fault, passing] = GetParam();
    const Payload old{{"a", {"old", 0644}}, {"gone", {"x", 0644}}};
    const Payload next{{"a", {"new", 0644}}, {"d/b", {"2", 0644}}};
    ASSERT_TRUE(write(old));
    const auto old_view = visible();
    for (int i = 0; i < passing; ++i) world_.faults.force(std::string("fs.") + site, sim::Fault::none);
    world_.faults.force(std::string("fs.") + site, fault);
    const Status written = write(next);
    const std::map<std::string, std::string> next_view{{"a", "new"}, {"d/b", "2"}};
    if (written) {
        EXPECT_EQ(visible(), next_view);
    } else {
        EXPECT_THAT(visible(), testing::AnyOf(old_view, next_view));
    }
    while (!write(next)) {
    }
    EXPECT_EQ(visible(), next_view);
    if (!written) {
        EXPECT_THAT(*host_.list_directory("/v"), SizeIs(4));
    }
}

INSTANTIATE_TEST_SUITE_P(Everywhere, FailingAtomicWriter,
                         testing::Combine(testing::Values("real_path", "list_directory", "type_of",
                                                          "read_tail", "make_directories", "write_file",
                                                          "change_owner_mode", "symlink", "remove_tree"),
                                          testing::Values(sim::Fault::error, sim::Fault::lost_answer),
                                          testing::Range(0, 4)));

}  // namespace
}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
#include "node/static_pods.hpp"

#include "node/pod_kind.hpp"
#include "node/static_pod_source.hpp"
#include "support/sim_directory_watch.hpp"
#include "support/sim_world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::string manifest(const std::string& name, const std::string& image, const std::string& metadata = "") {
    return R"({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": ")" + name + "\"" + metadata +
           R"(}, "spec": {"containers": [{"name": "a", "image": ")" + image + "\"}]}}";
}

/// The files here are JSON.
std::expected<std::vector<api::Node>, api::Issue> no_yaml(std::string_view) {
    return std::unexpected(api::Issue{.message = "this is no YAML"});
}

Result<api::Pod> read(const std::string& text, const std::string& node = "N1",
                      const std::string& path = "/m/web.yaml") {
    return static_pod(path, text, node, WallTime{}, no_yaml);
}

TEST(StaticPod, BelongsToTheNodeAndTheFile) {
    const auto pod = read(manifest("web", "nginx:1"));
    ASSERT_TRUE(pod) << pod.error().text();
    EXPECT_EQ(pod->metadata.name, "web-n1");
    EXPECT_EQ(pod->metadata.namespace_, "default");
    EXPECT_EQ(pod->spec.nodeName, "N1");
    EXPECT_EQ(pod->metadata.generation, 1);
    EXPECT_THAT(pod->metadata.uid, testing::MatchesRegex("[0-9a-f]{32}"));
    EXPECT_EQ(pod->metadata.annotations.at("kubernetes.io/config.hash"), pod->metadata.uid);
    EXPECT_EQ(pod->metadata.annotations.at("kubernetes.io/config.source"), "file");
    EXPECT_TRUE(is_static(*pod));
    EXPECT_TRUE(is_critical(*pod));
    ASSERT_THAT(pod->spec.tolerations, SizeIs(1));
    EXPECT_EQ(pod->spec.tolerations[0].effect, "NoExecute");
}

TEST(StaticPod, HasAUidOfItsContentNodeAndPath) {
    const std::string uid = read(manifest("web", "nginx:1"))->metadata.uid;
    EXPECT_EQ(read("  \n" + manifest("web", "nginx:1") + "\n")->metadata.uid, uid)
        << "the form does not count";
    EXPECT_NE(read(manifest("web", "nginx:2"))->metadata.uid, uid);
    EXPECT_NE(read(manifest("web", "nginx:1"), "n2")->metadata.uid, uid);
    EXPECT_NE(read(manifest("web", "nginx:1"), "N1", "/m/other.yaml")->metadata.uid, uid);
    EXPECT_EQ(read(manifest("web", "nginx:1", R"(, "uid": "mine")"))->metadata.uid, "mine");
}

TEST(StaticPod, SaysWhereAFileIsWrong) {
    EXPECT_THAT(read("{\n \"kind\": \"Pod\",\n oops").error().text(), HasSubstr("/m/web.yaml:3"));
    const std::string two = manifest("a", "i") + ", " + manifest("b", "i");
    EXPECT_EQ(read(R"({"apiVersion": "v1", "kind": "List", "items": [)" + two + "]}").error().text(),
              "/m/web.yaml: a static Pod's file holds one Pod, this one holds 2");
}

/// What the machine asks for, as words: `+image` starts, `-image` ends, `!` is a problem.
class StaticPodsTest : public testing::Test {
  protected:
    std::vector<std::string> files(const std::map<std::string, std::string>& now) {
        return words(pods_.on_files(now, WallTime{}));
    }
    std::vector<std::string> gone(const std::string& image) { return words(pods_.on_gone(uid_of_[image])); }
    std::vector<std::string> words(const std::vector<StaticPods::Action>& actions) {
        std::vector<std::string> out;
        for (const auto& action : actions) {
            if (const auto* start = std::get_if<StaticPods::Start>(&action)) {
                const std::string image = start->pod.spec.containers.front().image;
                uid_of_[image] = start->pod.metadata.uid;
                out.push_back("+" + image);
            } else if (const auto* end = std::get_if<StaticPods::End>(&action)) {
                for (const auto& [image, uid] : uid_of_) {
                    if (uid == end->uid) out.push_back("-" + image);
                }
            } else {
                problem_ = std::get<StaticPods::Problem>(action).text;
                out.emplace_back("!");
            }
        }
        return out;
    }
    StaticPods pods_{"n1", no_yaml};
    std::map<std::string, std::string> uid_of_;
    std::string problem_;
};

TEST_F(StaticPodsTest, M12_TheNewOneStartsWhenTheOldOneIsGone) {
    EXPECT_THAT(files({{"/m/a", manifest("web", "v1")}}), ElementsAre("+v1"));
    EXPECT_THAT(files({{"/m/a", manifest("web", "v1")}}), IsEmpty());
    EXPECT_THAT(files({{"/m/a", manifest("web", "v2")}}), ElementsAre("-v1"));
    for (int i = 0; i < 300; ++i) {
        EXPECT_THAT(files({{"/m/a", manifest("web", "edit" + std::to_string(i))}}), IsEmpty());
    }
    EXPECT_THAT(files({{"/m/a", manifest("web", "v3")}}), IsEmpty());
    EXPECT_THAT(gone("v1"), ElementsAre("+v3")) << "at once, and only the last version";
    EXPECT_THAT(gone("v1"), IsEmpty());
}

TEST_F(StaticPodsTest, M11_ARemovedFileEndsItsPod) {
    EXPECT_THAT(files({{"/m/a", manifest("web", "v1")}}), ElementsAre("+v1"));
    EXPECT_THAT(files({}), ElementsAre("-v1"));
    EXPECT_THAT(files({}), IsEmpty());
    EXPECT_THAT(files({{"/m/a", manifest("web", "v1")}}), IsEmpty()) << "it is back while the Pod ends";
    EXPECT_THAT(gone("v1"), ElementsAre("+v1"));
}

TEST_F(StaticPodsTest, ABrokenFileLeavesTheLastGoodVersion) {
    EXPECT_THAT(files({{"/m/a", "{"}}), ElementsAre("!"));
    EXPECT_THAT(problem_, HasSubstr("static Pod ignored: /m/a:"));
    EXPECT_THAT(files({{"/m/a", manifest("web", "v1")}}), ElementsAre("+v1"));
    EXPECT_THAT(files({{"/m/a", "{ \"kind"}}), ElementsAre("!"));
    EXPECT_THAT(problem_, HasSubstr("(the last good version stays)"));
    EXPECT_THAT(files({{"/m/a", "{ \"kind"}}), IsEmpty()) << "said once";
    EXPECT_THAT(files({{"/m/a", manifest("web", "v2")}}), ElementsAre("-v1"));
}

TEST_F(StaticPodsTest, OneNameRunsOnce) {
    EXPECT_THAT(files({{"/m/a", manifest("web", "v1")}, {"/m/b", manifest("web", "v2")}}),
                ElementsAre("!", "+v1"));
    EXPECT_THAT(problem_, HasSubstr("/m/b: another file has a Pod default/web-n1 already"));
    EXPECT_THAT(files({{"/m/a", manifest("web", "v1")}, {"/m/b", manifest("web", "v2")}}), IsEmpty());
    EXPECT_THAT(files({{"/m/b", manifest("web", "v2")}}), ElementsAre("-v1"));
    EXPECT_THAT(gone("v1"), ElementsAre("+v2"));
}

TEST_F(StaticPodsTest, APodThatWentByItselfComesBackWithANewFileOnly) {
    EXPECT_THAT(files({{"/m/a", manifest("web", "v1")}}), ElementsAre("+v1"));
    EXPECT_THAT(gone("v1"), IsEmpty());
    EXPECT_THAT(files({{"/m/a", manifest("web", "v1")}}), IsEmpty());
    EXPECT_THAT(files({{"/m/a", manifest("web", "v2")}}), ElementsAre("+v2"));
    EXPECT_THAT(files({}), ElementsAre("-v2"));
}

class StaticPodSourceTest : public testing::Test {
  protected:
    void SetUp() override {
        world_.host.put("/m/.hidden", {FileType::regular, 0644, 0, manifest("hidden", "h")});
        world_.host.put("/m/folder/x", {FileType::regular, 0644, 0, manifest("deep", "d")});
        world_.host.put("/m/web", {FileType::regular, 0644, 0, manifest("web", "v1")});
        source_.start();
        world_.loop.run_for(1s);
    }
    void TearDown() override { world_.loop.run(source_.stop()); }

    sim::SimWorld world_;
    sim::SimDirectoryWatch watch_{&world_.host};
    std::vector<api::Pod> added_;
    std::vector<std::string> removed_;
    std::vector<std::string> told_;
    StaticPodSource source_{world_.loop.executor(),
                            &world_.loop.clock(),
                            &world_.files,
                            &watch_,
                            {},
                            {.directory = "/m", .node_name = "n1"},
                            {[this](api::Pod pod) { added_.push_back(std::move(pod)); },
                             [this](const std::string& uid) { removed_.push_back(uid); },
                             [this](const std::string& line) { told_.push_back(line); }}};
};

TEST_F(StaticPodSourceTest, FollowsTheDirectory) {
    ASSERT_THAT(added_, SizeIs(1));
    EXPECT_EQ(added_[0].metadata.name, "web-n1");
    ASSERT_TRUE(world_.host.write_file("/m/web", manifest("web", "v2"), 0644));
    ASSERT_TRUE(watch_.tell("/m"));
    world_.loop.run_for(1s);
    EXPECT_THAT(removed_, ElementsAre(added_[0].metadata.uid));
    source_.on_gone(added_[0].metadata.uid);
    ASSERT_THAT(added_, SizeIs(2));
    EXPECT_EQ(added_[1].spec.containers[0].image, "v2");
}

TEST_F(StaticPodSourceTest, LooksAgainWhenNobodyTells) {
    ASSERT_TRUE(world_.host.write_file("/m/other", manifest("other", "o"), 0644));
    world_.loop.run_for(21s);
    EXPECT_THAT(added_, SizeIs(2));
}

TEST_F(StaticPodSourceTest, UnreadableIsNotGone) {
    world_.faults.force("fs.list_directory", sim::Fault::error);
    watch_.tell("/m");
    world_.loop.run_for(1s);
    world_.faults.force("fs.read_tail", sim::Fault::error);
    watch_.tell("/m");
    world_.loop.run_for(1s);
    EXPECT_THAT(removed_, IsEmpty());
    ASSERT_TRUE(world_.host.remove_tree("/m"));
    world_.loop.run_for(21s);
    EXPECT_THAT(removed_, SizeIs(1));
    EXPECT_FALSE(watch_.tell("/m"));
    world_.host.put("/m/web", {FileType::regular, 0644, 0, manifest("web", "v1")});
    world_.loop.run_for(21s);
    EXPECT_TRUE(watch_.tell("/m")) << "a new directory is watched again";
}

}  // namespace
}  // namespace hooklet

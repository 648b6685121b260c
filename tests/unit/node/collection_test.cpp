// SPDX-License-Identifier: Apache-2.0
#include "node/collection.hpp"

#include "node/collector.hpp"
#include "support/sim_node_stats.hpp"
#include "unit/node/node_fixture.hpp"

namespace hooklet {
namespace {

using namespace std::chrono_literals;
using test::NodeTest;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

cri::Container container(const std::string& id, const std::string& uid, const std::string& name, int created,
                         cri::ContainerState state = cri::ContainerState::exited) {
    cri::Container c;
    c.id = id;
    c.pod_sandbox_id = "s-" + uid;
    c.metadata = {name, 0};
    c.state = state;
    c.created_at = WallTime{std::chrono::seconds{created}};
    if (!uid.empty()) c.labels = {{"io.kubernetes.pod.uid", uid}};
    return c;
}

cri::PodSandbox sandbox(const std::string& id, const std::string& uid, int created,
                        cri::PodSandboxState state = cri::PodSandboxState::not_ready) {
    cri::PodSandbox s;
    s.id = id;
    s.metadata = {uid, uid, "default", 0};
    s.state = state;
    s.created_at = WallTime{std::chrono::seconds{created}};
    return s;
}

TEST(Collection, KeepsTheNewestEndedContainerOfEachName) {
    const KnownPods pods{{"p", "evicted"}, {"evicted"}};
    EXPECT_THAT(
        containers_to_remove(
            {container("a1", "p", "a", 1), container("a2", "p", "a", 2),
             container("a3", "p", "a", 3, cri::ContainerState::running), container("b1", "p", "b", 1),
             container("b2", "p", "b", 2, cri::ContainerState::created), container("gone", "q", "a", 9),
             container("ev", "evicted", "a", 1), container("live", "q", "b", 1, cri::ContainerState::running),
             container("foreign", "", "a", 1)},
            pods),
        UnorderedElementsAre("a1", "gone", "ev"));
}

TEST(Collection, KeepsTheNewestSandboxOfAPodThatIsThere) {
    const KnownPods pods{{"p"}, {}};
    EXPECT_THAT(
        sandboxes_to_remove({sandbox("p1", "p", 1), sandbox("p2", "p", 2), sandbox("s-q", "q", 1),
                             sandbox("q2", "q", 2), sandbox("q3", "q", 3, cri::PodSandboxState::ready)},
                            {container("c", "q", "a", 1)}, pods),
        ElementsAre("p1", "q2"));
}

TEST(Collection, RemovesLogsOfOwnPodsOnly) {
    EXPECT_THAT(log_directories_to_remove({"default_web_u1", "default_web_u2", "kube-system_dns_u3", "lost"},
                                          {"u1", "u2"}, {{"u2"}, {}}),
                ElementsAre("default_web_u1"));
    EXPECT_TRUE(is_log_link_of("web_default_app-abc.log", {"abc"}));
    EXPECT_FALSE(is_log_link_of("web_default_app-abcd.log", {"abc"}));
    EXPECT_FALSE(is_log_link_of("abc", {"abc"}));
}

TEST(Collection, FreesImagesDownToTheLowThreshold) {
    struct Row {
        std::uint64_t capacity, available, expected;
    };
    for (const Row& row : {Row{1000, 160, 0}, Row{1000, 150, 50}, Row{1000, 0, 200}, Row{0, 0, 0},
                           Row{1000, 2000, 0}, Row{1'000'000'000'000, 100'000'000'000, 100'000'000'000}}) {
        EXPECT_EQ(image_bytes_to_free(row.capacity, row.available, {}), row.expected) << row.available;
    }
    EXPECT_EQ(image_bytes_to_free(1000, 0, {.high_percent = 100}), 0) << "never";
}

TEST(Collection, RemovesTheImagesUnusedForLongest) {
    const auto image = [](const std::string& id, std::uint64_t size, bool pinned = false) {
        cri::Image i;
        i.id = id;
        i.repo_tags = {"docker.io/library/" + id + ":1"};
        i.size_bytes = size;
        i.pinned = pinned;
        return i;
    };
    cri::Container user = container("c", "p", "a", 1);
    user.image = "docker.io/library/used:1";
    cri::Container earlier = user;
    earlier.image = "recent";
    ImageUse use;
    const MonotonicTime start{1h};
    const std::vector<cri::Image> images{image("old", 10), image("recent", 20), image("used", 30),
                                         image("pause", 40, true)};
    use.observe(images, {user, earlier}, start);
    std::vector<cri::Image> later = images;
    later.push_back(image("young", 50));
    use.observe(later, {user}, start + 10min);
    const MonotonicTime now = start + 11min;
    EXPECT_THAT(images_to_remove(use, 1, 2min, now), ElementsAre("old"));
    EXPECT_THAT(images_to_remove(use, 11, 2min, now), ElementsAre("old", "recent"));
    EXPECT_THAT(images_to_remove(use, 1000, 2min, now), ElementsAre("old", "recent"));
    EXPECT_THAT(images_to_remove(use, 1000, 0s, now), ElementsAre("old", "young", "recent"));
    use.observe({}, {}, now);
    EXPECT_THAT(use.records(), IsEmpty());
}

class CollectorTest : public NodeTest {
  protected:
    void TearDown() override { world.loop.run(collector_.stop()); }
    sim::SimNodeStats stats_{&world.loop.clock()};
    Collector collector_{ports(),
                         &stats_,
                         {.pod_log_directory = "/log/pods",
                          .container_log_directory = "/log/containers",
                          .owner_label = "root1",
                          .images = {}}};
};

TEST_F(CollectorTest, ClearsLogsOfPodsThatAreGone) {
    world.host.put("/log/pods/default_web_u1/app/0.log", {FileType::regular, 0640, 0, "x"});
    world.host.put("/log/pods/default_old_before/app/0.log", {FileType::regular, 0640, 0, "x"});
    world.host.put("/log/pods/default_other_foreign/app/0.log", {FileType::regular, 0640, 0, "x"});
    world.host.put("/log/containers/web_default_app-id.log",
                   {FileType::symlink, 0777, 0, "/log/pods/default_web_u1/app/0.log"});
    world.host.put("/log/containers/old_default_app-id2.log",
                   {FileType::symlink, 0777, 0, "/log/pods/default_old_before/app/0.log"});
    pods.all = {test::pod_on_node("u1", "{}")};
    collector_.remember("before");
    collector_.start();
    world.loop.run_for(61s);
    EXPECT_THAT(world.host.list_directory("/log/pods").value(),
                ElementsAre("default_other_foreign", "default_web_u1"));
    EXPECT_THAT(world.host.list_directory("/log/containers").value(), ElementsAre("web_default_app-id.log"));
    pods.all.clear();
    world.loop.run_for(60s);
    EXPECT_THAT(world.host.list_directory("/log/pods").value(), ElementsAre("default_other_foreign"));
    EXPECT_THAT(world.host.list_directory("/log/containers").value(), IsEmpty());
}

TEST_F(CollectorTest, FreesImagesWhenTheirFileSystemRunsFull) {
    world.images.add({.name = "nginx", .size_bytes = 60'000'000});
    collector_.start();
    world.loop.run_for(6min);
    EXPECT_EQ(world.images.list().size(), 1u);
    world.images.add({.name = "busybox", .size_bytes = 4'000'000});
    stats_.usage.imagefs = FileSystemUsage{1'000'000'000, 150'000'000, 1000, 1000};
    world.loop.run_for(5min);
    EXPECT_EQ(world.images.list().size(), 1u) << "50 MB are enough";
    EXPECT_THAT(node_events, IsEmpty());
    world.loop.run_for(5min);
    EXPECT_THAT(
        node_events,
        ElementsAre("ImageGCFailed: Failed to garbage collect required amount of images. Attempted to "
                    "free 50000000 bytes, but only found 4000000 bytes eligible to free."));
}

TEST_F(CollectorTest, ReclaimsEveryUnusedImage) {
    world.images.add({.name = "nginx"});
    world.images.add({.name = "busybox"});
    world.loop.run(collector_.reclaim());
    EXPECT_THAT(world.images.list(), IsEmpty());
}

}  // namespace
}  // namespace hooklet

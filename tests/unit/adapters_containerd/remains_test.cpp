// SPDX-License-Identifier: Apache-2.0
#include "adapters/containerd/remains.hpp"

#include "support/scratch_folder.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet::containerd {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Start times do not matter here.
ProcessEntry process(pid_t pid, pid_t parent, pid_t session) {
    return {pid, parent, session, 0};
}

std::set<pid_t> pids(const std::vector<ProcessEntry>& processes) {
    std::set<pid_t> all;
    for (const ProcessEntry& each : processes) all.insert(each.pid);
    return all;
}

/// A shim (10) with the pause process (11) and a container (12, its child 13), an exec (20) with a child (21)
/// that has made itself a session's leader (22 is its child), a grandchild (23) whose parent has ended and
/// that belongs to the exec's session, and another engine's shim (30) with a container.
const std::vector<ProcessEntry> table{process(1, 0, 1),    process(10, 1, 10),  process(11, 10, 11),
                                      process(12, 10, 12), process(13, 12, 12), process(20, 10, 20),
                                      process(21, 20, 21), process(22, 21, 21), process(23, 1, 20),
                                      process(30, 1, 30),  process(31, 30, 31)};
const std::vector<Shim> shims{{process(10, 1, 10), "a"}};

TEST(Remains, ChildrenAreThoseOfTheEnginesOwnShims) {
    EXPECT_THAT(pids(children_of(shims, table)), ElementsAre(11, 12, 20));
    EXPECT_THAT(children_of({}, table), IsEmpty());
}

TEST(Remains, AFamilyIsAllDescendantsAndTheSessionsThatTheyLead) {
    EXPECT_THAT(pids(with_families(table, {20})), ElementsAre(20, 21, 22, 23));
    EXPECT_THAT(pids(with_families(table, {21})), ElementsAre(21, 22));
    EXPECT_THAT(pids(with_families(table, {10})), ElementsAre(10, 11, 12, 13, 20, 21, 22, 23));
    EXPECT_THAT(with_families(table, {}), IsEmpty());
    EXPECT_THAT(with_families(table, {99}), IsEmpty()) << "gone";
}

TEST(Remains, AShimGoesWhenTheEngineDoesNotKnowItsSandbox) {
    const std::vector<Shim> all{
        {process(10, 1, 10), "a"}, {process(30, 1, 30), "b"}, {process(40, 1, 40), ""}};
    const auto ids = [&all](const std::set<std::string>& known) {
        std::vector<std::string> left;
        for (const Shim& shim : unknown_to(known, all)) left.push_back(shim.id);
        return left;
    };
    EXPECT_THAT(ids({"a", "b"}), ElementsAre(""));
    EXPECT_THAT(ids({"b", "c"}), ElementsAre("a", ""));
    EXPECT_THAT(ids({}), ElementsAre("a", "b", ""));
}

TEST(Remains, AnAddressIsAFileWithItsSandboxInTheFirstLine) {
    struct Case {
        const char* file;
        const char* content;
        std::optional<std::string> id;
    };
    const std::vector<Case> cases{
        {"/n/10.1.0.2", "abc\r\neth0", "abc"}, {"/n/10.1.0.2", "abc\neth0", "abc"},
        {"/n/10.1.0.2", "abc", "abc"},         {"/n/10.1.0.2", "", ""},  // the plugin was killed in between
        {"/n/lock", "", std::nullopt},         {"/n/last_reserved_ip.0", "10.1.0.2", std::nullopt},
    };
    for (const auto& [file, content, id] : cases) {
        const auto address = reserved_address(file, content);
        ASSERT_EQ(address.has_value(), id.has_value()) << file << " " << content;
        if (id) {
            EXPECT_EQ(*address, (ReservedAddress{file, *id}));
        }
    }
}

TEST(Remains, AnAddressIsFreedUnlessItsSandboxIsKnown) {
    const std::vector<ReservedAddress> all{{"/n/1", "a"}, {"/n/2", "b"}, {"/n/3", ""}};
    EXPECT_THAT(unknown_to({"a"}, all), ElementsAre(all[1], all[2]));
    EXPECT_THAT(unknown_to({"a", "b"}, all), ElementsAre(all[2])) << "nobody's";
}

TEST(Remains, ABundleThatWasBeingRemovedIsRemoved) {
    const ScratchFolder root;
    const std::filesystem::path bundles = root.path("run/containerd/io.containerd.runtime.v2.task/k8s.io");
    std::filesystem::create_directories(bundles / ".a/rootfs");
    std::filesystem::create_directories(bundles / "b");
    std::ofstream(bundles / ".a/config.json") << "{}";
    EXPECT_THAT(Remains::look({root.path()}).remove({"b"}), IsEmpty()) << "the engine knows none of them";
    EXPECT_FALSE(std::filesystem::exists(bundles / ".a"));
    EXPECT_TRUE(std::filesystem::exists(bundles / "b"));
}

TEST(Remains, ANetworkIsRemovedWhenNobodyIsInIt) {
    const std::vector<KeptNetwork> all{{"/m/1", "net:[1]"}, {"/m/2", "net:[2]"}, {"/m/3", ""}};
    EXPECT_THAT(unused(all, {"net:[1]", "net:[9]"}), ElementsAre(all[1])) << "3 is gone already";
    EXPECT_THAT(unused(all, {"net:[1]", "net:[2]"}), IsEmpty());
}

}  // namespace
}  // namespace hooklet::containerd

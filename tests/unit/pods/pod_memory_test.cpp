// SPDX-License-Identifier: Apache-2.0
#include "pods/pod_memory.hpp"

#include <gtest/gtest.h>

namespace hooklet {
namespace {

using namespace std::chrono_literals;

PodMemory sample() {
    PodMemory memory;
    memory.end =
        PodEnd{.trigger = "Evicted", .reason = "Evicted", .message = "no \"room\"", .disruption = "gone"};
    memory.end_by = MonotonicTime{100s};
    memory.deleted = true;
    memory.deletion_grace = 30s;
    memory.active_since = MonotonicTime{5s};
    ContainerMemory& container = memory.containers["app"];
    container.back_off = {40s, MonotonicTime{90s}};
    container.back_off_before = BackOffProgress{20s, MonotonicTime{60s}};
    container.restart_count = 4;
    container.stop = StopMemory{"id1", MonotonicTime{99s}, "LivenessProbeFailed", true, true};
    container.probed_id = "id1";
    container.hooked_id = "id1";
    container.hooks["preStop"] = MonotonicTime{98s};
    container.probes[1] = ProbeMemory{ProbeResult::success, ProbeResult::failure, 2, MonotonicTime{95s}};
    PullFailures& image = memory.images["nowhere:1"];
    image.back_off.resume({10s, MonotonicTime{80s}});
    image.last = MonotonicTime{80s};
    image.error = "not found";
    return memory;
}

TEST(PodMemory, IsReadAsItWasWritten) {
    const PodMemory written = sample();
    const PodMemory read = read_memory(write_memory(written, "boot1"), "boot1");
    EXPECT_EQ(read.end, written.end);
    EXPECT_EQ(read.end_by, written.end_by);
    EXPECT_TRUE(read.deleted);
    EXPECT_EQ(read.deletion_grace, written.deletion_grace);
    EXPECT_EQ(read.active_since, written.active_since);
    EXPECT_EQ(read.containers, written.containers);
    ASSERT_TRUE(read.images.contains("nowhere:1"));
    EXPECT_EQ(read.images.at("nowhere:1").back_off.delay(), 10s);
    EXPECT_EQ(read.images.at("nowhere:1").error, "not found");
    EXPECT_EQ(write_memory(read, "boot1"), write_memory(written, "boot1"));
}

TEST(PodMemory, OfAnotherBootOnlyTheEndCounts) {
    const PodMemory read = read_memory(write_memory(sample(), "boot1"), "boot2");
    EXPECT_EQ(read.end, sample().end);
    EXPECT_TRUE(read.deleted);
    EXPECT_FALSE(read.end_by);
    EXPECT_FALSE(read.active_since);
    EXPECT_TRUE(read.containers.empty());
    EXPECT_TRUE(read.images.empty());
}

TEST(PodMemory, DamagedTextIsNotRemembered) {
    const std::string whole = write_memory(sample(), "boot1");
    for (std::size_t length = 0; length < whole.size(); length += 7) {
        EXPECT_FALSE(read_memory(whole.substr(0, length), "boot1").end) << length;
    }
}

}  // namespace
}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
#include "adapters/posix/inotify_watch.hpp"

#include "adapters/posix/posix_file_system.hpp"
#include "support/scratch_folder.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace hooklet {
namespace {

struct InotifyWatchTest : testing::Test {
    /// True when the change was told.
    bool told() {
        const int before = changes;
        loop.restart();
        for (int i = 0; i < 100 && changes == before; ++i) loop.run_one_for(std::chrono::seconds{10});
        return changes > before;
    }
    asio::io_context loop{1};
    ScratchFolder scratch;
    PosixFileSystem files;
    InotifyWatch watch{loop.get_executor()};
    int changes = 0;
};

TEST_F(InotifyWatchTest, TellsOfFilesThatComeChangeAndGo) {
    auto handle = watch.watch(scratch.path(), [this] { ++changes; });
    ASSERT_TRUE(handle) << handle.error().text();
    ASSERT_TRUE(files.write_file(scratch.path("a"), "x", 0644));
    EXPECT_TRUE(told());
    loop.poll();
    ASSERT_TRUE(files.rename(scratch.path("a"), scratch.path("b")));
    EXPECT_TRUE(told());
    loop.poll();
    ASSERT_TRUE(files.remove_file(scratch.path("b")));
    EXPECT_TRUE(told());
    loop.poll();
    handle->reset();
    const int before = changes;
    ASSERT_TRUE(files.write_file(scratch.path("c"), "x", 0644));
    loop.restart();
    loop.poll();
    EXPECT_EQ(changes, before);
}

TEST_F(InotifyWatchTest, NeedsADirectory) {
    EXPECT_EQ(watch.watch(scratch.path("none"), [] {}).error().code, Code::not_found);
}

}  // namespace
}  // namespace hooklet

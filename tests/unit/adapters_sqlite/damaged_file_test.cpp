// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/damaged_file.hpp"

#include "adapters/sqlite/sqlite_objects.hpp"
#include "support/run_task.hpp"
#include "support/scratch_folder.hpp"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace hooklet {
namespace {

struct DamagedFileTest : testing::Test {
    /// A store of many objects.
    void make_store() {
        auto objects = open_sqlite_objects(loop.get_executor(), path).value();
        std::vector<ObjectChange> changes;
        for (Revision revision = 2; revision < 200; ++revision) {
            changes.push_back({{"pods", "default", "pod" + std::to_string(revision)},
                               revision,
                               std::make_shared<const std::string>(500, 'x')});
        }
        ASSERT_TRUE(run(loop, objects->write(std::move(changes))));
        run(loop, objects->stop());
    }
    void overwrite(std::streamoff at, std::size_t length) {
        std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(at);
        file << std::string(length, '\xA5');
    }
    ScratchFolder scratch;
    std::string path = scratch.path("objects.db");
    asio::io_context loop;
};

TEST_F(DamagedFileTest, ASoundFileStays) {
    EXPECT_EQ(set_aside_if_damaged(path).value(), "") << "there is none";
    make_store();
    EXPECT_EQ(set_aside_if_damaged(path).value(), "");
    EXPECT_TRUE(std::filesystem::exists(path));
}

TEST_F(DamagedFileTest, ADamagedFileIsSetAsideAndANewOneTakesItsPlace) {
    for (const std::streamoff at : {0, 20'000}) {
        make_store();
        overwrite(at, 8192);
        const std::string name = set_aside_if_damaged(path).value();
        EXPECT_EQ(name, path + (at == 0 ? ".damaged-1" : ".damaged-2"));
        EXPECT_TRUE(std::filesystem::exists(name));
        EXPECT_FALSE(std::filesystem::exists(path));
    }
}

}  // namespace
}  // namespace hooklet

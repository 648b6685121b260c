// SPDX-License-Identifier: Apache-2.0
#include "adapters/zlib/gzip_compressor.hpp"

#include "adapters/asio/asio_clock.hpp"
#include "adapters/posix/posix_file_system.hpp"
#include "support/run_task.hpp"
#include "support/scratch_folder.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <zlib.h>

namespace hooklet {
namespace {

using namespace std::chrono_literals;

struct GzipTest : testing::Test {
    Status gzip(const std::string& from, const std::string& to, CancelToken cancel = {}) {
        return run(loop, compressor.gzip(from, to, clock.call_within(1min, std::move(cancel))));
    }
    static std::string unpacked(const std::string& path) {
        const gzFile file = ::gzopen(path.c_str(), "rb");
        std::string text(1 << 20, '\0');
        text.resize(static_cast<std::size_t>(::gzread(file, text.data(), 1 << 20)));
        ::gzclose(file);
        return text;
    }
    asio::io_context loop{1};
    AsioClock clock{loop.get_executor()};
    GzipCompressor compressor{loop.get_executor(), &clock};
    ScratchFolder scratch;
    PosixFileSystem files;
};

TEST_F(GzipTest, WritesAWholeFileOfTheSameMode) {
    std::string text;
    for (int i = 0; i < 10'000; ++i) text += "line " + std::to_string(i) + "\n";
    ASSERT_TRUE(files.write_file(scratch.path("0.log.1"), text, 0640));
    const Status done = gzip(scratch.path("0.log.1"), scratch.path("0.log.1.gz"));
    ASSERT_TRUE(done) << done.error().text();
    EXPECT_EQ(unpacked(scratch.path("0.log.1.gz")), text);
    EXPECT_LT(files.size_of(scratch.path("0.log.1.gz")).value(), text.size() / 2);
    struct stat status{};
    ASSERT_EQ(::stat(scratch.path("0.log.1.gz").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0640U);
    EXPECT_EQ(files.list_directory(scratch.path()).value().size(), 2U)
        << "the source stays, nothing else does";
}

TEST_F(GzipTest, LeavesNothingHalfDone) {
    EXPECT_EQ(gzip(scratch.path("none"), scratch.path("none.gz")).error().code, Code::not_found);
    ASSERT_TRUE(files.write_file(scratch.path("log"), "x", 0640));
    CancelSource cancel;
    cancel.cancel({Code::cancelled, "stop"});
    EXPECT_EQ(gzip(scratch.path("log"), scratch.path("log.gz"), cancel.token()).error().code,
              Code::cancelled);
    EXPECT_EQ(gzip(scratch.path("log"), scratch.path("folder/log.gz")).error().code, Code::not_found);
    EXPECT_EQ(files.list_directory(scratch.path()).value(), std::vector<std::string>{"log"});
}

}  // namespace
}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "integration/run/hooklet_process.hpp"
#include "support/scratch_folder.hpp"

#include <memory>
#include <string>

#include <gtest/gtest.h>

namespace hooklet::testing {

/// What a command has printed and returned.
struct Answer {
    int code = -1;
    std::string out;  ///< Standard output and error, as they came.
};

/// One `hooklet agent` with a root of its own for all tests of the suite, and the machine's own kubectl in
/// front of it.
class KubectlTest : public ::testing::Test {
  protected:
    /// Ends the agent and its containers, and checks that nothing of them is left on the machine.
    static void TearDownTestSuite();
    /// Starts the agent, for the first test.
    void SetUp() override;

    /// `kubectl ARGS`, run by a shell.
    static Answer kubectl(const std::string& args, const std::string& input = "");
    /// The same; the test fails unless kubectl returns 0. Returns what it printed.
    static std::string ok(const std::string& args, const std::string& input = "");
    /// A script of bash in a folder of the test, with kubectl's configuration. It ends at the first failure
    /// and has `seen TEXT FILE`, which waits until the file has the text, `http PORT PATH`, which prints an
    /// answer of 127.0.0.1, and `terminal COMMAND...`, which runs it on a terminal. The test fails unless it
    /// returns 0. Returns what it printed.
    static std::string script(const std::string& text);
    /// kubectl's own minor version.
    static int minor();
    /// `hooklet ARGS` on the agent's root, run by a shell.
    static Answer hooklet(const std::string& args, const std::string& input = "");
    /// A Pod of busybox that runs the script; `more` is more lines of the container (six blanks before).
    static std::string pod(const std::string& name, const std::string& script, const std::string& more = "");
    static Answer run(const std::string& command, const std::string& input);
    static void start_agent();
    static void stop_agent();

    /// Where the agent finds static Pods.
    static std::string manifests() { return folder_->path("manifests"); }
    static std::string root() { return folder_->path("agent"); }
    static std::unique_ptr<ScratchFolder> folder_;
    static std::unique_ptr<HookletProcess> agent_;
};

}  // namespace hooklet::testing

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "integration/run/hooklet_process.hpp"
#include "support/scratch_folder.hpp"

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace hooklet::testing {

/// A Pod with one container, of busybox, that runs `script`; `of_pod` and `of_container` are more lines of
/// the Pod's spec (two blanks before) and of the container (six).
std::string pod(const std::string& name, const std::string& script,
                const std::string& of_pod = "  terminationGracePeriodSeconds: 3\n",
                const std::string& of_container = "");

/// Runs hooklet under roots of its own, with the demo images, and checks after each test that nothing is left
/// of them on the machine.
class RunTest : public ::testing::Test {
  protected:
    static void TearDownTestSuite();
    /// Makes the images; a root gets them when it is first used.
    void SetUp() override;
    void TearDown() override;

    /// `hooklet --root ROOT run ARGS...`
    HookletProcess& run(std::vector<std::string> args, const std::string& input = "");
    /// The same in JSON; an argument that ends in `.yaml` is an example.
    HookletProcess& run_examples(std::vector<std::string> args);
    /// The same under the receivers' root.
    HookletProcess& run_receiver(const std::string& example);
    /// Ends with what the runs of the root left behind.
    void sweep();

    static std::string example(const std::string& name);
    /// For what the processes print, and the roots.
    static std::string folder() { return folder_->path(); }
    static std::string root() { return folder_->path("main"); }
    /// What a Pod's container has printed: the text of all its log's lines.
    static std::string log_of(const std::string& root, const std::string& pod);
    static std::string receiver_log(const std::string& pod) { return log_of(receiver_root(), pod); }
    /// The first column of all rows, joined by commas.
    static std::string journal(const std::string& sql);

  private:
    static void load(const std::string& root, const std::string& image);
    static std::string receiver_root() { return folder_->path("receiver"); }
    HookletProcess& start(const std::string& root, std::vector<std::string> args, const std::string& input);

    static std::unique_ptr<ScratchFolder> folder_;
    static std::set<std::pair<std::string, std::string>> loaded_;  // root, image
    std::vector<std::unique_ptr<HookletProcess>> processes_;
};

}  // namespace hooklet::testing

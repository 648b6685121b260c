// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "integration/run/records.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace hooklet::testing {

inline constexpr std::chrono::seconds patience{60};

/// A script that runs until SIGTERM and then exits with 0.
inline constexpr const char* polite = "trap 'exit 0' TERM; sleep infinity & wait";

/// Calls `done` until it returns true; false when `limit` has passed before.
bool eventually(const std::function<bool()>& done, std::chrono::seconds limit = patience);

std::string read_text(const std::string& path);

/// The build's own, or the one that the environment HOOKLET_BINARY names.
std::string hooklet_binary();

/// One `hooklet` in a process group of its own. Ended by the destructor.
class HookletProcess {
  public:
    /// `folder` holds its input and what it prints.
    HookletProcess(const std::string& folder, std::vector<std::string> args, const std::string& input = "");
    HookletProcess(const HookletProcess&) = delete;
    HookletProcess& operator=(const HookletProcess&) = delete;
    ~HookletProcess();

    [[nodiscard]] pid_t pid() const { return pid_; }
    /// To the process alone.
    void signal(int number) const;
    /// As a terminal does: to the whole process group.
    void ctrl_c() const;
    bool ended();
    /// The exit code, or 128 and the number of the signal that ended it. When it takes too long, the test
    /// fails and the process is killed.
    int wait(std::chrono::seconds limit = patience);
    [[nodiscard]] std::string out() const { return read_text(out_); }
    [[nodiscard]] std::string err() const { return read_text(err_); }
    [[nodiscard]] Records records() const { return Records::parse(out()); }
    /// Waits until the Pod has come to something; otherwise the test fails.
    void await(const std::string& pod, const std::string& what, int times = 1) const;

  private:
    std::string out_;
    std::string err_;
    pid_t pid_ = 0;
    int code_ = -1;  ///< -1: runs.
};

}  // namespace hooklet::testing

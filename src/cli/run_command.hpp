// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/run_machine.hpp"
#include "cli/run_view.hpp"
#include "cli/session.hpp"

#include <string>
#include <vector>

namespace hooklet::cli {

struct RunOptions {
    SessionOptions session;
    std::vector<std::string> files;
    RunGoal goal;
    Output output = Output::lines;
};

/// `hooklet run`: reads the Pods, runs them in a session of their own, and returns the exit code.
Task<int> run_command(Environment* env, RunOptions options);

}  // namespace hooklet::cli

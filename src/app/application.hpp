// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace hooklet::app {

/// The program: runs one command line on the host and returns the exit code.
int run(std::vector<std::string> args);

}  // namespace hooklet::app

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "base/error.hpp"
#include "ports/clock.hpp"
#include "ports/random.hpp"

#include <string>
#include <vector>

namespace hooklet::bench {

/// What both hooks run, and the floor's ExecSync.
inline const std::vector<std::string> hook_command{"/bin/true"};

/// The Pod that is started and stopped again and again: its entrypoint ends by itself at SIGTERM.
Result<api::Pod> make_pod(std::string name, Clock& clock, Random& random);

/// A manifest of `count` Pods that sleep.
std::string sleeping_pods(int count);

}  // namespace hooklet::bench

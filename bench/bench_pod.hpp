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

/// Between two samples.
inline constexpr Duration settle_time = std::chrono::milliseconds{200};

/// The Pod that is started and stopped again and again: its entrypoint ends by itself at SIGTERM.
Result<api::Pod> make_pod(std::string name, Clock& clock, Random& random);

/// A Pod whose container only sleeps, as the only process of the machine with this argv, and has a hook that
/// ends only with the container.
struct SleepingPod {
    api::Pod pod;
    std::vector<std::string> argv;
};
/// `number` is another one for each.
Result<SleepingPod> make_sleeping_pod(int number, Clock& clock, Random& random);

/// The manifest of a Pod that sleeps, `sleeper-NUMBER`.
std::string sleeping_pod(int number);
/// One of `count` such Pods, numbered from 0.
std::string sleeping_pods(int count);

/// So many sleeping containers; `probed`: each with a readiness probe of hook_command, once a second.
Result<api::Pod> make_busy_pod(int number, int containers, bool probed, Clock& clock, Random& random);

/// Three init containers that end at once, then a container whose liveness probe fails.
Result<api::Pod> make_course_pod(int number, Clock& clock, Random& random);

}  // namespace hooklet::bench

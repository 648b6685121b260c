// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/agent_run.hpp"
#include "bench/course_run.hpp"
#include "bench/exit_run.hpp"
#include "bench/floor.hpp"
#include "bench/memory_run.hpp"
#include "bench/probe_run.hpp"
#include "bench/restart_run.hpp"

#include <string>

namespace hooklet::bench {

/// The floor's and hooklet's times side by side.
std::string latency_table(const Floor::Times& floor, const AgentRun::Times& agent,
                          const ExitRun::Times& exits, const CourseRun::Times& course);
std::string probe_rows(int containers, const ProbeLoad& load);
std::string seen_rows(const SeenRun::Times& seen);
std::string agent_rows(int pods, const AgentLoad& load);

std::string memory_head();
std::string memory_row(int pods, const IdleLoad& load);

}  // namespace hooklet::bench

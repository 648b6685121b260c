// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace hooklet::app {

/// Where an agent keeps its things. All absolute.
struct Paths {
    std::string root;   ///< Names the agent: its directory, or `/` for the host's own agent.
    std::string state;  ///< Survives reboots: journal, volumes, the engine's images.
    std::string run;    ///< Sockets, lock, pids.
    std::string kubeconfig;
    std::string log;  ///< `pods` and `containers` below it.
    std::string
        engine;  ///< Root of hooklet's own containerd; it makes run/, state/ and log/ of its own there.
};

/// The host's paths for an empty `root_option`, else those below it (`--root`).
Paths paths_of(const std::string& root_option);

/// Eight characters that tell agents of different roots apart, in labels and cgroup names.
std::string short_id(const Paths& paths);

}  // namespace hooklet::app

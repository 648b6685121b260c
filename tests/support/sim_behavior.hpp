// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/time.hpp"
#include "support/server_behavior.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hooklet::sim {

/// What a container's entrypoint does from one start to its end.
struct ContainerBehavior {
    std::optional<Duration> runs_for{};  ///< Ends by itself after this; unset: runs until stopped.
    std::int32_t exit_code = 0;          ///< Of ending by itself.
    bool oom = false;                    ///< Ending by itself is an OOM kill (137, OOMKilled).
    bool ignores_stop_signal = false;
    Duration stops_after = std::chrono::milliseconds{5};  ///< From the stop signal to the end.
    std::int32_t stop_exit_code = 0;
    std::string start_error{};  ///< Not empty: the start fails with this (exit code 128, StartError).
    std::string message{};      ///< What it writes to its termination message file.
    std::string prints{};       ///< A line that it writes to stdout.
    std::map<std::uint16_t, ServerBehavior> listens{};  ///< By port, on the Pod's address.
};

/// Reads entrypoints out of a container's command, one for each start; the last one is used for all later
/// starts. nullopt when the command doesn't begin with `sim`. Throws std::invalid_argument on an unknown
/// word.
///
///     sim [run=5s] [exit=3] [oom] [stop=6s] [stop-exit=1] [ignore-stop] [start-error=TEXT]
///         [message=TEXT] [prints=TEXT] [listen=PORT[:STATUS|:hang|:http|:tls]]... [then ...]
///
/// e.g. `sim run=1s exit=1 then stop=6s`: fails once, then runs, and needs 6 s to stop.
std::optional<std::vector<ContainerBehavior>> parse_container_behavior(const std::vector<std::string>& argv);

/// What a command that is run inside a container does.
struct ExecBehavior {
    std::optional<Duration> takes = std::chrono::milliseconds{1};  ///< unset: never ends
    std::int32_t exit_code = 0;
    std::string stdout_{};
    std::string stderr_{};
    std::string start_error{};  ///< Not empty: can't be started, as a missing program.
    struct EndsApp {
        Duration after{};
        std::int32_t exit_code = 0;
    };
    std::optional<EndsApp> ends_app{};  ///< Makes the entrypoint end, as `nginx -s quit` does.
};

/// Reads `sim [takes=8s] [hang] [exit=1] [stdout=..] [stderr=..] [error=..] [app-exit=0] [app-after=2s]`, and
/// knows `true`, `false`, `sleep N`, `sleep infinity`. nullopt for other commands.
std::optional<ExecBehavior> parse_exec_behavior(const std::vector<std::string>& argv);

/// The words of a command with spaces between.
std::string join(const std::vector<std::string>& argv);

}  // namespace hooklet::sim

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
    /// What takes the place of a port's server at some age of the container; nothing closes the port.
    struct Change {
        Duration age{};
        std::uint16_t port = 0;
        std::optional<ServerBehavior> server{};
    };
    std::vector<Change> changes{};
};

/// Reads entrypoints out of a container's command, one for each start; the last one is used for all later
/// starts. nullopt when the command doesn't begin with `sim`. Throws std::invalid_argument on an unknown
/// word.
///
///     sim [run=5s] [exit=3] [oom] [stop=6s] [stop-exit=1] [ignore-stop] [start-error=TEXT]
///         [message=TEXT] [prints=TEXT]
///         [listen=PORT[:STATUS|:hang|:http|:tls|:serving|:not-serving|:closed][@AGE]]... [then ...]
///
/// `serving` and `not-serving` are gRPC servers with that health. `@10s`: from that age of the container on.
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
    std::optional<Duration> until{};    ///< The age of the container from which another one counts.
};

/// Reads `sim [takes=8s] [hang] [exit=1] [stdout=..] [stderr=..] [error=..] [app-exit=0] [app-after=2s]
/// [until=10s then ...]`, and knows `true`, `false`, `sleep N`, `sleep infinity`. nullopt for other commands.
/// What stands before `then` counts until the container has reached that age, e.g. `sim until=10s then
/// exit=1`; `age` is how old it is now.
std::optional<ExecBehavior> parse_exec_behavior(const std::vector<std::string>& argv, Duration age = {});

/// The words of a command with spaces between.
std::string join(const std::vector<std::string>& argv);

}  // namespace hooklet::sim

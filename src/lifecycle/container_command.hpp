// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "lifecycle/hook_request.hpp"
#include "ports/clock.hpp"
#include "ports/container_runtime.hpp"

#include <string>

namespace hooklet {

using CommandResult = Result<cri::ExecSyncResponse>;

/// Runs the command of an exec hook in the hook's container, through the engine, which knows it as `exec_id`.
/// Errors as ContainerRuntime::exec_sync. When the call ends early the command goes on only in its
/// afterlife, or when the hook is abandoned.
Task<CommandResult> run_command(cri::ContainerRuntime* runtime, Clock* clock, HookRequest request,
                                std::string exec_id, Call call);

/// The same for a command that was begun before; errors as ContainerRuntime::await_exec.
Task<CommandResult> await_command(cri::ContainerRuntime* runtime, Clock* clock, HookRequest request,
                                  std::string exec_id, Call call);

}  // namespace hooklet

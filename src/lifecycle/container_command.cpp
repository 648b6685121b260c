// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/container_command.hpp"

#include "ports/bounded.hpp"

#include <chrono>

namespace hooklet {

namespace {

/// One call to the engine that ends with the command.
using Step = Task<CommandResult> (*)(cri::ContainerRuntime*, HookRequest, std::string, Call);

Task<CommandResult> begin(cri::ContainerRuntime* runtime, HookRequest request, std::string exec_id,
                          Call call) {
    cri::ExecSyncRequest command;
    command.container_id = request.container_id;
    command.command = with_environment(request.facts, request.handler.exec->command);
    const Duration longest = request.cap + (request.afterlife ? request.afterlife->limit : Duration::zero());
    // The engine's own limit only counts should the agent be gone by then.
    command.timeout_s = std::chrono::ceil<std::chrono::seconds>(longest).count() + 1;
    command.exec_id = std::move(exec_id);
    command.leave = request.abandon;
    co_return co_await runtime->exec_sync(std::move(command), std::move(call));
}

Task<CommandResult> go_on(cri::ContainerRuntime* runtime, HookRequest request, std::string exec_id,
                          Call call) {
    cri::AwaitExecRequest command{{request.container_id, std::move(exec_id)}, request.abandon};
    co_return co_await runtime->await_exec(std::move(command), std::move(call));
}

/// For whoever waits as long as the answer takes, or less.
Task<void> live_on(Step step, cri::ContainerRuntime* runtime, HookRequest request, std::string exec_id,
                   Call life, Promise<CommandResult> answer) {
    CommandResult result = co_await step(runtime, std::move(request), std::move(exec_id), std::move(life));
    answer.set(std::move(result));
}

Task<CommandResult> bounded_step(Step step, cri::ContainerRuntime* runtime, Clock* clock, HookRequest request,
                                 std::string exec_id, Call call) {
    if (!request.afterlife)
        co_return co_await step(runtime, std::move(request), std::move(exec_id), std::move(call));
    const Promise<CommandResult> answer;
    const Call life{call.deadline + request.afterlife->limit, request.afterlife->cancel};
    Gate* const gate = request.afterlife->gate;
    gate->spawn(live_on(step, runtime, std::move(request), std::move(exec_id), life, answer));
    co_return co_await bounded(clock, answer, call);
}

}  // namespace

Task<CommandResult> run_command(cri::ContainerRuntime* runtime, Clock* clock, HookRequest request,
                                std::string exec_id, Call call) {
    return bounded_step(begin, runtime, clock, std::move(request), std::move(exec_id), std::move(call));
}

Task<CommandResult> await_command(cri::ContainerRuntime* runtime, Clock* clock, HookRequest request,
                                  std::string exec_id, Call call) {
    return bounded_step(go_on, runtime, clock, std::move(request), std::move(exec_id), std::move(call));
}

}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/container_runtime.hpp"

#include <string>
#include <vector>

namespace hooklet {

/// Where the command of an exec hook runs when its container has ended.
class CommandRunner {
  public:
    virtual ~CommandRunner() = default;
    /// Runs the command with `env` added to the container's environment. When the call ends early the
    /// command is ended with everything that it started. Errors as ContainerRuntime::exec_sync.
    virtual Task<Result<cri::ExecSyncResponse>> run(std::vector<std::string> command,
                                                    std::vector<cri::KeyValue> env, Call call) = 0;
    /// Whether the command has been begun: run() awaits its end then, whoever has begun it.
    [[nodiscard]] virtual bool is_under_way() const = 0;
};

}  // namespace hooklet

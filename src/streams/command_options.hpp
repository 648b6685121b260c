// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/status.hpp"
#include "streams/command_channels.hpp"
#include "streams/query.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace hooklet {

/// PodExecOptions and PodAttachOptions: the query of an exec or attach.
struct CommandOptions {
    std::string container;             ///< Empty: the Pod's only one.
    std::vector<std::string> command;  ///< Of exec only.
    CommandStreams streams;
};

/// A terminal has no stderr of its own. Refused with 400 without any stream, or exec without a command.
api::Answer<CommandOptions> exec_options(const Query& query);
api::Answer<CommandOptions> attach_options(const Query& query);

/// The ports of PodPortForwardOptions: all parameters `ports`, each one or several with commas, from 1 to
/// 65535. Refused with 400 when one is none.
api::Answer<std::vector<std::int32_t>> forwarded_ports(const Query& query);

}  // namespace hooklet

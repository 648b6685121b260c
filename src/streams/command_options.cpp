// SPDX-License-Identifier: Apache-2.0
#include "streams/command_options.hpp"

namespace hooklet {

api::Answer<CommandOptions> attach_options(const Query& query) {
    CommandOptions options;
    options.container = query.get("container");
    options.streams = {query.flag("stdin"), query.flag("stdout"), query.flag("stderr"), query.flag("tty")};
    CommandStreams& streams = options.streams;
    if (streams.tty) streams.stderr_ = false;
    if (!streams.stdin_ && !streams.stdout_ && !streams.stderr_) {
        return std::unexpected(api::bad_request("you must specify at least 1 of stdin, stdout, stderr"));
    }
    return options;
}

api::Answer<CommandOptions> exec_options(const Query& query) {
    auto options = attach_options(query);
    if (!options) return options;
    options->command = query.all("command");
    if (options->command.empty()) {
        return std::unexpected(api::bad_request("you must specify at least one command for the container"));
    }
    return options;
}

}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
#include "streams/command_channels.hpp"

namespace hooklet {

std::string_view stream_type(Channel channel) {
    switch (channel) {
        case Channel::stdin_:
            return "stdin";
        case Channel::stdout_:
            return "stdout";
        case Channel::stderr_:
            return "stderr";
        case Channel::error:
            return "error";
        case Channel::resize:
            return "resize";
    }
    return "";
}

bool CommandStreams::has(Channel channel) const {
    switch (channel) {
        case Channel::stdin_:
            return stdin_;
        case Channel::stdout_:
            return stdout_;
        case Channel::stderr_:
            return stderr_;
        case Channel::error:
            return true;
        case Channel::resize:
            return tty;
    }
    return false;
}

}  // namespace hooklet

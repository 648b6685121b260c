// SPDX-License-Identifier: Apache-2.0
#include "streams/command_options.hpp"

#include "base/parse_number.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

namespace hooklet {

namespace {

api::Answer<std::int32_t> port_of(std::string_view text) {
    const auto port = parse_number<std::uint16_t>(text).value_or(0);
    if (port != 0) return port;
    return std::unexpected(
        api::bad_request(fmt::format("ports: \"{}\" is no port, which is a number from 1 to 65535", text)));
}

}  // namespace

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

api::Answer<std::vector<std::int32_t>> forwarded_ports(const Query& query) {
    std::vector<std::int32_t> ports;
    for (const std::string& value : query.all("ports")) {
        for (std::size_t begin = 0; begin <= value.size();) {
            const std::size_t end = std::min(value.find(',', begin), value.size());
            const auto port = port_of(std::string_view(value).substr(begin, end - begin));
            if (!port) return std::unexpected(port.error());
            ports.push_back(*port);
            begin = end + 1;
        }
    }
    return ports;
}

}  // namespace hooklet

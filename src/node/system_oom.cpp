// SPDX-License-Identifier: Apache-2.0
#include "node/system_oom.hpp"

namespace hooklet {

namespace {

/// The value of `,KEY=VALUE,`; the last one ends with the message.
std::string_view value_of(std::string_view message, std::string_view key) {
    const std::size_t found = message.find(key);
    if (found == std::string_view::npos) return {};
    const std::string_view value = message.substr(found + key.size());
    return value.substr(0, value.find(','));
}

}  // namespace

std::optional<OomVictim> system_oom_victim(std::string_view message) {
    if (!message.starts_with("oom-kill:") || value_of(message, ",task_memcg=") != "/") return std::nullopt;
    return OomVictim{std::string(value_of(message, ",task=")), std::string(value_of(message, ",pid="))};
}

}  // namespace hooklet

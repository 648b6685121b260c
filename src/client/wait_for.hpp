// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client/json_path.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace hooklet::client {

/// What `wait --for` waits for.
struct WaitFor {
    enum class Kind { condition, json_path, deletion, creation };
    Kind kind = Kind::condition;
    std::string condition{};             ///< Its type, compared without regard to case.
    Path path{};                         ///< json_path
    std::optional<std::string> value{};  ///< condition: its status; json_path: unset is any value.
};

/// Reads `condition=Ready`, `condition=Ready=false`, `jsonpath={.status.phase}=Running`, `delete`, `create`.
/// Code::invalid in kubectl's words.
Result<WaitFor> parse_wait_for(std::string_view text);

/// Whether the object is what was waited for. Deletion is not seen here. Code::invalid where the path does
/// not fit the object, or leads to more than one plain value.
Result<bool> is_met(const WaitFor& wanted, const api::Node& object);

}  // namespace hooklet::client

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/json.hpp"

namespace hooklet::client {

inline api::Node json(std::string_view text) {
    return api::parse_json(text).value();
}

}  // namespace hooklet::client

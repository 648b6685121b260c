// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/node.hpp"

#include <string>

namespace hooklet::testing {

struct Reply {
    int status = 0;  ///< Of HTTP; 0: there was no answer.
    api::Node body;
};

/// Asks an agent's `run/api.sock`, blocking: by hand, so that an agent that dies meanwhile is only a missing
/// answer.
Reply ask(const std::string& socket, const std::string& method, const std::string& path,
          const std::string& body = "");

}  // namespace hooklet::testing

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client/description.hpp"

namespace hooklet::client {

/// The containers of one role with their states; nothing when there are none.
void add_containers(Page& page, std::string_view heading, const api::Node::Array& containers,
                    const api::Node::Array& statuses);

}  // namespace hooklet::client

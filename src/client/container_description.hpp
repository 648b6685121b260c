// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client/description.hpp"

namespace hooklet::client {

/// The Pod's containers of one role, at `spec.MEMBER`, with their states from `status.STATUSES`; nothing when
/// there are none.
void add_containers(Page& page, std::string_view heading, const api::Node& pod, std::string_view member,
                    std::string_view statuses);

}  // namespace hooklet::client

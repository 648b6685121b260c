// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client/description.hpp"

namespace hooklet::client {

/// `Volumes:` of a Pod, or `Volumes: <none>`.
void add_volumes(Page& page, const api::Node::Array& volumes);

}  // namespace hooklet::client

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace hooklet::spdy {

/// The dictionary of SPDY/3 that header blocks are compressed with (SPDY protocol draft 3, 2.6.10.1).
std::string header_dictionary();

}  // namespace hooklet::spdy

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/issue.hpp"
#include "api/types.hpp"

namespace hooklet::api {

/// Fields of a valid Pod that this version of hooklet cannot honour. They are refused, never silently
/// ignored.
Issues unsupported(const Pod& pod);

}  // namespace hooklet::api

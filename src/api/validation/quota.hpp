// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/issue.hpp"
#include "api/quota_types.hpp"

namespace hooklet::api {

/// Everything wrong with a quota about to be created or changed: names and amounts of its resources, and
/// scopes that do not exist, exclude each other or do not go with a resource.
Issues validate(const ResourceQuota& quota);

}  // namespace hooklet::api

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/options.hpp"
#include "server/services.hpp"
#include "server/target.hpp"
#include "server/write.hpp"

namespace hooklet::server {

/// Stores a new object, which has its defaults, with what the server decides of it: uid, creationTimestamp,
/// the owners of its fields, and a name where it has only a generateName. Failures are those of the API.
Task<Answer<Written>> create(Services services, Target target, kinds::Object object, WriteOptions options);

}  // namespace hooklet::server

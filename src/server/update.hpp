// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/create.hpp"

namespace hooklet::server {

/// Replaces the target's object, or that part of it, by this one, which has its defaults. Without a
/// resourceVersion there is no condition. Kinds that are created by an update are. Failures are those of the
/// API.
Task<Answer<Written>> update(Services services, Target target, kinds::Object object, WriteOptions options);

}  // namespace hooklet::server

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/status.hpp"
#include "api/types.hpp"

#include <string>

namespace hooklet {

/// The container of the Pod that a request for its streams means: `wanted`, or the only ordinary one when
/// that is empty. Refused with 400 when there is a choice, or no such container (API spec 6.1).
api::Answer<std::string> choose_container(const api::Pod& pod, const std::string& wanted);

/// Refused with 400 while the Pod has no node.
api::Answer<void> check_assigned(const api::Pod& pod);

}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "pods/plan.hpp"

#include <string>

namespace hooklet {

/// The message of the Killing event (lifecycle spec 3.1).
std::string killing_message(const StopContainer& stop, const std::string& container, Role role);

/// Why preStop is due, for the journal and for the hook itself. `pod_end`: what ends the Pod, empty when it
/// ends by itself.
std::string stop_trigger(StopCause cause, const std::string& pod_end);

}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"

#include <optional>
#include <string>

namespace hooklet {

/// Why the node does not set the sysctls that the Pod asks for, as the kubelet says it; nullopt: it does.
/// Only those are set that the kernel keeps apart for each Pod, and only where the Pod does not share that
/// part with the machine.
std::optional<std::string> forbidden_sysctl(const api::PodSpec& spec);

}  // namespace hooklet

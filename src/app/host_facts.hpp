// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "pods/pod_manager.hpp"

namespace hooklet::app {

/// What Pods are told of the machine: its name, address, size, resolv.conf and hosts file. The other settings
/// are as they are made.
PodSettings host_settings();

}  // namespace hooklet::app

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "pods/pod_settings.hpp"

#include <string>

namespace hooklet::app {

/// What Pods are told of the machine: its name, address, size, resolv.conf and hosts file. The other settings
/// are as they are made.
PodSettings host_settings();

/// The text of the resolv.conf below `root`, for processes that are not in the host's network namespace:
/// where it names the stub of systemd-resolved, that is the file in which resolved keeps the real servers, if
/// there is one. Empty when there is none.
std::string host_resolv_conf(const std::string& root);

}  // namespace hooklet::app

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace hooklet {

/// A port of the machine that a Pod takes for itself.
struct HostPort {
    std::string protocol;
    std::int32_t port = 0;
    std::string ip;  ///< `0.0.0.0` stands for all.
};

/// Those of its ordinary containers and sidecars.
std::vector<HostPort> host_ports(const api::PodSpec& spec);

/// A port of the first that the second has too, as `8080/TCP`; empty when there is none.
std::string shared_port(const api::PodSpec& a, const api::PodSpec& b);

/// Whether one of the Pods has a host port that the other one has too.
bool ports_collide(const api::PodSpec& a, const api::PodSpec& b);

}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
#include "api/qos.hpp"

#include "api/pod_resources.hpp"

#include <algorithm>
#include <array>

namespace hooklet::api {

namespace {

constexpr std::array<const char*, 2> counted{"cpu", "memory"};

bool asks_for_nothing(const ResourceRequirements& resources) {
    return std::all_of(counted.begin(), counted.end(), [&](const char* name) {
        return amount_of(resources.requests, name).is_zero() && amount_of(resources.limits, name).is_zero();
    });
}

bool is_bound(const ResourceRequirements& resources) {
    return std::all_of(counted.begin(), counted.end(), [&](const char* name) {
        const Quantity limit = amount_of(resources.limits, name);
        return !limit.is_zero() && amount_of(resources.requests, name) == limit;
    });
}

}  // namespace

std::string_view qos_class(const PodSpec& spec) {
    if (spec.resources && !asks_for_nothing(*spec.resources)) {
        return is_bound(*spec.resources) ? "Guaranteed" : "Burstable";
    }
    const auto every = [&](auto predicate) {
        const auto test = [&](const Container& c) { return predicate(c.resources); };
        return std::all_of(spec.containers.begin(), spec.containers.end(), test) &&
               std::all_of(spec.initContainers.begin(), spec.initContainers.end(), test);
    };
    if (every(asks_for_nothing)) return "BestEffort";
    return every(is_bound) ? "Guaranteed" : "Burstable";
}

}  // namespace hooklet::api

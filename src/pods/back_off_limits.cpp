// SPDX-License-Identifier: Apache-2.0
#include "pods/back_off_limits.hpp"

#include "api/annotations.hpp"
#include "api/find_annotation.hpp"
#include "base/time.hpp"

#include <algorithm>

namespace hooklet {

namespace {

Duration annotated(const api::Pod& pod, std::string_view annotation, Duration fallback) {
    const std::string* text = api::find_annotation(pod.metadata, annotation);
    if (text == nullptr) return fallback;
    const Result<Duration> value = parse_go_duration(*text);
    if (!value) return fallback;
    return std::clamp(*value, api::annotation::least_back_off, api::annotation::longest_back_off);
}

}  // namespace

BackOffLimits back_off_limits(const api::Pod& pod, const BackOffLimits& of_agent) {
    BackOffLimits limits = of_agent;
    limits.maximum = annotated(pod, api::annotation::back_off_max, of_agent.maximum);
    limits.initial =
        std::min(annotated(pod, api::annotation::back_off_base, of_agent.initial), limits.maximum);
    return limits;
}

}  // namespace hooklet

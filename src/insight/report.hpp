// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "insight/story.hpp"

#include <string>

namespace hooklet::insight {

/// What happened to one Pod, for people: each container with its phases and how long they took, each hook
/// with its handler, result and output (more of it when it failed; no good http body); how the stop went and
/// how the container ended. Lines longer than `width` are wrapped, those of output are cut. Nothing in it can
/// command a terminal.
std::string report(const PodStory& story, std::size_t width = 80);

}  // namespace hooklet::insight

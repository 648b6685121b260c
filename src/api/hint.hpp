// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

namespace hooklet::api {

/// The candidate a person most likely meant by `word`: equal but for case, or at most two edits away (one in
/// words of up to four letters); empty when none is near.
std::string_view closest(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace hooklet::api

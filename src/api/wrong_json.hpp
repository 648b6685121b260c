// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hooklet::api {

/// What is wrong at `offset` of `text`, which is JSON up to there and not beyond: `expected ':', found '5'`.
std::string json_problem(std::string_view text, std::size_t offset);

}  // namespace hooklet::api

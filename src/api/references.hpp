// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace hooklet::api {

/// Replaces each `$(NAME)` in the text by `value_of(NAME)`. `$$` stands for `$`, so that `$$(NAME)` becomes
/// `$(NAME)`; a `$` that starts nothing stands for itself. The syntax of env, command, args and subPathExpr.
std::string replace_references(std::string_view text,
                               const std::function<std::string(std::string_view)>& value_of);

}  // namespace hooklet::api

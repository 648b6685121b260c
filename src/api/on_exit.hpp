// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/issue.hpp"
#include "api/types.hpp"

#include <expected>
#include <optional>
#include <string>

namespace hooklet::api {

/// The handler in the text of a `hooklet.dev/on-exit.<container>` annotation: exec, httpGet or sleep, as
/// JSON with the fields of a LifecycleHandler. `path` is where the annotation stands.
std::expected<LifecycleHandler, Issues> parse_on_exit(const std::string& text, const std::string& path);

/// The on-exit hook of a container of a validated Pod, if it has one.
std::optional<LifecycleHandler> on_exit_hook(const Pod& pod, const std::string& container);

}  // namespace hooklet::api

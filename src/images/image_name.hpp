// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"

#include <string>

namespace hooklet {

/// The image with `:latest` put on when it has neither tag nor digest. Fails with Code::invalid when it is no
/// image reference: `[domain[:port]/]path[:tag][@algorithm:hex]`.
Result<std::string> with_default_tag(const std::string& image);

}  // namespace hooklet

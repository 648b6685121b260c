// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"

#include <functional>
#include <memory>
#include <string_view>

namespace hooklet {

/// What the kernel writes into its log.
class KernelLog {
  public:
    /// Destroying it ends the listening.
    struct Handle {
        virtual ~Handle() = default;
    };
    virtual ~KernelLog() = default;
    /// Calls `message` from the loop with the text of each message that the kernel writes from now on. Fails
    /// as the opening of the log does.
    virtual Result<std::unique_ptr<Handle>> listen(std::function<void(std::string_view)> message) = 0;
};

}  // namespace hooklet

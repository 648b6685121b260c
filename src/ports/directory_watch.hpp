// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"

#include <functional>
#include <memory>
#include <string>

namespace hooklet {

/// Tells when the content of directories changes.
class DirectoryWatch {
  public:
    /// A watch that is kept; destroying it ends it.
    struct Handle {
        virtual ~Handle() = default;
    };
    virtual ~DirectoryWatch() = default;
    /// Calls `changed` from the loop, soon after files were written, moved or removed in the directory; many
    /// changes may come as one call. Fails with not_found when there is no such directory.
    virtual Result<std::unique_ptr<Handle>> watch(std::string directory, std::function<void()> changed) = 0;
    /// As watch(), and also while files are being written, as logs are.
    virtual Result<std::unique_ptr<Handle>> watch_growth(std::string directory,
                                                         std::function<void()> changed) = 0;
};

}  // namespace hooklet

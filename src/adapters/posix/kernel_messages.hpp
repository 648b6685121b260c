// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/task.hpp"
#include "ports/kernel_log.hpp"

#include <string_view>
#include <utility>

namespace hooklet {

/// The text of a record of /dev/kmsg, `6,339,5140900,-;text` and further lines: without what is before it and
/// after it. Empty when it is no such record.
std::string_view kernel_message(std::string_view record);

/// The kernel's log as /dev/kmsg has it.
class KernelMessages final : public KernelLog {
  public:
    /// `executor` is the loop's.
    explicit KernelMessages(Executor executor) : executor_(std::move(executor)) {}
    Result<std::unique_ptr<Handle>> listen(std::function<void(std::string_view)> message) override;

  private:
    Executor executor_;
};

}  // namespace hooklet

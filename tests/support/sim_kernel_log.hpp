// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/kernel_log.hpp"

#include <string>
#include <utility>

namespace hooklet::sim {

/// A kernel that says what it is told to. One listener at a time.
class SimKernelLog final : public KernelLog {
  public:
    Result<std::unique_ptr<Handle>> listen(std::function<void(std::string_view)> message) override {
        listener_ = std::move(message);
        return std::make_unique<Listening>(this);
    }
    [[nodiscard]] bool listened() const { return listener_ != nullptr; }
    void say(const std::string& message) {
        if (listener_) listener_(message);
    }

  private:
    struct Listening final : Handle {
        explicit Listening(SimKernelLog* l) : log(l) {}
        Listening(const Listening&) = delete;
        Listening& operator=(const Listening&) = delete;
        ~Listening() override { log->listener_ = nullptr; }
        SimKernelLog* log;
    };
    std::function<void(std::string_view)> listener_;
};

}  // namespace hooklet::sim

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ports/clock.hpp"
#include "ports/console.hpp"

#include <memory>

namespace hooklet {

/// The process's standard input; the size is that of the terminal at standard output.
class PosixConsole final : public Console {
  public:
    PosixConsole(const Executor& executor, Clock* clock);
    PosixConsole(const PosixConsole&) = delete;
    PosixConsole& operator=(const PosixConsole&) = delete;
    ~PosixConsole() override;

    [[nodiscard]] bool is_terminal() const override;
    Task<Result<std::string>> read(Call call) override;
    Status make_raw() override;
    [[nodiscard]] ConsoleSize size() const override;
    void on_resize(std::function<void()> listener) override;

  private:
    struct State;
    std::shared_ptr<State> state_;
    Clock* clock_;
};

}  // namespace hooklet

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "templates/go_template.hpp"
#include "templates/syntax.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace hooklet::templates {

/// What is known while a template is filled in, and what is left of its limits.
class Evaluation {
  public:
    Evaluation(std::string_view source, const FillLimits& limits)
        : source_(source), bytes_left_(limits.bytes), steps_left_(limits.steps) {}

    struct Variable {
        std::string name;
        Value value{};
    };

    /// Code::invalid about what is looked at, in Go's words.
    [[nodiscard]] std::unexpected<Error> complain(std::string_view why) const;
    /// Sets the variable that was declared last under this name.
    Status assign(std::string_view variable, const Value& value);
    /// Takes one step, and so many bytes of text. Code::invalid when that is too much.
    Status spend(std::size_t bytes);

    std::string name = main_template;   ///< Of the template that is filled in.
    std::vector<Variable> variables{};  ///< The last ones are those of the innermost block.
    /// What is looked at.
    std::variant<const Term*, const Command*, const Pipe*, const Part*> at{static_cast<const Part*>(nullptr)};

  private:
    std::string_view source_;
    std::size_t bytes_left_;
    std::size_t steps_left_;
};

/// The value of a pipeline. Its variables are declared, and stay until who calls removes them. Code::invalid
/// in Go's words.
Result<Value> evaluate(Evaluation& state, const Pipe& pipe, const Value& dot);

}  // namespace hooklet::templates

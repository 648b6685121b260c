// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/node.hpp"
#include "base/error.hpp"
#include "templates/syntax.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace hooklet::templates {

/// What filling in a template may come to, whatever it says.
struct FillLimits {
    std::size_t bytes = std::size_t{64}
                        << 20;       ///< Of all texts that are made, those that are not printed too.
    std::size_t steps = 20'000'000;  ///< Words and parts that are looked at.
    int depth = 500;                 ///< Blocks and templates within each other.
};

/// A template of Go's package text/template (1.23), with kubectl's functions. What is not there prints as
/// `<no value>`. It has no methods, complex numbers and functions as values (`call`).
class GoTemplate {
  public:
    /// Code::invalid in Go's words.
    static Result<GoTemplate> parse(std::string_view text);

    /// Appends the template, filled in with the document, to `out`; after a failure what came before it.
    /// Code::invalid in Go's words: `template: output:LINE:BYTE: executing "output" at <WHAT>: WHY`.
    Status fill_in(const api::Node& document, std::string& out, const FillLimits& limits = {}) const;

  private:
    explicit GoTemplate(Templates templates) : templates_(std::move(templates)) {}
    Templates templates_;
};

}  // namespace hooklet::templates

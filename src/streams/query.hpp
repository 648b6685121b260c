// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hooklet {

/// The parameters of a request's query, unescaped, in order; a name may come more than once.
class Query {
  public:
    Query() = default;
    /// `target` is the path and query as sent. What cannot be unescaped is left out, as Go does it.
    explicit Query(std::string_view target);

    /// The first value of that name; empty when there is none.
    [[nodiscard]] const std::string& get(std::string_view name) const;
    [[nodiscard]] bool has(std::string_view name) const;
    [[nodiscard]] std::vector<std::string> all(std::string_view name) const;
    /// Whether it is given and neither `false` nor `0`.
    [[nodiscard]] bool flag(std::string_view name) const;

  private:
    using Parameter = std::pair<std::string, std::string>;
    std::vector<Parameter> parameters_;
};

}  // namespace hooklet

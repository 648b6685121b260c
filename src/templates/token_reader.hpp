// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"
#include "templates/tokens.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hooklet::templates {

/// Blocks and parentheses within each other.
inline constexpr int deepest_nesting = 200;

/// The tokens of a template one after the other, and what is known while they are read. Complaints are
/// Code::invalid in Go's words, `template: output:LINE: WHY`, with the line of the last token that was looked
/// at.
class TokenReader {
  public:
    explicit TokenReader(std::string_view text) : tokens_(tokens_of(text)) {}

    const Token& peek() { return token(next_); }
    const Token& take() { return token(next_++); }
    /// The same for the next token that is no space.
    const Token& peek_word();
    const Token& take_word();
    /// Whether the two next ones, but for spaces, are `{{` and this word.
    bool at_action(std::string_view word);
    [[nodiscard]] std::size_t place() const { return next_; }
    void back_to(std::size_t place) { next_ = place; }

    [[nodiscard]] std::unexpected<Error> complain(std::string_view why) const;
    [[nodiscard]] std::unexpected<Error> unexpected(const Token& found, std::string_view context) const;

    std::vector<std::string> variables{"$"};  ///< Those that are known here.
    int action_line = 0;                      ///< Where the action around begins; 0: outside.
    int depth = 0;                            ///< Of what is open here.

  private:
    const Token& token(std::size_t index);

    std::vector<Token> tokens_;
    std::size_t next_ = 0;
    std::size_t furthest_ = 0;  ///< The last token that was looked at.
};

}  // namespace hooklet::templates

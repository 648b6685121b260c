// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hooklet::templates {

/// A piece of a template's text.
struct Token {
    enum class Kind {
        error,       ///< `text` says what is wrong; the last but end.
        end,         ///< Of the whole text.
        text,        ///< Outside of actions, never empty, already trimmed.
        open,        ///< `{{`
        close,       ///< `}}`
        space,       ///< Line breaks too.
        open_paren,  ///< `(`
        close_paren,
        pipe,          ///< `|`
        declare,       ///< `:=`
        assign,        ///< `=`
        other,         ///< Any other printable character.
        boolean,       ///< `true`, `false`
        character,     ///< `'a'`
        number,        ///< Not necessarily a good one.
        text_literal,  ///< In double quotes, or raw in backquotes; with the quotes.
        identifier,
        field,     ///< `.name`
        variable,  ///< `$` or `$name`
        keyword,   ///< `range`, `nil`, and the dot alone
    };
    Kind kind = Kind::end;
    std::size_t at = 0;  ///< In bytes from the beginning.
    std::string text{};
    int line = 1;

    /// As it stands in messages.
    [[nodiscard]] std::string shown() const;
    [[nodiscard]] bool is_keyword(std::string_view word) const {
        return kind == Kind::keyword && text == word;
    }
};

/// Takes a template apart, by the rules of Go's text/template; the last token is `end`. Complex and
/// hexadecimal floating point numbers are not known.
std::vector<Token> tokens_of(std::string_view text);

}  // namespace hooklet::templates

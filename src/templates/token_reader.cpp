// SPDX-License-Identifier: Apache-2.0
#include "templates/token_reader.hpp"

#include "templates/syntax.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace hooklet::templates {

const Token& TokenReader::token(std::size_t index) {
    index = std::min(index, tokens_.size() - 1);
    furthest_ = std::max(furthest_, index);
    return tokens_[index];
}

const Token& TokenReader::peek_word() {
    while (peek().kind == Token::Kind::space) ++next_;
    return peek();
}

const Token& TokenReader::take_word() {
    peek_word();
    return take();
}

bool TokenReader::at_action(std::string_view word) {
    if (peek().kind != Token::Kind::open) return false;
    const std::size_t begin = next_++;
    const bool found = peek_word().is_keyword(word);
    next_ = begin;
    return found;
}

std::unexpected<Error> TokenReader::complain(std::string_view why) const {
    return fail(Code::invalid,
                fmt::format("template: {}:{}: {}", main_template, tokens_[furthest_].line, why));
}

std::unexpected<Error> TokenReader::unexpected(const Token& found, std::string_view context) const {
    if (found.kind != Token::Kind::error)
        return complain(fmt::format("unexpected {} in {}", found.shown(), context));
    if (action_line == 0 || action_line == found.line) return complain(found.text);
    const std::string_view in = found.text.ends_with(" action") ? "" : " in action";
    return complain(fmt::format("{}{} started at {}:{}", found.text, in, main_template, action_line));
}

}  // namespace hooklet::templates

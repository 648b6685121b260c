// SPDX-License-Identifier: Apache-2.0
#include "templates/tokens.hpp"

#include "api/issue.hpp"
#include "base/ascii.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace hooklet::templates {

namespace {

using Kind = Token::Kind;

constexpr std::string_view spaces = " \t\r\n";
constexpr std::array<std::string_view, 12> keywords{"block", "break", "continue", "define", "else",     "end",
                                                    "if",    "nil",   "range",    "with",   "template", "."};

bool is_space(char c) {
    return spaces.contains(c);
}

/// Letters beyond ASCII are not told from other characters.
bool is_word(char c) {
    return is_alphanumeric(c) || c == '_' || static_cast<unsigned char>(c) > 127;
}

/// `U+002D '-'`
std::string code_point(std::string_view text) {
    if (text.empty()) return "U+FFFFFFFFFFFFFFFF";
    const auto first = static_cast<unsigned char>(text.front());
    if (first < 0x20 || first == 0x7f) return fmt::format("U+{:04X}", first);
    if (first < 0x80) return fmt::format("U+{:04X} '{}'", first, text.front());
    const std::size_t size = utf8_sequence(text);
    if (size == 0) return "U+FFFD '\xEF\xBF\xBD'";
    unsigned code = first & (0xFFu >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) code = code << 6 | (static_cast<unsigned char>(text[i]) & 0x3Fu);
    return fmt::format("U+{:04X} '{}'", code, text.substr(0, size));
}

class Reader {
  public:
    explicit Reader(std::string_view text) : text_(text) {}

    std::vector<Token> read() {
        while (!failed_ && pos_ < text_.size()) inside_ ? read_inside() : read_text();
        if (!failed_ && inside_) complain("unclosed action");
        begin_ = pos_;
        add(Kind::end, "EOF");
        return std::move(tokens_);
    }

  private:
    [[nodiscard]] std::string_view rest() const { return text_.substr(pos_); }
    [[nodiscard]] bool at(std::string_view what) const { return rest().starts_with(what); }
    /// ` -}}` or `}}`: its length; 0: neither.
    [[nodiscard]] std::size_t closing() const {
        if (at("}}")) return 2;
        const bool trims = rest().size() > 3 && is_space(rest()[0]) && rest().substr(1).starts_with("-}}");
        return trims ? 4 : 0;
    }

    void add(Kind kind, std::string_view text) {
        tokens_.push_back({kind, begin_, std::string(text), line_});
        if (kind != Kind::error && kind != Kind::end)
            line_ += static_cast<int>(std::ranges::count(text_.substr(begin_, pos_ - begin_), '\n'));
        begin_ = pos_;
    }
    void add(Kind kind) { add(kind, text_.substr(begin_, pos_ - begin_)); }
    void complain(std::string what) {
        add(Kind::error, what);
        failed_ = true;
    }
    void skip_to(std::size_t pos) {
        pos_ = pos;
        line_ += static_cast<int>(std::ranges::count(text_.substr(begin_, pos_ - begin_), '\n'));
        begin_ = pos_;
    }
    void skip_spaces() { skip_to(std::min(text_.find_first_not_of(spaces, pos_), text_.size())); }

    void read_text() {
        const std::size_t open = std::min(text_.find("{{", pos_), text_.size());
        const bool action = open < text_.size();
        const std::string_view after = action ? text_.substr(open + 2) : "";
        const bool trims = after.size() > 1 && after[0] == '-' && is_space(after[1]);
        std::size_t end = open;
        while (trims && end > pos_ && is_space(text_[end - 1])) --end;
        if (end > pos_) {
            pos_ = end;
            add(Kind::text);
        }
        skip_to(open);
        if (!action) return;
        const std::size_t marked = open + 2 + (trims ? 2 : 0);
        if (text_.substr(marked).starts_with("/*")) return read_comment(marked);
        pos_ = open + 2;
        add(Kind::open);
        skip_to(marked);
        inside_ = true;
        parens_ = 0;
    }

    void read_comment(std::size_t from) {
        skip_to(from);
        const std::size_t end = text_.find("*/", from + 2);
        if (end == std::string_view::npos) return complain("unclosed comment");
        pos_ = end + 2;
        const std::size_t close = closing();
        if (close == 0) return complain("comment ends before closing delimiter");
        skip_to(pos_ + close);
        if (close > 2) skip_spaces();
    }

    void read_close(std::size_t length) {
        if (parens_ != 0) return complain("unclosed left paren");
        skip_to(pos_ + length - 2);
        pos_ += 2;
        add(Kind::close);
        if (length > 2) skip_spaces();
        inside_ = false;
    }

    void read_inside() {
        if (const std::size_t close = closing(); close > 0) return read_close(close);
        const char c = text_[pos_];
        if (is_space(c)) return read_space();
        if (c == '"' || c == '\'') return read_quoted(c);
        if (c == '`') return read_raw();
        const bool number = is_digit(c) || c == '+' || c == '-' ||
                            (c == '.' && pos_ + 1 < text_.size() && is_digit(text_[pos_ + 1]));
        if (number) return read_number();
        if (c == '.' || c == '$') return read_word(c == '.' ? Kind::field : Kind::variable);
        if (is_word(c)) {
            if (static_cast<unsigned char>(c) < 128 || utf8_sequence(rest()) > 0)
                return read_word(Kind::identifier);
        }
        read_sign(c);
    }

    void read_sign(char c) {
        if (c < ' ' || c > '~') return complain("unrecognized character in action: " + code_point(rest()));
        ++pos_;
        if (c == ':') {
            if (!at("=")) return complain("expected :=");
            ++pos_;
            return add(Kind::declare);
        }
        if (c == '(') ++parens_;
        if (c == ')' && --parens_ < 0) return complain("unexpected right paren");
        add(c == '='   ? Kind::assign
            : c == '|' ? Kind::pipe
            : c == '(' ? Kind::open_paren
            : c == ')' ? Kind::close_paren
                       : Kind::other);
    }

    /// The last space may belong to what closes the action.
    void read_space() {
        const std::size_t end = std::min(text_.find_first_not_of(spaces, pos_), text_.size());
        const bool closes = text_.substr(end).starts_with("-}}");
        pos_ = closes ? end - 1 : end;
        if (pos_ > begin_) add(Kind::space);
    }

    void read_quoted(char quote) {
        const char* name = quote == '"' ? "unterminated quoted string" : "unterminated character constant";
        for (++pos_; pos_ < text_.size() && text_[pos_] != '\n'; ++pos_) {
            if (text_[pos_] == quote) {
                ++pos_;
                return add(quote == '"' ? Kind::text_literal : Kind::character);
            }
            if (text_[pos_] == '\\' && (++pos_ == text_.size() || text_[pos_] == '\n')) break;
        }
        complain(name);
    }

    void read_raw() {
        const std::size_t end = text_.find('`', pos_ + 1);
        if (end == std::string_view::npos) return complain("unterminated raw quoted string");
        pos_ = end + 1;
        add(Kind::text_literal);
    }

    bool accept(std::string_view wanted) {
        if (pos_ >= text_.size() || !wanted.contains(text_[pos_])) return false;
        ++pos_;
        return true;
    }
    void accept_all(std::string_view wanted) {
        while (accept(wanted)) {
        }
    }

    void read_number() {
        std::string_view digits = "0123456789_";
        accept("+-");
        if (accept("0")) {
            if (accept("xX")) digits = "0123456789abcdefABCDEF_";
            if (pos_ > 0 && text_[pos_ - 1] == '0' && accept("oO")) digits = "01234567_";
            if (pos_ > 0 && text_[pos_ - 1] == '0' && accept("bB")) digits = "01_";
        }
        accept_all(digits);
        if (accept(".")) accept_all(digits);
        if (digits.size() == 11 && accept("eE")) {
            accept("+-");
            accept_all(digits);
        }
        if (pos_ < text_.size() && is_word(text_[pos_])) {
            pos_ += std::max<std::size_t>(utf8_sequence(rest()), 1);
            return complain("bad number syntax: " + api::quote(text_.substr(begin_, pos_ - begin_)));
        }
        add(Kind::number);
    }

    /// Whether a name may end here.
    [[nodiscard]] bool at_end_of_word() const {
        if (rest().empty()) return true;
        const char c = rest().front();
        return is_space(c) || std::string_view(".,|:)(").contains(c) || at("}}");
    }

    void read_word(Kind kind) {
        if (kind != Kind::identifier) ++pos_;
        while (pos_ < text_.size() && is_word(text_[pos_])) ++pos_;
        if (!at_end_of_word()) return complain("bad character " + code_point(rest()));
        const std::string_view word = text_.substr(begin_, pos_ - begin_);
        if (std::ranges::find(keywords, word) != keywords.end()) kind = Kind::keyword;
        if (word == "true" || word == "false") kind = Kind::boolean;
        add(kind);
    }

    std::string_view text_;
    std::size_t pos_ = 0;
    std::size_t begin_ = 0;  ///< Of the next token.
    int line_ = 1;
    int parens_ = 0;
    bool inside_ = false;  ///< Of an action.
    bool failed_ = false;
    std::vector<Token> tokens_;
};

}  // namespace

std::string Token::shown() const {
    if (kind == Kind::end || kind == Kind::error) return text;
    if (kind == Kind::keyword) return fmt::format("<{}>", text);
    // Ten characters, not bytes.
    std::size_t end = 0;
    for (int i = 0; i < 10 && end < text.size(); ++i)
        end += std::max<std::size_t>(utf8_sequence(std::string_view(text).substr(end)), 1);
    const bool whole = text.size() <= 10;
    return whole ? api::quote(text) : api::quote(std::string_view(text).substr(0, end)) + "...";
}

std::vector<Token> tokens_of(std::string_view text) {
    return Reader(text).read();
}

}  // namespace hooklet::templates

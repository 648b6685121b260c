// SPDX-License-Identifier: Apache-2.0
#include "api/wrong_json.hpp"

#include "base/ascii.hpp"
#include "base/utf8.hpp"

#include <fmt/format.h>

namespace hooklet::api {

namespace {

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
bool is_word_character(char c) {
    return is_alphanumeric(c) || c == '-' || c == '+' || c == '.';
}

/// Where in a JSON text one is, from what stands before.
class JsonPlace {
  public:
    explicit JsonPlace(std::string_view before) {
        for (const char c : before) in_string_ ? string_character(c) : character(c);
    }

    [[nodiscard]] bool in_string() const { return in_string_; }
    /// What may come next instead of `rest`; empty inside a string, a number or a word.
    [[nodiscard]] std::string_view wanted(std::string_view rest) const {
        const bool in_word = is_word_character(last_) && touches_ && !may_end(rest);
        if (in_string_ || in_word) return "";
        const bool object = open_.ends_with('{');
        if (last_ == 0 || last_ == ':') return "a value";
        if (last_ == '{') return "a key in double quotes or '}'";
        if (last_ == '[') return "a value or ']'";
        if (last_ == ',') return object ? "a key in double quotes" : "a value";
        if (after_key_) return "':'";
        return open_.empty() ? "nothing more" : object ? "',' or '}'" : "',' or ']'";
    }

  private:
    /// A number may end after a digit.
    [[nodiscard]] bool may_end(std::string_view rest) const {
        return is_digit(last_) && (rest.empty() || !is_word_character(rest.front()));
    }

    void string_character(char c) {
        if (escaped_) {
            escaped_ = false;
        } else if (c == '\\') {
            escaped_ = true;
        } else if (c == '"') {
            in_string_ = false;
            after_key_ = open_.ends_with('{') && (last_ == '{' || last_ == ',');
            last_ = '"';
        }
    }

    void character(char c) {
        in_string_ = c == '"';
        touches_ = !in_string_ && !is_blank(c);
        if (!touches_) return;
        if (c == '{' || c == '[') open_ += c;
        if ((c == '}' || c == ']') && !open_.empty()) open_.pop_back();
        last_ = c;
        after_key_ = false;
    }

    std::string open_;  ///< The brackets that are not closed yet.
    char last_ = 0;     ///< The last character that is not blank; of a string its closing quote.
    bool in_string_ = false;
    bool escaped_ = false;
    bool touches_ = false;  ///< No blank stands between `last_` and the place.
    bool after_key_ = false;
};

std::string found_at(std::string_view rest) {
    if (rest.empty()) return "end of text";
    if (rest.front() == '\n' || rest.front() == '\r') return "end of line";
    const std::size_t length = utf8_sequence(rest);
    const auto byte = static_cast<unsigned char>(rest.front());
    if (length == 0 || byte < 0x20) return fmt::format("byte 0x{:02x}", byte);
    return fmt::format("'{}'", rest.substr(0, length));
}

}  // namespace

std::string json_problem(std::string_view text, std::size_t offset) {
    const JsonPlace place(text.substr(0, offset));
    const std::string_view rest = text.substr(offset);
    const std::string found = found_at(rest);
    const std::string_view wanted = place.wanted(rest);
    if (wanted.empty()) return fmt::format("unexpected {}{}", found, place.in_string() ? " in a string" : "");
    return fmt::format("expected {}, found {}", wanted, found);
}

}  // namespace hooklet::api

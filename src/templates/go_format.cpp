// SPDX-License-Identifier: Apache-2.0
#include "templates/go_format.hpp"

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "templates/verb.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace hooklet::templates {

namespace {

/// Fills in one format.
class Formatter {
  public:
    Formatter(std::string_view format, std::span<const Value> values) : rest_(format), values_(values) {}

    std::string fill_in() {
        while (true) {
            const std::size_t next = std::min(rest_.find('%'), rest_.size());
            out_ += rest_.substr(0, next);
            rest_.remove_prefix(next);
            if (rest_.empty()) break;
            rest_.remove_prefix(1);
            show_one();
        }
        if (!reordered_ever_ && index_ < values_.size()) show_surplus();
        return std::move(out_);
    }

  private:
    static constexpr int widest = 1'000'000;  ///< Go's limit of widths and precisions.

    void take_flags(Verb& verb) {
        for (; !rest_.empty(); rest_.remove_prefix(1)) {
            switch (rest_.front()) {
                case '#':
                    verb.sharp = true;
                    break;
                case '0':
                    verb.zero = true;
                    break;
                case '+':
                    verb.plus = true;
                    break;
                case '-':
                    verb.minus = true;
                    break;
                case ' ':
                    verb.space = true;
                    break;
                default:
                    return;
            }
        }
    }

    /// Nothing: there is none, or it is too big.
    std::optional<int> take_number() {
        int number = 0;
        std::size_t i = 0;
        for (; i < rest_.size() && is_digit(rest_[i]); ++i) {
            number = number * 10 + (rest_[i] - '0');
            if (number > widest) return std::nullopt;
        }
        rest_.remove_prefix(i);
        return i > 0 ? std::optional(number) : std::nullopt;
    }

    /// `[2]`: which value comes next.
    void take_index() {
        if (!rest_.starts_with('[')) return;
        reordered_ever_ = true;
        const std::size_t end = rest_.find(']');
        if (end == std::string_view::npos) {
            good_index_ = false;
            rest_.remove_prefix(1);
            return;
        }
        const std::string_view after = rest_.substr(end + 1);
        rest_ = rest_.substr(1, end - 1);
        const auto number = take_number();
        good_index_ =
            number && rest_.empty() && *number >= 1 && static_cast<std::size_t>(*number) <= values_.size();
        if (good_index_) index_ = static_cast<std::size_t>(*number) - 1;
        after_index_ = true;
        rest_ = after;
    }

    /// The value of a `*`.
    std::optional<int> take_star() {
        rest_.remove_prefix(1);
        after_index_ = false;
        if (index_ >= values_.size()) return std::nullopt;
        const Value& value = values_[index_++];
        const bool fits =
            value.kind() == Value::Kind::whole && value.whole() >= -widest && value.whole() <= widest;
        return fits ? std::optional(static_cast<int>(value.whole())) : std::nullopt;
    }

    void take_width(Verb& verb) {
        if (!rest_.starts_with('*')) {
            verb.width = take_number();
            if (after_index_ && verb.width) good_index_ = false;
            return;
        }
        verb.width = take_star();
        if (!verb.width) out_ += "%!(BADWIDTH)";
        if (verb.width && *verb.width < 0) {
            verb.width = -*verb.width;
            verb.minus = true;
        }
    }

    void take_precision(Verb& verb) {
        if (!rest_.starts_with('.')) return;
        rest_.remove_prefix(1);
        if (after_index_) good_index_ = false;
        take_index();
        if (!rest_.starts_with('*')) {
            verb.precision = take_number().value_or(0);
            return;
        }
        const auto precision = take_star();
        if (!precision) out_ += "%!(BADPREC)";
        if (precision && *precision >= 0) verb.precision = precision;
    }

    void show_one() {
        Verb verb;
        good_index_ = true;
        after_index_ = false;
        take_flags(verb);
        take_index();
        take_width(verb);
        take_precision(verb);
        if (!after_index_) take_index();
        if (rest_.empty()) {
            out_ += "%!(NOVERB)";
            return;
        }
        verb.letter = rest_.substr(0, std::max<std::size_t>(utf8_sequence(rest_), 1));
        rest_.remove_prefix(verb.letter.size());
        if (verb.letter == "%") {
            out_ += '%';
        } else if (!good_index_) {
            out_ += fmt::format("%!{}(BADINDEX)", verb.letter);
        } else if (index_ >= values_.size()) {
            out_ += fmt::format("%!{}(MISSING)", verb.letter);
        } else {
            // With v it asks for the names of fields, of which there are none.
            verb.plus = verb.plus && verb.letter != "v";
            out_ += shown(values_[index_++].alone(), verb);
        }
    }

    void show_surplus() {
        out_ += "%!(EXTRA ";
        for (std::size_t i = index_; i < values_.size(); ++i) {
            if (i > index_) out_ += ", ";
            const Value value = values_[i].alone();
            if (value.is_missing()) {
                out_ += "<nil>";
            } else {
                out_ += fmt::format("{}={}", value.type_name(), go_text(value));
            }
        }
        out_ += ')';
    }

    std::string_view rest_;
    std::span<const Value> values_;
    std::size_t index_ = 0;  ///< Of the value that comes next.
    bool reordered_ever_ = false;
    bool good_index_ = true;
    bool after_index_ = false;
    std::string out_;
};

}  // namespace

std::string go_text(const Value& value) {
    return shown(value.alone(), Verb{});
}

std::string go_print(std::span<const Value> values) {
    std::string out;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const bool text = values[i].kind() == Value::Kind::text;
        if (i > 0 && !text && values[i - 1].kind() != Value::Kind::text) out += ' ';
        out += go_text(values[i]);
    }
    return out;
}

std::string go_print_line(std::span<const Value> values) {
    std::string out;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i > 0) out += ' ';
        out += go_text(values[i]);
    }
    return out + "\n";
}

std::string go_printf(std::string_view format, std::span<const Value> values) {
    return Formatter(format, values).fill_in();
}

}  // namespace hooklet::templates

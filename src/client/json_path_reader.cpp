// SPDX-License-Identifier: Apache-2.0
#include "client/json_path_reader.hpp"

#include "base/ascii.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

namespace hooklet::client {

namespace {

constexpr std::string_view quotes = "'\"";
constexpr std::string_view name_ends = " \t\r\n.,[]$@{}";
constexpr std::string_view operator_characters = "!<>=";

/// What a name may begin with. Letters beyond ASCII are not looked at.
bool is_letter(char c) {
    return is_lower_case(c) || is_upper_case(c) || c == '_' || static_cast<unsigned char>(c) > 127;
}

/// Where the quote is closed that is open at `from`; npos: nowhere on this line.
std::size_t end_of_quote(std::string_view text, std::size_t from) {
    for (std::size_t i = from + 1; i < text.size() && text[i] != '\n'; ++i) {
        if (text[i] == text[from]) return i;
        if (text[i] == '\\') ++i;
    }
    return std::string_view::npos;
}

/// Where one of these characters first stands outside of quotes.
std::size_t find_bare(std::string_view text, std::string_view wanted, std::size_t from = 0) {
    for (std::size_t i = from; i < text.size(); ++i) {
        if (wanted.contains(text[i])) return i;
        if (text[i] == '\\') {
            ++i;
        } else if (quotes.contains(text[i])) {
            i = end_of_quote(text, i);
            if (i == std::string_view::npos) return i;
        }
    }
    return std::string_view::npos;
}

void append_utf8(std::string& out, std::uint32_t c) {
    const auto tail = [&out, c](int shift) { out += static_cast<char>(0x80 | ((c >> shift) & 0x3F)); };
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += static_cast<char>(0xC0 | (c >> 6));
    } else if (c < 0x10000) {
        out += static_cast<char>(0xE0 | (c >> 12));
        tail(6);
    } else {
        out += static_cast<char>(0xF0 | (c >> 18));
        tail(12);
        tail(6);
    }
    if (c >= 0x80) tail(0);
}

/// Takes the rest of one of Go's escapes from the front, what stands behind the backslash; whether it is one.
bool take_escape(std::string_view& rest, char quote, std::string& out) {
    constexpr std::string_view letters = "abfnrtv\\";
    constexpr std::string_view meanings = "\a\b\f\n\r\t\v\\";
    const char c = rest.front();
    const std::size_t letter = letters.find(c);
    if (letter != std::string_view::npos || c == quote) {
        out += c == quote ? c : meanings[letter];
        rest.remove_prefix(1);
        return true;
    }
    const bool octal = c >= '0' && c <= '7';
    const std::size_t digits = octal ? 3 : c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    if (!octal) rest.remove_prefix(1);
    const std::string_view number = rest.substr(0, digits);
    std::uint32_t value = 0;
    const auto [end, error] =
        std::from_chars(number.data(), number.data() + number.size(), value, octal ? 8 : 16);
    if (digits == 0 || number.size() < digits || end != number.data() + digits) return false;
    rest.remove_prefix(digits);
    if (digits < 4) {
        out += static_cast<char>(value);
        return value < 256;
    }
    append_utf8(out, value);
    return value < 0x110000 && (value < 0xD800 || value > 0xDFFF);
}

/// The text of a literal that stands in quotes.
Result<std::string> unquoted(std::string_view text) {
    std::string out;
    std::string_view rest = text.substr(1, text.size() - 2);
    while (!rest.empty()) {
        const char c = rest.front();
        if (c != '\\') out += c;
        const bool escape = c == '\\';
        rest.remove_prefix(1);
        if (escape && (rest.empty() || !take_escape(rest, text.front(), out)))
            return fail(Code::invalid, fmt::format("unquote string {} error invalid syntax", text));
    }
    return out;
}

std::string without_backslashes(std::string_view text) {
    std::string out(text);
    std::erase(out, '\\');
    return out;
}

PathStep literal(api::Node value) {
    return {.kind = PathStep::Kind::literal, .value = std::move(value)};
}

Result<PathStep> slice_step(std::string_view text) {
    std::array<std::optional<std::int64_t>, 3> bounds;
    std::size_t count = 0;
    for (std::string_view rest = text;; ++count) {
        const std::size_t colon = std::min(rest.find(':'), rest.size());
        const std::string_view bound = rest.substr(0, colon);
        if (count == bounds.size() || bound.find_first_not_of("-0123456789") != std::string_view::npos)
            return fail(Code::invalid, fmt::format("invalid array index {}", text));
        if (!bound.empty()) {
            const auto [end, error] =
                std::from_chars(bound.data(), bound.data() + bound.size(), bounds.at(count).emplace());
            if (error != std::errc() || end != bound.data() + bound.size())
                return fail(Code::invalid, fmt::format("array index {} is not a number", bound));
        }
        if (colon == rest.size()) break;
        rest.remove_prefix(colon + 1);
    }
    return PathStep{.kind = PathStep::Kind::slice, .slice = {bounds[0], bounds[1], bounds[2], count == 0}};
}

std::unexpected<Error> unrecognized(char c) {
    return fail(Code::invalid,
                fmt::format("unrecognized character in action: U+{:04X} '{}'", static_cast<int>(c), c));
}

/// Reads one path from the front of a text: up to the brace that closes it, or to the end.
class PathReader {
  public:
    PathReader(std::string_view text, bool braced) : rest_(text), braced_(braced) {}

    Result<TemplateAction> read() {
        while (!rest_.empty() && !(braced_ && rest_.front() == '}')) {
            if (const Status taken = step(); !taken) return std::unexpected(taken.error());
        }
        if (braced_ && rest_.empty()) return fail(Code::invalid, "unclosed action");
        if (braced_) rest_.remove_prefix(1);
        return std::move(action_);
    }
    /// What stands behind the path.
    [[nodiscard]] std::string_view rest() const { return rest_; }

  private:
    Path& path() { return action_.path; }

    Status step() {
        if (rest_.starts_with("[?(")) return filter();
        if (rest_.starts_with("..")) return descent();
        const char c = rest_.front();
        if (c == '[') return brackets();
        if (quotes.contains(c)) return quoted();
        if (c == '+' || c == '-' || is_digit(c)) return number();
        if (is_letter(c)) return word();
        if (c == '\n' || c == '\r') return fail(Code::invalid, "unclosed action");
        if (!std::string_view(" @$.").contains(c)) return unrecognized(c);
        rest_.remove_prefix(1);
        if (c == '.') member();
        return {};
    }
    std::string_view name() {
        std::size_t end = 0;
        while (end < rest_.size() && !name_ends.contains(rest_[end])) end += rest_[end] == '\\' ? 2 : 1;
        const std::string_view name = rest_.substr(0, end);
        rest_.remove_prefix(name.size());
        return name;
    }
    void member() {
        const std::string_view text = name();
        if (text == "*") {
            path().push_back({.kind = PathStep::Kind::all});
        } else if (!text.empty()) {
            path().push_back({.name = without_backslashes(text)});
        }
    }
    Status descent() {
        if (!path().empty() && path().back().kind == PathStep::Kind::descent)
            return fail(Code::invalid, "invalid multiple recursive descent");
        rest_.remove_prefix(2);
        path().push_back({.kind = PathStep::Kind::descent});
        if (!rest_.empty() && (rest_.front() == '*' || is_letter(rest_.front()) || is_digit(rest_.front())))
            member();
        return {};
    }
    Status brackets() {
        const std::size_t end = find_bare(rest_, "]", 1);
        if (end == std::string_view::npos) return fail(Code::invalid, "unterminated array");
        std::string_view inside = rest_.substr(1, end - 1);
        rest_.remove_prefix(end + 1);
        std::vector<Path> paths;
        for (std::size_t comma = 0; comma != std::string_view::npos;) {
            comma = find_bare(inside, ",");
            auto one = selector(inside.substr(0, comma));
            if (!one) return std::unexpected(one.error());
            paths.push_back({*std::move(one)});
            if (comma != std::string_view::npos) inside.remove_prefix(comma + 1);
        }
        if (paths.size() == 1) {
            path().push_back(std::move(paths.front().front()));
        } else {
            path().push_back({.kind = PathStep::Kind::choice, .paths = std::move(paths)});
        }
        return {};
    }
    /// One of the things in brackets that have commas between them.
    static Result<PathStep> selector(std::string_view text) {
        while (text.starts_with(' ')) text.remove_prefix(1);
        while (text.ends_with(' ')) text.remove_suffix(1);
        const bool key = text.size() > 1 && quotes.contains(text.front()) && text.back() == text.front();
        if (!key) return slice_step(text == "*" ? ":" : text);
        text = text.substr(1, text.size() - 2);
        PathStep step{.kind = PathStep::Kind::key, .name = without_backslashes(text)};
        if (text.find_first_of(".[") == std::string_view::npos) return step;
        const std::string dotted = fmt::format(".{}", text);
        if (auto as_path = PathReader(dotted, false).read()) step.paths.push_back(std::move(as_path->path));
        return step;
    }
    Status filter() {
        rest_.remove_prefix(3);
        std::size_t end = 0;
        for (int open = 1; open > 0; ++end) {
            end = find_bare(rest_, "()", end);
            if (end == std::string_view::npos) return fail(Code::invalid, "unterminated filter");
            open += rest_[end] == '(' ? 1 : -1;
        }
        const std::string_view inside = rest_.substr(0, end - 1);
        rest_.remove_prefix(end);
        if (!rest_.starts_with(']')) return fail(Code::invalid, "unclosed array expect ]");
        rest_.remove_prefix(1);
        auto step = comparison(inside);
        if (!step) return std::unexpected(step.error());
        path().push_back(*std::move(step));
        return {};
    }
    static Result<PathStep> comparison(std::string_view text) {
        PathStep step{.kind = PathStep::Kind::filter};
        const std::size_t at = find_bare(text, operator_characters);
        const std::size_t behind = text.find_first_not_of(operator_characters, at);
        const bool compares = at != std::string_view::npos;
        if (compares && (at == 0 || behind == std::string_view::npos)) return unrecognized(text[at]);
        auto left = PathReader(compares ? text.substr(0, at) : text, false).read();
        if (!left) return std::unexpected(left.error());
        step.paths.push_back(std::move(left->path));
        if (!compares) return step;
        auto right = PathReader(text.substr(behind), false).read();
        if (!right) return std::unexpected(right.error());
        step.paths.push_back(std::move(right->path));
        step.name = text.substr(at, behind - at);
        constexpr std::array<std::string_view, 6> known{"==", "!=", "<", "<=", ">", ">="};
        if (std::ranges::find(known, step.name) == known.end())
            return fail(Code::invalid, fmt::format("unrecognized filter operator {}", step.name));
        return step;
    }
    Status quoted() {
        const std::size_t end = end_of_quote(rest_, 0);
        if (end == std::string_view::npos) return fail(Code::invalid, "unterminated quoted string");
        auto text = unquoted(rest_.substr(0, end + 1));
        if (!text) return std::unexpected(text.error());
        path().push_back(literal(api::Node(*std::move(text))));
        rest_.remove_prefix(end + 1);
        return {};
    }
    Status number() {
        std::size_t length = 1;
        while (length < rest_.size() && (is_digit(rest_[length]) || rest_[length] == '.')) ++length;
        const std::string_view text = rest_.substr(0, length);
        rest_.remove_prefix(length);
        const char* begin = text.data() + (text.front() == '+' ? 1 : 0);
        const char* end = text.data() + text.size();
        std::int64_t whole = 0;
        api::Real real{.value = 0, .text = std::string(begin, end)};
        if (const auto read = std::from_chars(begin, end, whole); read.ec == std::errc() && read.ptr == end) {
            path().push_back(literal(api::Node(whole)));
        } else if (const auto again = std::from_chars(begin, end, real.value);
                   again.ec == std::errc() && again.ptr == end) {
            path().push_back(literal(api::Node(std::move(real))));
        } else {
            return fail(Code::invalid, fmt::format("cannot parse number {}", text));
        }
        return {};
    }
    Status word() {
        const std::string_view text = name();
        if (text == "true" || text == "false") {
            path().push_back(literal(api::Node(text == "true")));
            return {};
        }
        const bool first = braced_ && path().empty() && action_.kind == TemplateAction::Kind::path;
        if (!first || (text != "range" && text != "end"))
            return fail(Code::invalid, fmt::format("unrecognized identifier {}", text));
        action_.kind = text == "end" ? TemplateAction::Kind::end : TemplateAction::Kind::range;
        return {};
    }

    std::string_view rest_;
    bool braced_;
    TemplateAction action_;
};

}  // namespace

Result<Path> parse_path(std::string_view text) {
    if (text.starts_with('{') && text.ends_with('}')) text = text.substr(1, text.size() - 2);
    const bool begins_with_name = !text.empty() && !std::string_view(".[$@").contains(text.front());
    const std::string whole = fmt::format("{}{}", begins_with_name ? "." : "", text);
    auto action = PathReader(whole, false).read();
    if (!action) return std::unexpected(action.error());
    return std::move(action->path);
}

Result<std::vector<TemplateAction>> parse_template(std::string_view text) {
    std::vector<TemplateAction> actions;
    if (!text.contains('{')) {
        auto path = parse_path(text);
        if (!path) return std::unexpected(path.error());
        actions.push_back({.path = *std::move(path)});
        return actions;
    }
    while (!text.empty()) {
        const std::size_t open = std::min(text.find('{'), text.size());
        if (open > 0) actions.push_back({.path = {literal(api::Node(text.substr(0, open)))}});
        if (open == text.size()) break;
        PathReader reader(text.substr(open + 1), true);
        auto action = reader.read();
        if (!action) return std::unexpected(action.error());
        actions.push_back(*std::move(action));
        text = reader.rest();
    }
    return actions;
}

std::size_t find_outside(std::string_view text, char separator) {
    const std::string wanted = fmt::format("[](){{}}{}", separator);
    std::size_t at = find_bare(text, wanted);
    for (int open = 0; at != std::string_view::npos; at = find_bare(text, wanted, at + 1)) {
        if (text[at] == separator && open == 0) return at;
        if (std::string_view("[({").contains(text[at])) ++open;
        if (std::string_view("])}").contains(text[at])) --open;
    }
    return at;
}

}  // namespace hooklet::client

// SPDX-License-Identifier: Apache-2.0
#include "api/issue.hpp"
#include "api/selector.hpp"
#include "api/validation/checks.hpp"
#include "base/parse_number.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet::api {

namespace {

using Operator = LabelRequirement::Operator;

std::optional<std::int64_t> integer(std::string_view text) {
    if (text.starts_with('+')) text.remove_prefix(1);
    return parse_number<std::int64_t>(text);
}

std::unexpected<Error> bad_selector(std::string text) {
    return fail(Code::invalid, std::move(text));
}

/// The API's text of one bad value; several problems of it are joined.
std::string bad_value(std::string path, std::string_view value, const Problems& problems) {
    return field_text(
        issue::invalid_text(std::move(path), value, fmt::format("{}", fmt::join(problems, "; "))));
}

/// The API has no path for what it reads from a query, and prints that as `<nil>`.
Status check_key(std::string_view key) {
    const Problems problems = qualified_name(key);
    if (!problems.empty()) return bad_selector(bad_value("<nil>", key, problems));
    return {};
}

Status check_values(const LabelRequirement& requirement) {
    std::vector<std::string> errors;
    std::size_t index = 0;
    for (const std::string& value : requirement.values) {
        const std::string path = fmt::format("values[{}]", index++);
        if (is_order(requirement.op) && !integer(value))
            errors.push_back(
                bad_value(path, value, {"for 'Gt', 'Lt' operators, the value must be an integer"}));
        const Problems problems = label_value(value);
        if (!problems.empty())
            errors.push_back(bad_value(fmt::format("{}[{}]", path, requirement.key), value, problems));
    }
    if (errors.empty()) return {};
    return bad_selector(errors.size() == 1 ? errors.front() : fmt::format("[{}]", fmt::join(errors, ", ")));
}

enum class Token : std::uint8_t { end, identifier, symbol, in, notin };

struct Lexeme {
    Token token = Token::end;
    std::string_view text{};

    [[nodiscard]] bool is(std::string_view symbol) const { return token == Token::symbol && text == symbol; }
    /// As a key or a value; the keywords are words like others there.
    [[nodiscard]] bool is_word() const { return token != Token::end && token != Token::symbol; }
    /// Nothing more belongs to the requirement.
    [[nodiscard]] bool is_last() const { return token == Token::end || is(","); }
};

/// Reads requirements out of a text.
class Parser {
  public:
    explicit Parser(std::string_view text) : rest_(text) { advance(); }

    Result<LabelRequirements> all();

  private:
    Result<LabelRequirement> requirement();
    Result<LabelRequirement> with_operator(std::string_view key);
    Result<std::set<std::string>> exact_value();
    Result<std::set<std::string>> value_list();
    Result<std::set<std::string>> identifiers();

    [[nodiscard]] std::unexpected<Error> found(const Lexeme& lexeme, std::string_view expected) const {
        return bad_selector(fmt::format("found '{}', expected: {}", lexeme.text, expected));
    }
    void advance();
    Lexeme take() {
        const Lexeme taken = next_;
        advance();
        return taken;
    }

    std::string_view rest_;
    Lexeme next_;
};

void Parser::advance() {
    constexpr std::string_view blanks = " \t\r\n";
    constexpr std::string_view symbols = "=!(),><";
    rest_.remove_prefix(std::min(rest_.find_first_not_of(blanks), rest_.size()));
    next_ = {};
    if (rest_.empty()) return;
    const bool symbol = symbols.find(rest_.front()) != std::string_view::npos;
    std::size_t size = 1;
    if (symbol) {
        size = rest_.starts_with("==") || rest_.starts_with("!=") ? 2 : 1;
    } else {
        size = std::min(rest_.find_first_of(" \t\r\n=!(),><"), rest_.size());
    }
    next_.text = rest_.substr(0, size);
    next_.token = symbol                  ? Token::symbol
                  : next_.text == "in"    ? Token::in
                  : next_.text == "notin" ? Token::notin
                                          : Token::identifier;
    rest_.remove_prefix(size);
}

Result<LabelRequirements> Parser::all() {
    LabelRequirements requirements;
    if (next_.token == Token::end) return requirements;
    if (!next_.is_word() && !next_.is("!")) return found(next_, "!, identifier, or 'end of string'");
    while (true) {
        auto read = requirement();
        if (!read) return bad_selector("unable to parse requirement: " + read.error().message);
        requirements.push_back(*std::move(read));
        const Lexeme after = take();
        if (after.token == Token::end) return requirements;
        if (!after.is(",")) return found(after, "',' or 'end of string'");
        if (!next_.is_word() && !next_.is("!")) return found(next_, "identifier after ','");
    }
}

Result<LabelRequirement> Parser::requirement() {
    const bool absent = next_.is("!");
    if (absent) advance();
    const Lexeme key = take();
    if (!key.is_word()) return found(key, "identifier");
    if (Status valid = check_key(key.text); !valid) return std::unexpected(valid.error());
    if (!absent && !next_.is_last()) return with_operator(key.text);
    return LabelRequirement{.key = std::string(key.text),
                            .op = absent ? Operator::does_not_exist : Operator::exists};
}

Result<LabelRequirement> Parser::with_operator(std::string_view key) {
    const Lexeme op = take();
    LabelRequirement out{.key = std::string(key), .op = Operator::in};
    const bool list = op.token == Token::in || op.token == Token::notin;
    if (op.token == Token::notin || op.is("!=")) {
        out.op = Operator::not_in;
    } else if (op.is(">")) {
        out.op = Operator::greater_than;
    } else if (op.is("<")) {
        out.op = Operator::less_than;
    } else if (!list && !op.is("=") && !op.is("==")) {
        return found(op, "in, notin, =, ==, !=, gt, lt");
    }
    auto values = list ? value_list() : exact_value();
    if (!values) return std::unexpected(values.error());
    out.values = *std::move(values);
    if (Status valid = check_values(out); !valid) return std::unexpected(valid.error());
    return out;
}

Result<std::set<std::string>> Parser::exact_value() {
    if (next_.is_last()) return std::set<std::string>{""};
    const Lexeme value = take();
    if (!value.is_word()) return found(value, "identifier");
    return std::set<std::string>{std::string(value.text)};
}

Result<std::set<std::string>> Parser::value_list() {
    const Lexeme open = take();
    if (!open.is("(")) return bad_selector(fmt::format("found '{}' expected: '('", open.text));
    if (!next_.is_word() && !next_.is(",") && !next_.is(")")) return found(next_, "',', ')' or identifier");
    auto values = identifiers();
    if (values) advance();
    return values;
}

/// The values up to the closing bracket; nothing between two commas is an empty value.
Result<std::set<std::string>> Parser::identifiers() {
    std::set<std::string> values;
    while (true) {
        values.emplace(next_.is_word() ? take().text : std::string_view{});
        if (next_.is(")")) return values;
        const Lexeme comma = take();
        if (!comma.is(",")) return found(comma, "',' or ')'");
        if (!next_.is_word() && !next_.is(",") && !next_.is(")")) return found(next_, "',', or identifier");
    }
}

Result<LabelRequirement> from_expression(const LabelSelectorRequirement& expression) {
    const auto op = operator_named(expression.operator_);
    if (!op || is_order(*op))
        return bad_selector(
            fmt::format("{} is not a valid label selector operator", quote(expression.operator_)));
    LabelRequirement out{
        .key = expression.key, .op = *op, .values = {expression.values.begin(), expression.values.end()}};
    if (Status valid = check_key(out.key); !valid) return std::unexpected(valid.error());
    const bool takes_values = !is_existence(out.op);
    if (takes_values && out.values.empty())
        return bad_selector(
            "values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty");
    if (!takes_values && !out.values.empty())
        return bad_selector(
            fmt::format("values: Invalid value: [{}]: values set must be empty for exists and does not exist",
                        fmt::join(expression.values, " ")));
    if (Status valid = check_values(out); !valid) return std::unexpected(valid.error());
    return out;
}

}  // namespace

std::optional<LabelRequirement::Operator> operator_named(std::string_view name) {
    constexpr std::pair<std::string_view, Operator> operators[] = {
        {"In", Operator::in},           {"NotIn", Operator::not_in},
        {"Exists", Operator::exists},   {"DoesNotExist", Operator::does_not_exist},
        {"Gt", Operator::greater_than}, {"Lt", Operator::less_than}};
    const auto* found = std::ranges::find(operators, name, &std::pair<std::string_view, Operator>::first);
    return found == std::end(operators) ? std::nullopt : std::optional(found->second);
}

bool is_existence(LabelRequirement::Operator op) {
    return op == Operator::exists || op == Operator::does_not_exist;
}

bool is_order(LabelRequirement::Operator op) {
    return op == Operator::greater_than || op == Operator::less_than;
}

bool LabelRequirement::matches(const std::map<std::string, std::string>& labels) const {
    const auto label = labels.find(key);
    const bool there = label != labels.end();
    switch (op) {
        case Operator::exists:
            return there;
        case Operator::does_not_exist:
            return !there;
        case Operator::in:
            return there && values.contains(label->second);
        case Operator::not_in:
            return !there || !values.contains(label->second);
        case Operator::greater_than:
        case Operator::less_than:
            break;
    }
    const auto value = there ? integer(label->second) : std::nullopt;
    const auto limit = values.size() == 1 ? integer(*values.begin()) : std::nullopt;
    if (!value || !limit) return false;
    return op == Operator::greater_than ? *value > *limit : *value < *limit;
}

bool matches(const LabelRequirements& requirements, const std::map<std::string, std::string>& labels) {
    return std::ranges::all_of(requirements,
                               [&](const LabelRequirement& one) { return one.matches(labels); });
}

Result<LabelRequirements> parse_label_selector(std::string_view text) {
    return Parser(text).all();
}

Result<LabelRequirements> label_requirements(const LabelSelector& selector) {
    LabelRequirements requirements;
    std::vector<LabelSelectorRequirement> expressions;
    for (const auto& [key, value] : selector.matchLabels)
        expressions.push_back({.key = key, .operator_ = "In", .values = {value}});
    expressions.insert(expressions.end(), selector.matchExpressions.begin(), selector.matchExpressions.end());
    for (const LabelSelectorRequirement& expression : expressions) {
        auto requirement = from_expression(expression);
        if (!requirement) return std::unexpected(requirement.error());
        requirements.push_back(*std::move(requirement));
    }
    return requirements;
}

}  // namespace hooklet::api

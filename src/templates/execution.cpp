// SPDX-License-Identifier: Apache-2.0
#include "templates/execution.hpp"

#include "api/issue.hpp"
#include "templates/functions.hpp"

#include <algorithm>
#include <optional>
#include <span>

#include <fmt/format.h>

namespace hooklet::templates {

namespace {

using Final = std::optional<Value>;  ///< What comes out of the command before, in a pipeline.
using Words = std::span<const Term>;

/// Evaluates what stands in actions, with one dot.
class Evaluator {
  public:
    Evaluator(Evaluation& state, const Value& dot) : state_(state), dot_(dot) {}

    Result<Value> pipe(const Pipe& pipe) {
        state_.at = &pipe;
        Final value;
        for (const Command& one : pipe.commands) {
            if (const Status spent = state_.spend(0); !spent) return std::unexpected(spent.error());
            const auto next = command(one, value);
            if (!next) return next;
            value = next->alone();
        }
        for (const std::string& variable : pipe.variables) {
            if (!pipe.assigns) {
                state_.variables.push_back({variable, *value});
            } else if (const Status set = state_.assign(variable, *value); !set) {
                return std::unexpected(set.error());
            }
        }
        return *value;
    }

  private:
    Result<Value> command(const Command& one, const Final& final) {
        const Words words(one.words);
        const Term& first = words.front();
        switch (first.kind) {
            case Term::Kind::field:
            case Term::Kind::chain:
            case Term::Kind::variable:
                return path(first, words.size() > 1 || final);
            case Term::Kind::function:
                return function(first, &one, words.subspan(1), final);
            case Term::Kind::pipe:
                if (const Status fits = no_function(first, words, final); !fits)
                    return std::unexpected(fits.error());
                return pipe(*first.pipe);
            default:
                break;
        }
        state_.at = &first;
        if (const Status fits = no_function(first, words, final); !fits) return std::unexpected(fits.error());
        if (first.kind == Term::Kind::nil) return state_.complain("nil is not a command");
        return first.kind == Term::Kind::dot ? dot_ : literal(first);
    }

    Status no_function(const Term& first, Words words, const Final& final) const {
        if (words.size() == 1 && !final) return {};
        return state_.complain("can't give argument to non-function " + source_of(first));
    }

    Result<Value> literal(const Term& term) {
        state_.at = &term;
        if (term.value.is_missing()) return state_.complain(term.source + " overflows int");
        return term.value;
    }

    Result<Value> variable(const Term& term) const {
        for (auto one = state_.variables.rbegin(); one != state_.variables.rend(); ++one) {
            if (one->name == term.names.front()) return one->value;
        }
        return state_.complain("undefined variable: " + term.names.front());
    }

    /// `.a.b`, `$x.a` or `(PIPE).a`. `called`: with arguments, which nothing here can take.
    Result<Value> path(const Term& term, bool called) {
        state_.at = &term;
        std::span<const std::string> names(term.names);
        Result<Value> value = dot_;
        if (term.kind == Term::Kind::chain) {
            if (term.base->kind == Term::Kind::nil)
                return state_.complain("indirection through explicit nil in " + source_of(term));
            value = argument(*term.base, false);
        } else if (term.kind == Term::Kind::variable) {
            value = variable(term);
            names = names.subspan(1);
            if (names.empty() && called)
                return state_.complain("can't give argument to non-function " + source_of(term));
        }
        for (std::size_t i = 0; value && i < names.size(); ++i)
            value = field(*value, names[i], called && i + 1 == names.size());
        return value;
    }

    Result<Value> field(const Value& value, const std::string& name, bool called) const {
        if (value.is_missing()) return Value();
        if (value.is_null())
            return state_.complain(fmt::format("nil pointer evaluating interface {{}}.{}", name));
        if (value.kind() != Value::Kind::map)
            return state_.complain(
                fmt::format("can't evaluate field {} in type {}", name, value.declared_type()));
        if (called) return state_.complain(name + " is not a method but has arguments");
        return value.member(name);
    }

    /// `command`: where the function is the first word; nullptr: it is an argument itself.
    Result<Value> function(const Term& term, const Command* whole, Words words, const Final& final) {
        state_.at = &term;
        const Function& called = *find_function(term.names.front());
        const std::size_t count = words.size() + (final ? 1 : 0);
        if (called.more && count < called.least)
            return state_.complain(fmt::format("wrong number of args for {}: want at least {} got {}",
                                               called.name, called.least, words.size()));
        if (!called.more && count != called.least)
            return state_.complain(
                fmt::format("wrong number of args for {}: want {} got {}", called.name, called.least, count));
        if (called.call == nullptr) return either(called.name == "or", words, final);
        std::vector<Value> arguments;
        for (const Term& word : words) {
            auto value = argument(word, called.text && arguments.empty());
            if (!value) return value;
            arguments.push_back(*std::move(value));
        }
        if (final) {
            if (called.text && arguments.empty()) {
                if (const Status fits = check_text(*final); !fits) return std::unexpected(fits.error());
            }
            arguments.push_back(*final);
        }
        auto result = called.call(arguments);
        if (whole != nullptr && !result) state_.at = whole;
        if (!result)
            return state_.complain(fmt::format("error calling {}: {}", called.name, result.error().message));
        const std::size_t made = result->kind() == Value::Kind::text ? result->size() : 0;
        if (const Status spent = state_.spend(made); !spent) return std::unexpected(spent.error());
        return result;
    }

    /// `and`, `or`: the first that decides, else the last.
    Result<Value> either(bool wanted, Words words, const Final& final) {
        Value value;
        for (const Term& word : words) {
            auto next = argument(word, false);
            if (!next) return next;
            value = *std::move(next);
            if (value.is_true() == wanted) return value;
        }
        return final ? *final : value;
    }

    Status check_text(const Value& value) const {
        if (value.kind() == Value::Kind::text) return {};
        if (value.is_missing()) return state_.complain("invalid value; expected string");
        const std::string_view type = value.is_null() ? value.declared_type() : value.type_name();
        return state_.complain(fmt::format("wrong type for value; expected string; got {}", type));
    }

    /// `text`: the function takes only texts here.
    Result<Value> argument(const Term& term, bool text) {
        state_.at = &term;
        if (const Status spent = state_.spend(0); !spent) return std::unexpected(spent.error());
        if (term.kind == Term::Kind::literal) {
            if (text && term.value.kind() != Value::Kind::text)
                return state_.complain("expected string; found " + term.source);
            return literal(term);
        }
        if (term.kind == Term::Kind::nil) {
            if (text) return state_.complain("cannot assign nil to string");
            return Value();
        }
        auto value = argument_value(term);
        if (!value || !text) return value;
        if (const Status fits = check_text(*value); !fits) return std::unexpected(fits.error());
        return value;
    }

    Result<Value> argument_value(const Term& term) {
        switch (term.kind) {
            case Term::Kind::dot:
                return dot_;
            case Term::Kind::pipe:
                return pipe(*term.pipe);
            case Term::Kind::function:
                return function(term, nullptr, {}, std::nullopt);
            default:
                return path(term, false);
        }
    }

    Evaluation& state_;
    const Value& dot_;
};

}  // namespace

std::unexpected<Error> Evaluation::complain(std::string_view why) const {
    const auto place = std::visit([](const auto* one) { return one == nullptr ? 0 : one->at; }, at);
    const std::string what =
        std::visit([](const auto* one) { return one == nullptr ? "" : source_of(*one); }, at);
    const std::string_view before = source_.substr(0, place);
    const std::size_t line = before.rfind('\n');
    const std::size_t byte = line == std::string_view::npos ? place : place - line - 1;
    return fail(Code::invalid,
                fmt::format("template: {}:{}:{}: executing {} at <{}>: {}", main_template,
                            1 + std::ranges::count(before, '\n'), byte, api::quote(name), what, why));
}

Status Evaluation::assign(std::string_view variable, const Value& value) {
    for (auto one = variables.rbegin(); one != variables.rend(); ++one) {
        if (one->name != variable) continue;
        one->value = value;
        return {};
    }
    return complain(fmt::format("undefined variable: {}", variable));
}

Status Evaluation::spend(std::size_t bytes) {
    if (steps_left_ == 0) return fail(Code::invalid, fmt::format("template: {}: too many steps", name));
    if (bytes > bytes_left_) return fail(Code::invalid, fmt::format("template: {}: too much text", name));
    --steps_left_;
    bytes_left_ -= bytes;
    return {};
}

Result<Value> evaluate(Evaluation& state, const Pipe& pipe, const Value& dot) {
    return Evaluator(state, dot).pipe(pipe);
}

}  // namespace hooklet::templates

// SPDX-License-Identifier: Apache-2.0
#include "templates/go_template.hpp"

#include "templates/execution.hpp"
#include "templates/go_format.hpp"
#include "templates/parser.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace hooklet::templates {

namespace {

/// What comes after a part.
enum class Next { part, turn, loop_end };

/// Writes the bodies; Evaluation gives the values.
class Filling {
  public:
    Filling(const Templates& templates, const FillLimits& limits, std::string& out)
        : templates_(templates), limits_(limits), state_(templates.source, limits), out_(out) {}

    Status call(const std::string& name, const Value& dot) {
        auto outer_variables = std::exchange(state_.variables, {{"$", dot}});
        auto outer_name = std::exchange(state_.name, name);
        const auto done = write(templates_.bodies.at(name), dot);
        state_.variables = std::move(outer_variables);
        state_.name = std::move(outer_name);
        if (!done) return std::unexpected(done.error());
        return {};
    }

  private:
    Result<Next> write(const Body& body, const Value& dot) {
        if (depth_ == limits_.depth)
            return state_.complain(fmt::format("exceeded maximum template depth ({})", limits_.depth));
        ++depth_;
        Result<Next> next = Next::part;
        for (std::size_t i = 0; i < body.size() && next && *next == Next::part; ++i)
            next = write(body[i], dot);
        --depth_;
        return next;
    }

    Result<Next> write(const Part& part, const Value& dot) {
        switch (part.kind) {
            case Part::Kind::text:
                return print(part.text);
            case Part::Kind::action:
                return write_value(part, dot);
            case Part::Kind::choice:
            case Part::Kind::with:
                return write_choice(part, dot);
            case Part::Kind::range:
                return write_range(part, dot);
            case Part::Kind::call:
                return write_call(part, dot);
            default:
                return part.kind == Part::Kind::leave_loop ? Next::loop_end : Next::turn;
        }
    }

    Result<Next> print(std::string_view text) {
        if (const Status spent = state_.spend(text.size()); !spent) return std::unexpected(spent.error());
        out_ += text;
        return Next::part;
    }

    Result<Next> write_value(const Part& part, const Value& dot) {
        const auto value = evaluate(state_, *part.pipe, dot);
        if (!value) return std::unexpected(value.error());
        if (!part.pipe->variables.empty()) return Next::part;
        return print(value->is_missing() ? "<no value>" : go_text(*value));
    }

    Result<Next> write_choice(const Part& part, const Value& dot) {
        const std::size_t known = state_.variables.size();
        const auto value = evaluate(state_, *part.pipe, dot);
        if (!value) return std::unexpected(value.error());
        const bool with = part.kind == Part::Kind::with;
        const auto next =
            value->is_true() ? write(part.body, with ? *value : dot) : write(part.otherwise, dot);
        state_.variables.resize(known);
        return next;
    }

    Result<Next> write_range(const Part& part, const Value& dot) {
        const std::size_t known = state_.variables.size();
        const auto value = evaluate(state_, *part.pipe, dot);
        if (!value) return std::unexpected(value.error());
        const Value::Kind kind = value->kind();
        const bool countable =
            kind == Value::Kind::list || kind == Value::Kind::map || kind == Value::Kind::nothing;
        if (!countable) return state_.complain(fmt::format("range can't iterate over {}", go_text(*value)));
        const auto next = value->size() == 0 ? write(part.otherwise, dot) : write_turns(part, *value);
        state_.variables.resize(known);
        return next;
    }

    Result<Next> write_turns(const Part& part, const Value& value) {
        if (value.kind() == Value::Kind::list) {
            for (std::size_t i = 0; i < value.size(); ++i) {
                const auto next = write_turn(part, Value::made(api::Node(i)), value.item(i));
                if (!next) return next;
                if (*next == Next::loop_end) break;
            }
            return Next::part;
        }
        for (const Value::Member& member : value.members()) {
            const auto next = write_turn(part, Value::made(api::Node(member.key)), value.of(member));
            if (!next) return next;
            if (*next == Next::loop_end) break;
        }
        return Next::part;
    }

    /// With one variable it is the item, with two the index is the first.
    Result<Next> write_turn(const Part& part, const Value& index, const Value& item) {
        const std::vector<std::string>& names = part.pipe->variables;
        const std::size_t known = state_.variables.size();
        for (std::size_t i = 0; i < names.size(); ++i) {
            const Value& value = i + 1 == names.size() ? item : index;
            if (!part.pipe->assigns) {
                state_.variables[known - names.size() + i].value = value;
            } else if (const Status set = state_.assign(names[i], value); !set) {
                return std::unexpected(set.error());
            }
        }
        const auto next = write(part.body, item);
        state_.variables.resize(known);
        return next;
    }

    Result<Next> write_call(const Part& part, const Value& dot) {
        state_.at = &part;
        if (!templates_.bodies.contains(part.text))
            return state_.complain(fmt::format("template \"{}\" not defined", part.text));
        Value argument;
        if (part.pipe) {
            auto value = evaluate(state_, *part.pipe, dot);
            if (!value) return std::unexpected(value.error());
            argument = *std::move(value);
        }
        if (const Status called = call(part.text, argument); !called) return std::unexpected(called.error());
        return Next::part;
    }

    const Templates& templates_;
    const FillLimits& limits_;
    Evaluation state_;
    std::string& out_;
    int depth_ = 0;
};

}  // namespace

Result<GoTemplate> GoTemplate::parse(std::string_view text) {
    auto templates = templates::parse(text);
    if (!templates) return std::unexpected(templates.error());
    return GoTemplate(*std::move(templates));
}

Status GoTemplate::fill_in(const api::Node& document, std::string& out, const FillLimits& limits) const {
    return Filling(templates_, limits, out).call(main_template, Value::document(document));
}

}  // namespace hooklet::templates

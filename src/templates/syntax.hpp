// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "templates/value.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

// What a template says, as a tree. Each part knows where it stands, and its own text in the form in which
// messages show it.
namespace hooklet::templates {

struct Pipe;

/// One word of a command.
struct Term {
    enum class Kind { dot, nil, literal, field, variable, function, pipe, chain };
    Kind kind = Kind::nil;
    std::size_t at = 0;
    std::string source{};                ///< literal
    Value value{};                       ///< literal; no value: a number that no integer of Go can hold
    std::vector<std::string> names{};    ///< field, chain; variable: itself and fields; function: the one
    std::shared_ptr<const Pipe> pipe{};  ///< pipe
    std::shared_ptr<const Term> base{};  ///< chain: what has the fields `names`
};

/// `printf "%s" .name`
struct Command {
    std::size_t at = 0;
    std::vector<Term> words{};
};

/// `$a, $b := COMMAND | COMMAND`
struct Pipe {
    std::size_t at = 0;
    std::vector<std::string> variables{};
    bool assigns = false;  ///< `=`: the variables are there already.
    std::vector<Command> commands{};
};

struct Part;
using Body = std::vector<Part>;

/// A text or an action.
struct Part {
    enum class Kind { text, action, choice, with, range, call, leave_loop, next_turn };
    Kind kind = Kind::text;
    std::size_t at = 0;
    std::string text{};                  ///< text; call: the template's name
    std::shared_ptr<const Pipe> pipe{};  ///< call: may be nothing
    Body body{};
    Body otherwise{};
};

struct Templates {
    std::string source{};
    std::map<std::string, Body> bodies{};  ///< By name; the main one is `main_template`.
};
inline constexpr const char* main_template = "output";

std::string source_of(const Term& term);
std::string source_of(const Command& command);
std::string source_of(const Pipe& pipe);
/// Only of what calls a template; nothing else is at fault by itself.
std::string source_of(const Part& part);

}  // namespace hooklet::templates

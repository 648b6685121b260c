// SPDX-License-Identifier: Apache-2.0
#include "templates/syntax.hpp"

#include "api/issue.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace hooklet::templates {

namespace {

std::string fields(const std::vector<std::string>& names) {
    return names.empty() ? "" : fmt::format(".{}", fmt::join(names, "."));
}

std::string in_parens(const Pipe& pipe) {
    return fmt::format("({})", source_of(pipe));
}

}  // namespace

std::string source_of(const Term& term) {
    switch (term.kind) {
        case Term::Kind::dot:
            return ".";
        case Term::Kind::nil:
            return "nil";
        case Term::Kind::literal:
            return term.source;
        case Term::Kind::field:
            return fields(term.names);
        case Term::Kind::pipe:
            return source_of(*term.pipe);
        case Term::Kind::chain:
            return (term.base->pipe ? in_parens(*term.base->pipe) : source_of(*term.base)) +
                   fields(term.names);
        default:
            return fmt::format("{}", fmt::join(term.names, "."));
    }
}

std::string source_of(const Command& command) {
    std::string text;
    for (const Term& word : command.words) {
        if (!text.empty()) text += ' ';
        text += word.kind == Term::Kind::pipe ? in_parens(*word.pipe) : source_of(word);
    }
    return text;
}

std::string source_of(const Pipe& pipe) {
    std::vector<std::string> commands;
    for (const Command& command : pipe.commands) commands.push_back(source_of(command));
    std::string text = fmt::format("{}", fmt::join(commands, " | "));
    if (pipe.variables.empty()) return text;
    return fmt::format("{} {} {}", fmt::join(pipe.variables, ", "), pipe.assigns ? "=" : ":=", text);
}

std::string source_of(const Part& part) {
    const std::string pipe = part.pipe ? " " + source_of(*part.pipe) : "";
    return fmt::format("{{{{template {}{}}}}}", api::quote(part.text), pipe);
}

}  // namespace hooklet::templates

// SPDX-License-Identifier: Apache-2.0
#include "templates/pipe_reader.hpp"

#include "api/issue.hpp"
#include "templates/functions.hpp"
#include "templates/literals.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace hooklet::templates {

namespace {

using Kind = Token::Kind;

bool begins_operand(Kind kind, const Token& token) {
    switch (kind) {
        case Kind::boolean:
        case Kind::character:
        case Kind::field:
        case Kind::identifier:
        case Kind::number:
        case Kind::text_literal:
        case Kind::variable:
        case Kind::open_paren:
            return true;
        default:
            return token.is_keyword(".") || token.is_keyword("nil");
    }
}

class PipeReader {
  public:
    explicit PipeReader(TokenReader& tokens) : tokens_(tokens) {}

    Result<std::shared_ptr<const Pipe>> read(std::string_view context, Kind end) {
        if (++tokens_.depth > deepest_nesting) return tokens_.complain("nested too deeply");
        Pipe pipe{.at = tokens_.peek_word().at};
        if (const Status read = read_variables(pipe, context); !read) return std::unexpected(read.error());
        while (true) {
            const Token& found = tokens_.take_word();
            if (found.kind == end) break;
            if (!begins_operand(found.kind, found)) return tokens_.unexpected(found, context);
            tokens_.back_to(tokens_.place() - 1);
            auto command = read_command();
            if (!command) return std::unexpected(command.error());
            pipe.commands.push_back(*std::move(command));
        }
        --tokens_.depth;
        if (const Status checked = check(pipe, context); !checked) return std::unexpected(checked.error());
        return std::make_shared<const Pipe>(std::move(pipe));
    }

  private:
    Status check(const Pipe& pipe, std::string_view context) {
        if (pipe.commands.empty()) return tokens_.complain(fmt::format("missing value for {}", context));
        for (std::size_t i = 1; i < pipe.commands.size(); ++i) {
            const Term::Kind first = pipe.commands[i].words.front().kind;
            if (first == Term::Kind::literal || first == Term::Kind::dot || first == Term::Kind::nil)
                return tokens_.complain(fmt::format("non executable command in pipeline stage {}", i + 1));
        }
        return {};
    }

    /// `$a :=`, `$a, $b :=`; anything else is left for the commands.
    Status read_variables(Pipe& pipe, std::string_view context) {
        while (tokens_.peek_word().kind == Kind::variable) {
            const std::size_t begin = tokens_.place();
            const std::string name = tokens_.take().text;
            const Token& behind = tokens_.peek_word();
            const bool set = behind.kind == Kind::assign || behind.kind == Kind::declare;
            const bool list = behind.kind == Kind::other && behind.text == ",";
            if (!set && !list) {
                tokens_.back_to(begin);
                return {};
            }
            tokens_.take();
            pipe.assigns = behind.kind == Kind::assign;
            pipe.variables.push_back(name);
            tokens_.variables.push_back(name);
            if (set) return {};
            if (context != "range" || pipe.variables.size() > 1)
                return tokens_.complain(fmt::format("too many declarations in {}", context));
            const Kind following = tokens_.peek_word().kind;
            if (following != Kind::variable && following != Kind::close && following != Kind::close_paren)
                return tokens_.complain("range can only initialize variables");
        }
        return {};
    }

    Result<Command> read_command() {
        Command command{.at = tokens_.peek_word().at};
        while (true) {
            const Token& word = tokens_.peek_word();
            if (begins_operand(word.kind, word)) {
                auto operand = read_operand();
                if (!operand) return std::unexpected(operand.error());
                command.words.push_back(*std::move(operand));
            }
            const Token& behind = tokens_.take();
            if (behind.kind == Kind::space) continue;
            if (behind.kind == Kind::pipe) break;
            if (behind.kind != Kind::close && behind.kind != Kind::close_paren)
                return tokens_.unexpected(behind, "operand");
            tokens_.back_to(tokens_.place() - 1);
            break;
        }
        if (command.words.empty()) return tokens_.complain("empty command");
        return command;
    }

    /// A term and the fields of it that follow at once.
    Result<Term> read_operand() {
        auto term = read_term();
        if (!term || tokens_.peek().kind != Kind::field) return term;
        const std::size_t at = tokens_.peek().at;
        std::vector<std::string> names;
        while (tokens_.peek().kind == Kind::field) names.push_back(tokens_.take().text.substr(1));
        switch (term->kind) {
            case Term::Kind::field:
            case Term::Kind::variable:
                term->at = at;
                term->names.insert(term->names.end(), names.begin(), names.end());
                return term;
            case Term::Kind::literal:
            case Term::Kind::nil:
            case Term::Kind::dot:
                return tokens_.complain(
                    fmt::format("unexpected . after term {}", api::quote(source_of(*term))));
            default:
                return Term{.kind = Term::Kind::chain,
                            .at = at,
                            .names = std::move(names),
                            .base = std::make_shared<const Term>(*std::move(term))};
        }
    }

    Result<Term> read_term() {
        const Token found = tokens_.take();
        switch (found.kind) {
            case Kind::identifier:
                if (find_function(found.text) == nullptr)
                    return tokens_.complain(fmt::format("function {} not defined", api::quote(found.text)));
                return Term{.kind = Term::Kind::function, .at = found.at, .names = {found.text}};
            case Kind::variable:
                if (std::ranges::find(tokens_.variables, found.text) == tokens_.variables.end())
                    return tokens_.complain(fmt::format("undefined variable {}", api::quote(found.text)));
                return Term{.kind = Term::Kind::variable, .at = found.at, .names = {found.text}};
            case Kind::field:
                return Term{.kind = Term::Kind::field, .at = found.at, .names = {found.text.substr(1)}};
            case Kind::open_paren: {
                auto pipe = read("parenthesized pipeline", Kind::close_paren);
                if (!pipe) return std::unexpected(pipe.error());
                return Term{.kind = Term::Kind::pipe, .at = (*pipe)->at, .pipe = *std::move(pipe)};
            }
            case Kind::keyword:
                return Term{.kind = found.text == "." ? Term::Kind::dot : Term::Kind::nil, .at = found.at};
            default:
                return read_literal(found);
        }
    }

    Result<Term> read_literal(const Token& found) {
        Term term{.kind = Term::Kind::literal, .at = found.at, .source = found.text};
        if (found.kind == Kind::boolean) {
            term.value = Value::made(api::Node(found.text == "true"));
            return term;
        }
        if (found.kind == Kind::text_literal) {
            auto text = unquoted(found.text);
            if (!text) return tokens_.complain(text.error().message);
            term.value = Value::made(api::Node(*std::move(text)));
            return term;
        }
        auto number = found.kind == Kind::character ? character_value(found.text) : number_value(found.text);
        if (!number) return tokens_.complain(number.error().message);
        term.value = *std::move(number);
        return term;
    }

    TokenReader& tokens_;
};

}  // namespace

Result<std::shared_ptr<const Pipe>> read_pipe(TokenReader& tokens, std::string_view context,
                                              Token::Kind end) {
    return PipeReader(tokens).read(context, end);
}

}  // namespace hooklet::templates

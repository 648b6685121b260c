// SPDX-License-Identifier: Apache-2.0
#include "templates/parser.hpp"

#include "api/issue.hpp"
#include "templates/literals.hpp"
#include "templates/pipe_reader.hpp"
#include "templates/token_reader.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace hooklet::templates {

namespace {

using Kind = Token::Kind;

/// What a body ends with.
struct BodyEnd {
    bool otherwise = false;  ///< `else`, not `end`
    std::string chained{};   ///< `else if`: the word behind, which has not been read yet.

    [[nodiscard]] std::string shown() const { return otherwise ? "{{else}}" : "{{end}}"; }
};

bool is_blank(const Body& body) {
    return std::ranges::all_of(body, [](const Part& part) {
        return part.kind == Part::Kind::text &&
               part.text.find_first_not_of(" \t\r\n\v\f") == std::string::npos;
    });
}

class Parser {
  public:
    explicit Parser(std::string_view text) : tokens_(text) { templates_.source = text; }

    Result<Templates> read() {
        Body body;
        while (tokens_.peek().kind != Kind::end) {
            if (tokens_.at_action("define")) {
                if (const Status defined = read_definition(); !defined)
                    return std::unexpected(defined.error());
                continue;
            }
            const auto end = read_part(body);
            if (!end) return std::unexpected(end.error());
            if (*end) return tokens_.complain(fmt::format("unexpected {}", (*end)->shown()));
        }
        if (const Status added = add(main_template, std::move(body)); !added)
            return std::unexpected(added.error());
        return std::move(templates_);
    }

  private:
    Status expect_close(std::string_view context) {
        const Token& found = tokens_.take_word();
        if (found.kind != Kind::close) return tokens_.unexpected(found, context);
        return {};
    }

    Status add(const std::string& name, Body body) {
        const auto there = templates_.bodies.find(name);
        if (there == templates_.bodies.end() || is_blank(there->second)) {
            templates_.bodies[name] = std::move(body);
        } else if (!is_blank(body)) {
            return tokens_.complain("template: multiple definition of template " + api::quote(name));
        }
        return {};
    }

    Result<std::string> read_name(std::string_view context) {
        const Token& found = tokens_.take_word();
        if (found.kind != Kind::text_literal) return tokens_.unexpected(found, context);
        auto name = unquoted(found.text);
        if (!name) return tokens_.complain(name.error().message);
        return name;
    }

    Status read_definition() {
        constexpr std::string_view context = "define clause";
        tokens_.take();
        tokens_.take_word();
        const auto name = read_name(context);
        if (!name) return std::unexpected(name.error());
        if (const Status closed = expect_close(context); !closed) return closed;
        return read_named_body(*name, context);
    }

    /// The body of another template: it knows no variables of this one.
    Status read_named_body(const std::string& name, std::string_view context) {
        std::vector<std::string> outer = std::exchange(tokens_.variables, {"$"});
        const int loops = std::exchange(loops_, 0);
        Body body;
        const auto end = read_body(body);
        if (!end) return std::unexpected(end.error());
        if (end->otherwise)
            return tokens_.complain(fmt::format("unexpected {} in {}", end->shown(), context));
        tokens_.variables = std::move(outer);
        loops_ = loops;
        return add(name, std::move(body));
    }

    Result<BodyEnd> read_body(Body& body) {
        if (++tokens_.depth > deepest_nesting) return tokens_.complain("nested too deeply");
        while (tokens_.peek_word().kind != Kind::end) {
            const auto end = read_part(body);
            if (!end) return std::unexpected(end.error());
            if (!*end) continue;
            --tokens_.depth;
            return **end;
        }
        return tokens_.complain("unexpected EOF");
    }

    /// A text or an action; or the end of what is around it.
    Result<std::optional<BodyEnd>> read_part(Body& body) {
        const Token found = tokens_.take_word();
        if (found.kind == Kind::text) {
            body.push_back({.kind = Part::Kind::text, .at = found.at, .text = found.text});
            return std::nullopt;
        }
        if (found.kind != Kind::open) return tokens_.unexpected(found, "input");
        tokens_.action_line = found.line;
        auto end = read_action(body);
        tokens_.action_line = 0;
        return end;
    }

    Result<std::optional<BodyEnd>> read_action(Body& body) {
        const Token word = tokens_.peek_word();
        if (word.is_keyword("end") || word.is_keyword("else")) return read_end();
        auto part = read_part_of(word);
        if (!part) return std::unexpected(part.error());
        body.push_back(*std::move(part));
        return std::nullopt;
    }

    Result<std::optional<BodyEnd>> read_end() {
        const std::string word = tokens_.take().text;
        BodyEnd end{.otherwise = word == "else"};
        const Token& behind = tokens_.peek_word();
        if (end.otherwise && (behind.is_keyword("if") || behind.is_keyword("with"))) {
            end.chained = behind.text;
            return end;
        }
        if (const Status closed = expect_close(word); !closed) return std::unexpected(closed.error());
        return end;
    }

    Result<Part> read_part_of(const Token& word) {
        for (const char* control : {"if", "with", "range"}) {
            if (word.is_keyword(control)) return read_control();
        }
        if (word.is_keyword("break") || word.is_keyword("continue")) return read_jump();
        if (word.is_keyword("template") || word.is_keyword("block")) return read_call();
        Part action{.kind = Part::Kind::action, .at = word.at};
        auto pipe = read_pipe(tokens_, "command", Kind::close);
        if (!pipe) return std::unexpected(pipe.error());
        action.pipe = *std::move(pipe);
        return action;
    }

    Result<Part> read_jump() {
        const Token word = tokens_.take();
        const std::string shown = fmt::format("{{{{{}}}}}", word.text);
        if (const Status closed = expect_close(shown); !closed) return std::unexpected(closed.error());
        if (loops_ == 0) return tokens_.complain(shown + " outside {{range}}");
        return Part{.kind = word.text == "break" ? Part::Kind::leave_loop : Part::Kind::next_turn,
                    .at = word.at};
    }

    /// `template NAME PIPE`, and `block`, which defines it too.
    Result<Part> read_call() {
        const bool block = tokens_.take().text == "block";
        const std::string context = block ? "block clause" : "template clause";
        const std::size_t at = tokens_.peek_word().at;
        auto name = read_name(context);
        if (!name) return std::unexpected(name.error());
        Part call{.kind = Part::Kind::call, .at = at, .text = *name};
        if (!block && tokens_.peek_word().kind == Kind::close) {
            tokens_.take();
            return call;
        }
        auto pipe = read_pipe(tokens_, context, Kind::close);
        if (!pipe) return std::unexpected(pipe.error());
        call.pipe = *std::move(pipe);
        if (!block) return call;
        if (const Status read = read_named_body(*name, context); !read) return std::unexpected(read.error());
        return call;
    }

    /// `if`, `with` and `range`, with all that belongs to them.
    Result<Part> read_control() {
        const std::size_t known = tokens_.variables.size();
        const std::string word = tokens_.take().text;
        auto pipe = read_pipe(tokens_, word, Kind::close);
        if (!pipe) return std::unexpected(pipe.error());
        Part part{.kind = word == "if"     ? Part::Kind::choice
                          : word == "with" ? Part::Kind::with
                                           : Part::Kind::range,
                  .at = (*pipe)->at,
                  .pipe = *pipe};
        if (word == "range") ++loops_;
        const auto end = read_body(part.body);
        if (!end) return std::unexpected(end.error());
        if (word == "range") --loops_;
        if (const Status read = read_otherwise(*end, word, part.otherwise); !read)
            return std::unexpected(read.error());
        tokens_.variables.resize(known);
        return part;
    }

    Status read_otherwise(const BodyEnd& end, const std::string& word, Body& body) {
        if (!end.otherwise) return {};
        if (!end.chained.empty() && end.chained == word) {
            // One `end` is enough for the whole chain.
            if (++tokens_.depth > deepest_nesting) return tokens_.complain("nested too deeply");
            auto chained = read_control();
            if (!chained) return std::unexpected(chained.error());
            --tokens_.depth;
            body.push_back(*std::move(chained));
            return {};
        }
        const auto last = read_body(body);
        if (!last) return std::unexpected(last.error());
        if (last->otherwise) return tokens_.complain("expected end; found " + last->shown());
        return {};
    }

    TokenReader tokens_;
    int loops_ = 0;
    Templates templates_;
};

}  // namespace

Result<Templates> parse(std::string_view text) {
    return Parser(text).read();
}

}  // namespace hooklet::templates

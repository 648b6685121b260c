// SPDX-License-Identifier: Apache-2.0
#include "adapters/yaml/yaml.hpp"

#include "adapters/yaml/scalar.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

namespace hooklet::yaml {

using api::Issue;
using api::Member;
using api::Node;
using api::ParseLimits;

namespace {

/// Leaves the parser's callbacks, which cannot return a failure. Caught in parse().
struct Stop {
    Issue issue;
};

Issue syntax(int line, std::string message) {
    return {.line = line, .message = "YAML: " + std::move(message), .reason = api::Reason::syntax};
}

int line_at(const YAML::Mark& mark) {
    return mark.line + 1;
}

std::size_t count_nodes(const Node& node) {
    std::size_t count = 1;
    if (const auto* items = node.as_array()) {
        for (const Node& item : *items) count += count_nodes(item);
    } else if (const auto* members = node.as_object()) {
        for (const Member& member : *members) count += count_nodes(member.value);
    }
    return count;
}

/// Adds the members of `source` that `target` does not have.
void merge_into(Node::Object& target, const Node& source, int line) {
    if (const auto* list = source.as_array()) {
        for (const Node& item : *list) merge_into(target, item, line);
        return;
    }
    const auto* members = source.as_object();
    if (members == nullptr) throw Stop{syntax(line, "a merge key (<<) needs a map or a list of maps")};
    for (const Member& member : *members) {
        const bool has =
            std::any_of(target.begin(), target.end(), [&](const Member& m) { return m.key == member.key; });
        if (!has) target.push_back(member);
    }
}

/// Where the quoted scalar that begins at `start` ends; npos when it does not.
std::size_t quote_end(std::string_view text, std::size_t start) {
    const char quote = text[start];
    for (std::size_t i = start + 1; i < text.size(); ++i) {
        if (quote == '"' && text[i] == '\\')
            ++i;
        else if (quote == '\'' && text.substr(i, 2) == "''")
            ++i;
        else if (text[i] == quote)
            return i;
    }
    return std::string_view::npos;
}

/// Whether the quoted scalar that begins at `start` ends before the text does; yaml-cpp lets the end of the
/// text end it.
bool is_closed(std::string_view text, std::size_t start) {
    if (start >= text.size() || (text[start] != '"' && text[start] != '\'')) return true;
    return quote_end(text, start) != std::string_view::npos;
}

/// Whether the list or map in flow style that begins at `start` ends before the text does.
bool is_flow_closed(std::string_view text, std::size_t start) {
    int open = 0;
    for (std::size_t i = start; i < text.size(); ++i) {
        const bool begins = i == 0 || std::string_view(" \t\n[]{},:").contains(text[i - 1]);
        if (text[i] == '[' || text[i] == '{') ++open;
        if ((text[i] == ']' || text[i] == '}') && --open == 0) return true;
        if (begins && text[i] == '#') i = std::min(text.find('\n', i), text.size());
        if (begins && i < text.size() && (text[i] == '"' || text[i] == '\''))
            i = std::min(quote_end(text, i), text.size());
    }
    return false;
}

/// Builds one document's tree from the parser's events.
class TreeBuilder : public YAML::EventHandler {
  public:
    TreeBuilder(std::string_view text, const ParseLimits& limits)
        : text_(text), limits_(limits), nodes_left_(limits.nodes) {}

    Node take_document() { return std::exchange(root_, Node{}); }

    void OnDocumentStart(const YAML::Mark&) override { anchors_.clear(); }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { scalar(Node{}, mark, anchor); }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        const auto found = anchors_.find(anchor);
        if (found == anchors_.end()) throw Stop{syntax(line_at(mark), "an anchor is used inside itself")};
        charge(count_nodes(found->second), line_at(mark));
        add(found->second, line_at(mark), 0);
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override {
        const bool merge = (tag == "?" && value == "<<") || tag == "tag:yaml.org,2002:merge";
        if (merge && expects_key()) {
            open_.back().key_state = Key::merge;
            open_.back().key_line = line_at(mark);
            return;
        }
        if (tag == "!" && !is_closed(text_, static_cast<std::size_t>(mark.pos))) {
            throw Stop{syntax(line_at(mark), "the quote that begins here is not closed")};
        }
        std::expected<Node, std::string> resolved = resolve_tagged(tag, value);
        if (!resolved) throw Stop{syntax(line_at(mark), std::move(resolved.error()))};
        scalar(*std::move(resolved), mark, anchor);
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        begin(Node::array(), mark, anchor);
    }
    void OnSequenceEnd() override { end(); }
    void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        begin(Node::object(), mark, anchor);
    }
    void OnMapEnd() override { end(); }

  private:
    enum class Key { none, given, merge };
    struct Open {
        Node container;
        YAML::anchor_t anchor = 0;
        Key key_state = Key::none;
        std::string key;
        int key_line = 0;
        std::vector<std::pair<Node, int>> merges;
    };

    bool expects_key() const {
        return !open_.empty() && open_.back().container.as_object() != nullptr &&
               open_.back().key_state == Key::none;
    }

    void charge(std::size_t nodes, int line) {
        if (nodes > nodes_left_) throw Stop{syntax(line, fmt::format("more than {} values", limits_.nodes))};
        nodes_left_ -= nodes;
    }

    void scalar(Node node, const YAML::Mark& mark, YAML::anchor_t anchor) {
        charge(1, line_at(mark));
        node.line = line_at(mark);
        add(std::move(node), line_at(mark), anchor);
    }

    void begin(Node container, const YAML::Mark& mark, YAML::anchor_t anchor) {
        const int line = line_at(mark);
        if (expects_key()) throw Stop{syntax(line, key_problem(static_cast<std::size_t>(mark.pos)))};
        if (open_.size() >= limits_.depth)
            throw Stop{syntax(line, fmt::format("nested deeper than {}", limits_.depth))};
        charge(1, line);
        container.line = line;
        open_.push_back({.container = std::move(container), .anchor = anchor, .key = {}, .merges = {}});
    }

    /// yaml-cpp takes a list that is not closed for a key.
    std::string key_problem(std::size_t start) const {
        const bool flow = start < text_.size() && (text_[start] == '[' || text_[start] == '{');
        if (!flow || is_flow_closed(text_, start)) return "a map or a list cannot be a key";
        return fmt::format("the {} that begins here is not closed", text_[start]);
    }

    void end() {
        Open done = std::move(open_.back());
        open_.pop_back();
        for (const auto& [source, line] : done.merges)
            merge_into(*done.container.as<Node::Object>(), source, line);
        const int line = done.container.line;
        add(std::move(done.container), line, done.anchor);
    }

    /// Puts a finished value where it belongs: the document, an array, or a map (as its key or its value).
    void add(Node node, int line, YAML::anchor_t anchor) {
        if (anchor != 0) {
            charge(count_nodes(node), line);
            anchors_[anchor] = node;
        }
        if (open_.empty()) {
            root_ = std::move(node);
            return;
        }
        Open& parent = open_.back();
        if (auto* items = parent.container.as<Node::Array>()) {
            node.line = line;
            items->push_back(std::move(node));
        } else if (parent.key_state == Key::none) {
            set_key(parent, node, line);
        } else {
            set_value(parent, std::move(node));
        }
    }

    /// JSON has string keys only: other scalars become their text.
    static void set_key(Open& parent, const Node& node, int line) {
        if (const auto* s = node.as_string())
            parent.key = *s;
        else if (const auto* i = node.as_int())
            parent.key = std::to_string(*i);
        else if (const auto* b = node.as_bool())
            parent.key = *b ? "true" : "false";
        else if (const auto* r = node.as<api::Real>())
            parent.key = r->text;
        else
            throw Stop{syntax(line, "null, a map or a list cannot be a key")};
        parent.key_state = Key::given;
        parent.key_line = line;
    }

    static void set_value(Open& parent, Node node) {
        if (const auto* real = node.as<api::Real>(); real != nullptr && !std::isfinite(real->value)) {
            throw Stop{syntax(node.line, real->text + " cannot be written as JSON")};
        }
        if (parent.key_state == Key::merge) {
            parent.merges.emplace_back(std::move(node), parent.key_line);
        } else {
            parent.container.as<Node::Object>()->push_back(
                {std::move(parent.key), std::move(node), parent.key_line});
        }
        parent.key_state = Key::none;
    }

    std::string_view text_;
    const ParseLimits& limits_;
    std::size_t nodes_left_;
    Node root_;
    std::vector<Open> open_;
    std::map<YAML::anchor_t, Node> anchors_;
};

/// Other encodings begin with a mark of byte order, or with an ASCII character of several bytes.
bool in_wide_characters(std::string_view text) {
    return text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF") || text.substr(0, 2).contains('\0');
}

/// The parser itself takes other bytes for Latin-1, and stumbles over control characters later.
std::optional<Issue> find_no_text(std::string_view text) {
    int line = 1;
    while (!text.empty()) {
        const auto c = static_cast<unsigned char>(text.front());
        const std::size_t length = utf8_sequence(text);
        if (length == 0) return syntax(line, fmt::format("byte 0x{:02x} is not UTF-8", c));
        const bool blank = c == '\t' || c == '\n' || c == '\r';
        if ((c < 0x20 && !blank) || c == 0x7F)
            return syntax(line, fmt::format("control character 0x{:02x}", c));
        if (c == '\n') ++line;
        text.remove_prefix(length);
    }
    return std::nullopt;
}

/// What the parser says is wrong. An unknown anchor is named by yaml-cpp 0.8 and not by 0.7.
std::string words_of(const YAML::Exception& error) {
    constexpr std::string_view unknown_anchor = "the referenced anchor is not defined";
    return error.msg.starts_with(unknown_anchor) ? std::string(unknown_anchor) : error.msg;
}

}  // namespace

std::expected<std::vector<Node>, Issue> parse(std::string_view text, const ParseLimits& limits) {
    if (text.size() > limits.bytes)
        return std::unexpected(syntax(0, fmt::format("longer than {} bytes", limits.bytes)));
    if (!in_wide_characters(text)) {
        if (std::optional<Issue> issue = find_no_text(text)) return std::unexpected(*std::move(issue));
    }
    std::istringstream stream{std::string(text)};
    std::vector<Node> documents;
    TreeBuilder builder(text, limits);
    try {
        YAML::Parser parser(stream);
        while (parser.HandleNextDocument(builder)) documents.push_back(builder.take_document());
    } catch (const YAML::Exception& error) {
        return std::unexpected(syntax(line_at(error.mark), words_of(error)));
    } catch (const Stop& stop) {
        return std::unexpected(stop.issue);
    }
    return documents;
}

std::expected<std::vector<Node>, Issue> parse_documents(std::string_view text) {
    return parse(text, {});
}

}  // namespace hooklet::yaml

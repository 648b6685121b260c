// SPDX-License-Identifier: Apache-2.0
#include "api/json.hpp"

#include "api/wrong_json.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include <boost/json/basic_parser_impl.hpp>
#include <fmt/format.h>

namespace hooklet::api {

namespace {

namespace json = boost::json;
using boost::json::error_code;
using View = boost::json::string_view;

/// Builds the tree from the parser's events. `line` is the line being fed.
struct TreeBuilder {
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);

    struct Open {
        Node container;
        std::string key;
        int key_line = 0;
    };
    std::vector<Open> open;
    Node root;
    std::string text;  ///< of the string, key or number that came in parts
    int line = 1;
    std::size_t nodes_left = 0;

    bool add(Node node, error_code& ec, int at_line) {
        if (nodes_left == 0) {
            ec = json::error::array_too_large;
            return false;
        }
        --nodes_left;
        node.line = at_line;
        if (open.empty()) {
            root = std::move(node);
        } else if (auto* items = open.back().container.as<Node::Array>()) {
            items->push_back(std::move(node));
        } else {
            Open& parent = open.back();
            parent.container.as<Node::Object>()->push_back(
                {std::move(parent.key), std::move(node), parent.key_line});
        }
        return true;
    }
    bool begin(Node container) {
        container.line = line;
        open.push_back({std::move(container), {}, 0});
        return true;
    }
    bool end(error_code& ec) {
        Node done = std::move(open.back().container);
        open.pop_back();
        const int began = done.line;
        return add(std::move(done), ec, began);
    }
    bool part(View s) {
        text.append(s.data(), s.size());
        return true;
    }
    std::string take(View s) {
        part(s);
        return std::exchange(text, {});
    }

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_array_begin(error_code&) { return begin(Node::array()); }
    bool on_array_end(std::size_t, error_code& ec) { return end(ec); }
    bool on_object_begin(error_code&) { return begin(Node::object()); }
    bool on_object_end(std::size_t, error_code& ec) { return end(ec); }
    bool on_string_part(View s, std::size_t, error_code&) { return part(s); }
    bool on_string(View s, std::size_t, error_code& ec) { return add(Node(take(s)), ec, line); }
    bool on_key_part(View s, std::size_t, error_code&) { return part(s); }
    bool on_key(View s, std::size_t, error_code&) {
        open.back().key = take(s);
        open.back().key_line = line;
        return true;
    }
    bool on_number_part(View s, error_code&) { return part(s); }
    bool on_int64(std::int64_t i, View s, error_code& ec) {
        take(s);
        return add(Node(i), ec, line);
    }
    bool on_uint64(std::uint64_t u, View s, error_code& ec) {
        return add(Node(Real{static_cast<double>(u), take(s)}), ec, line);
    }
    bool on_double(double d, View s, error_code& ec) { return add(Node(Real{d, take(s)}), ec, line); }
    bool on_bool(bool b, error_code& ec) { return add(Node(b), ec, line); }
    bool on_null(error_code& ec) { return add(Node{}, ec, line); }
    bool on_comment_part(View, error_code&) { return true; }
    bool on_comment(View, error_code&) { return true; }
};

std::unexpected<Issue> syntax(int line, std::string message) {
    return std::unexpected(Issue{.line = line, .message = std::move(message), .reason = Reason::syntax});
}

/// Takes one line with its line feed off the front of `text`.
std::string_view take_line(std::string_view& text) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end == std::string_view::npos ? text.size() : end + 1);
    text.remove_prefix(line.size());
    return line;
}

/// What is wrong after `read` bytes of `line`, a part of `text`, and in which character of the line.
std::string problem_at(std::string_view text, std::string_view line, std::size_t read, const error_code& ec) {
    std::string_view before = line.substr(0, read);
    if (before.ends_with('\n')) before.remove_suffix(1);
    const auto column = 1 + std::ranges::count_if(before, [](char c) { return (c & 0xC0) != 0x80; });
    const bool place_tells = ec == json::error::syntax || ec == json::error::incomplete;
    const auto offset = static_cast<std::size_t>(line.data() - text.data()) + read;
    return fmt::format("JSON: column {}: {}", column,
                       place_tells ? json_problem(text, offset) : ec.message());
}

void append_escaped(std::string& out, char c) {
    switch (c) {
        case '"':
            out += "\\\"";
            break;
        case '\\':
            out += "\\\\";
            break;
        case '\n':
            out += "\\n";
            break;
        case '\r':
            out += "\\r";
            break;
        case '\t':
            out += "\\t";
            break;
        default:
            if (static_cast<unsigned char>(c) < 0x20)
                out += fmt::format("\\u{:04x}", static_cast<int>(c));
            else
                out += c;
    }
}

void append_escaped(std::string& out, std::string_view text) {
    constexpr std::string_view replacement_character = "\xEF\xBF\xBD";
    out += '"';
    while (!text.empty()) {
        const std::size_t length = utf8_sequence(text);
        if (length == 0) {
            out += replacement_character;
        } else if (length == 1) {
            append_escaped(out, text.front());
        } else {
            out += text.substr(0, length);
        }
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    out += '"';
}

class Writer {
  public:
    explicit Writer(JsonStyle style) : pretty_(style == JsonStyle::pretty) {}

    void value(const Node& node, int depth) {
        if (const auto* b = node.as_bool())
            out += *b ? "true" : "false";
        else if (const auto* i = node.as_int())
            out += std::to_string(*i);
        else if (const auto* r = node.as<Real>())
            out += r->text;
        else if (const auto* s = node.as_string())
            append_escaped(out, *s);
        else if (const auto* items = node.as_array())
            array(*items, depth);
        else if (const auto* members = node.as_object())
            object(*members, depth);
        else
            out += "null";
    }

    std::string out;

  private:
    void array(const Node::Array& items, int depth) {
        out += '[';
        for (std::size_t i = 0; i < items.size(); ++i) {
            separate(i, depth + 1);
            value(items[i], depth + 1);
        }
        close(']', items.empty(), depth);
    }
    void object(const Node::Object& members, int depth) {
        out += '{';
        for (std::size_t i = 0; i < members.size(); ++i) {
            separate(i, depth + 1);
            append_escaped(out, members[i].key);
            out += pretty_ ? ": " : ":";
            value(members[i].value, depth + 1);
        }
        close('}', members.empty(), depth);
    }
    void separate(std::size_t index, int depth) {
        if (index > 0) out += ',';
        new_line(depth);
    }
    void close(char bracket, bool empty, int depth) {
        if (!empty) new_line(depth);
        out += bracket;
    }
    void new_line(int depth) {
        if (!pretty_) return;
        out += '\n';
        out.append(static_cast<std::size_t>(depth) * 2, ' ');
    }

    bool pretty_;
};

}  // namespace

std::expected<Node, Issue> parse_json(std::string_view text, const ParseLimits& limits) {
    if (text.size() > limits.bytes) return syntax(0, fmt::format("longer than {} bytes", limits.bytes));
    json::parse_options options;
    options.max_depth = limits.depth;
    json::basic_parser<TreeBuilder> parser(options);
    TreeBuilder& tree = parser.handler();
    tree.nodes_left = limits.nodes;
    error_code ec;
    std::string_view rest = text;
    bool more = true;
    while (more) {
        const std::string_view line = take_line(rest);
        more = !rest.empty();
        const std::size_t read = parser.write_some(more, line.data(), line.size(), ec);
        if (!ec && read < line.size()) ec = json::error::extra_data;
        if (ec == json::error::too_deep)
            return syntax(tree.line, fmt::format("JSON: nested deeper than {}", limits.depth));
        if (ec == json::error::array_too_large)
            return syntax(tree.line, fmt::format("JSON: more than {} values", limits.nodes));
        if (ec) return syntax(tree.line, problem_at(text, line, read, ec));
        ++tree.line;
    }
    return std::move(tree.root);
}

std::string write_json(const Node& node, JsonStyle style) {
    Writer writer(style);
    writer.value(node, 0);
    return std::move(writer.out);
}

}  // namespace hooklet::api

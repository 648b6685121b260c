// SPDX-License-Identifier: Apache-2.0
#include "client/yaml_text.hpp"

#include "api/json.hpp"
#include "base/ascii.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <boost/algorithm/string/case_conv.hpp>

namespace hooklet::client {

namespace {

using api::Node;

/// Whether a reader would take the plain text for a number, a time, a boolean or nothing.
bool is_another_value(const std::string& text) {
    constexpr std::array<std::string_view, 12> words{"true", "false", "yes", "no",   "on",   "off",
                                                     "y",    "n",     "~",   "null", ".nan", ".inf"};
    const std::string lower = boost::algorithm::to_lower_copy(text);
    if (std::ranges::find(words, lower) != words.end()) return true;
    const std::size_t sign = text.starts_with('-') || text.starts_with('+') ? 1 : 0;
    const std::string_view rest = std::string_view(text).substr(sign);
    if (rest.empty() || rest.find_first_of("0123456789") == std::string_view::npos) return false;
    // Everything that numbers and times of day or of the calendar are made of.
    const bool begins = is_digit(rest[0]) || rest[0] == '.';
    const bool all = rest.find_first_not_of("0123456789abcdefABCDEFxXoOeE+-.:_TZ") == std::string_view::npos;
    return begins && all;
}

bool is_plain(const std::string& text) {
    constexpr std::string_view first = "-?:,[]{}#&*!|>'\"%@` ";
    if (first.contains(text.front())) {
        const bool word = std::string_view("-?:").contains(text.front()) && text.size() > 1 && text[1] != ' ';
        if (!word) return false;
    }
    return !text.contains(": ") && !text.contains(" #") && !text.ends_with(':') && !text.ends_with(' ');
}

bool has_controls(std::string_view text, bool line_breaks_are_fine) {
    return std::ranges::any_of(text, [line_breaks_are_fine](char c) {
        return (static_cast<unsigned char>(c) < 0x20 && !(line_breaks_are_fine && c == '\n')) || c == 0x7f;
    });
}

class Writer {
  public:
    void value(const Node& node, std::size_t depth) {
        if (const auto* members = node.as_object(); members != nullptr && !members->empty()) {
            text += '\n';
            object(*members, depth);
        } else if (const auto* array = node.as_array(); array != nullptr && !array->empty()) {
            text += '\n';
            list(*array, depth == 0 ? 0 : depth - 1);
        } else {
            text += ' ';
            scalar(node, depth);
            text += '\n';
        }
    }
    void object(const Node::Object& members, std::size_t depth, bool first_is_indented = true) {
        std::vector<const api::Member*> sorted;
        for (const api::Member& member : members) sorted.push_back(&member);
        std::ranges::sort(sorted, {}, &api::Member::key);
        for (const api::Member* member : sorted) {
            if (member != sorted.front() || first_is_indented) indent(depth);
            scalar(Node(member->key), depth);
            text += ':';
            value(member->value, depth + 1);
        }
    }
    void scalar(const Node& node, std::size_t depth) {
        const std::string* string = node.as_string();
        if (string == nullptr) {
            text += api::write_json(node);
        } else if (!string->empty() && string->contains('\n') && !has_controls(*string, true) &&
                   !string->starts_with(' ') && !string->starts_with('\n')) {
            block(*string, depth);
        } else if (string->empty() || has_controls(*string, false) || is_another_value(*string)) {
            text += api::write_json(node);
        } else if (is_plain(*string)) {
            text += *string;
        } else {
            single_quoted(*string);
        }
    }

    std::string text;

  private:
    void indent(std::size_t depth) { text.append(2 * depth, ' '); }

    void list(const Node::Array& items, std::size_t depth) {
        for (const Node& item : items) {
            indent(depth);
            text += '-';
            if (const auto* members = item.as_object(); members != nullptr && !members->empty()) {
                text += ' ';
                object(*members, depth + 1, false);
            } else if (const auto* inner = item.as_array(); inner != nullptr && !inner->empty()) {
                text += '\n';
                list(*inner, depth + 1);
            } else {
                value(item, depth + 1);
            }
        }
    }
    /// The lines as they are, without the last line's break.
    void block(std::string_view string, std::size_t depth) {
        const bool ends = string.ends_with('\n');
        if (ends) string.remove_suffix(1);
        text += !ends ? "|-" : string.ends_with('\n') ? "|+" : "|";
        while (true) {
            const std::size_t end = string.find('\n');
            text += '\n';
            if (end != 0 && !string.empty()) indent(std::max<std::size_t>(depth, 1));
            text += string.substr(0, end);
            if (end == std::string_view::npos) return;
            string.remove_prefix(end + 1);
        }
    }
    void single_quoted(std::string_view string) {
        text += '\'';
        for (const char c : string) text += c == '\'' ? std::string("''") : std::string(1, c);
        text += '\'';
    }
};

}  // namespace

std::string write_yaml(const api::Node& document) {
    Writer writer;
    if (const auto* members = document.as_object(); members != nullptr && !members->empty()) {
        writer.object(*members, 0);
    } else {
        writer.value(document, 0);
        writer.text.erase(0, 1);
    }
    return writer.text;
}

}  // namespace hooklet::client

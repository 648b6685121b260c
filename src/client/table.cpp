// SPDX-License-Identifier: Apache-2.0
#include "client/table.hpp"

#include "client/columns.hpp"
#include "client/document.hpp"

#include <algorithm>
#include <cctype>

namespace hooklet::client {

namespace {

constexpr std::size_t gap = 3;
constexpr std::size_t narrowest = 6;
/// Each event has the width of the longest, MODIFIED, whichever come.
constexpr std::size_t longest_event = 8;

std::string upper_case(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::toupper(c); });
    return text;
}

/// A row is one line.
std::string first_line(std::string text) {
    const std::size_t end = text.find_first_of("\f\n\r");
    return end == std::string::npos ? text : text.substr(0, end) + "...";
}

std::string labels_of(const api::Node& object) {
    const api::Node* labels = find(object, "metadata.labels");
    std::string text;
    if (labels == nullptr || labels->as_object() == nullptr) return "<none>";
    for (const api::Member& label : *labels->as_object())
        text += (text.empty() ? "" : ",") + label.key + "=" + shown(label.value);
    return text.empty() ? "<none>" : text;
}

std::string label_of(const api::Node& object, const std::string& label) {
    const api::Node* labels = find(object, "metadata.labels");
    const api::Node* value = labels == nullptr ? nullptr : labels->find(label);
    return value == nullptr ? "" : shown(*value);
}

}  // namespace

void TableText::read_columns(const api::Node& table) {
    const api::Node::Array& defined = items(table, "columnDefinitions");
    if (defined.empty()) return;
    columns_.clear();
    for (std::size_t i = 0; i < defined.size(); ++i) {
        const api::Node* priority = defined[i].find("priority");
        const bool wide = priority != nullptr && priority->as_int() != nullptr && *priority->as_int() != 0;
        if (wide && !options_.wide) continue;
        columns_.push_back({text_at(defined[i], "name"), i, text_at(defined[i], "format") == "name"});
    }
}

TableText::Cells TableText::header() const {
    Cells cells;
    if (options_.namespaces) cells.emplace_back("NAMESPACE");
    for (const Column& column : columns_) cells.push_back(upper_case(column.name));
    for (const std::string& label : options_.label_columns)
        cells.push_back(upper_case(label.substr(label.rfind('/') + 1)));
    if (options_.labels) cells.emplace_back("LABELS");
    return cells;
}

TableText::Cells TableText::cells_of(const api::Node& row) const {
    static const api::Node nothing;
    const api::Node* found = row.find("object");
    const api::Node& object = found == nullptr ? nothing : *found;
    const api::Node::Array& given = items(row, "cells");
    Cells cells;
    if (options_.namespaces) cells.push_back(text_at(object, "metadata.namespace"));
    for (const Column& column : columns_) {
        std::string cell = column.cell < given.size() ? first_line(shown(given[column.cell])) : "";
        cells.push_back(column.is_name ? options_.prefix + cell : std::move(cell));
    }
    for (const std::string& label : options_.label_columns) cells.push_back(label_of(object, label));
    if (options_.labels) cells.push_back(labels_of(object));
    return cells;
}

std::string TableText::lines(const api::Node& table, std::string_view event) {
    read_columns(table);
    std::vector<Cells> lines;
    for (const api::Node& row : items(table, "rows")) {
        lines.push_back(cells_of(row));
        if (!event.empty())
            lines.back().insert(lines.back().begin(), padded(std::string(event), longest_event));
    }
    if (lines.empty()) return "";
    if (!begun_ && options_.headers) {
        lines.insert(lines.begin(), header());
        if (!event.empty()) lines.front().insert(lines.front().begin(), "EVENT");
    }
    begun_ = true;
    widths_.resize(std::max(widths_.size(), lines.front().size()), narrowest);
    for (const Cells& line : lines) {
        for (std::size_t i = 0; i < line.size(); ++i)
            widths_[i] = std::max(widths_[i], width_of(line[i]) + gap);
    }
    std::string text;
    for (const Cells& line : lines) {
        for (std::size_t i = 0; i < line.size(); ++i)
            text += i + 1 < line.size() ? padded(line[i], widths_[i]) : line[i];
        text += '\n';
    }
    return text;
}

}  // namespace hooklet::client

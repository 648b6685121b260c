// SPDX-License-Identifier: Apache-2.0
#include "client/columns.hpp"

#include <algorithm>
#include <span>

namespace hooklet::client {

namespace {

using Cells = std::vector<std::string_view>;

std::vector<std::string_view> split(std::string_view text, char at) {
    std::vector<std::string_view> parts;
    std::size_t begin = 0;
    for (std::size_t end = text.find(at); end != std::string_view::npos; end = text.find(at, begin)) {
        parts.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    parts.push_back(text.substr(begin));
    return parts;
}

class Layout {
  public:
    explicit Layout(std::size_t padding) : padding_(padding) {}

    /// The widths of the columns before this one are known.
    void lay_out(std::span<const Cells> lines) {
        const std::size_t column = widths_.size();
        const auto has_column = [column](const Cells& line) { return column + 1 < line.size(); };
        auto line = lines.begin();
        while (line != lines.end()) {
            if (!has_column(*line)) {
                print(*line++);
                continue;
            }
            const auto end = std::find_if_not(line, lines.end(), has_column);
            std::size_t width = 0;
            for (auto one = line; one != end; ++one) width = std::max(width, width_of((*one)[column]));
            widths_.push_back(width + padding_);
            lay_out(std::span(line, end));
            widths_.pop_back();
            line = end;
        }
    }

    std::string text;

  private:
    void print(const Cells& line) {
        for (std::size_t i = 0; i < line.size(); ++i)
            text += i + 1 < line.size() ? padded(line[i], widths_[i]) : std::string(line[i]);
        text += '\n';
    }

    std::size_t padding_;
    std::vector<std::size_t> widths_;
};

}  // namespace

std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string padded(std::string_view text, std::size_t width) {
    std::string out(text);
    out.append(width - std::min(width, width_of(text)), ' ');
    return out;
}

std::string align(std::string_view text, std::size_t padding) {
    std::vector<Cells> lines;
    if (text.ends_with('\n')) text.remove_suffix(1);
    for (const std::string_view line : split(text, '\n')) lines.push_back(split(line, '\t'));
    Layout layout(padding);
    layout.lay_out(lines);
    return layout.text;
}

}  // namespace hooklet::client

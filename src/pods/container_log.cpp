// SPDX-License-Identifier: Apache-2.0
#include "pods/container_log.hpp"

#include "pods/names.hpp"
#include "streams/log_filter.hpp"

#include <algorithm>
#include <vector>

namespace hooklet {

namespace {

/// With a line break at the end of a whole line; empty for what is no line of a CRI log.
std::string text_of(std::string_view line) {
    const auto parsed = parse_log_line(line);
    if (!parsed) return {};
    std::string text(parsed->text);
    if (parsed->whole) text += '\n';
    return text;
}

std::vector<std::string_view> split_lines(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        lines.push_back(text.substr(0, end));
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 1);
    }
    return lines;
}

}  // namespace

std::string log_link_name(const api::Pod& pod, const std::string& container,
                          const std::string& container_id) {
    constexpr std::size_t longest = 255;
    constexpr std::string_view extension = ".log";
    std::string name =
        pod.metadata.name + "_" + pod.metadata.namespace_ + "_" + container + "-" + container_id;
    name.resize(std::min(name.size(), longest - extension.size()));
    return name.append(extension);
}

std::string log_text(std::string_view log) {
    std::string text;
    for (const std::string_view line : split_lines(log)) text += text_of(line);
    return text;
}

std::string fallback_message(std::string_view log_tail) {
    constexpr std::size_t most_lines = 80;
    constexpr std::size_t most_bytes = 2048;
    const std::vector<std::string_view> lines = split_lines(log_tail);
    const std::size_t first = lines.size() > most_lines ? lines.size() - most_lines : 0;
    std::string text;
    for (std::size_t i = first; i < lines.size(); ++i) text += text_of(lines[i]);
    if (text.size() > most_bytes) text.erase(0, text.size() - most_bytes);
    return text;
}

std::string exit_text(std::string_view reason, std::string_view message) {
    constexpr std::size_t most_bytes = 200;
    constexpr std::string_view blanks = " \t\r\n";
    std::string text(reason);
    message = message.substr(0, message.find_last_not_of(blanks) + 1);
    message.remove_prefix(message.find_last_of('\n') + 1);
    if (message.empty()) return text;
    std::string line(message.substr(0, most_bytes));
    // No part of a character.
    while (line.size() < message.size() &&
           (static_cast<unsigned char>(message[line.size()]) & 0xc0U) == 0x80U)
        line.pop_back();
    return text.append(": ").append(line);
}

}  // namespace hooklet

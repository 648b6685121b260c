// SPDX-License-Identifier: Apache-2.0
#include "cli/image_table.hpp"

#include "insight/wording.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

namespace hooklet::cli {

namespace {

struct Row {
    std::string name;
    std::string id;
    std::string size;
    auto operator<=>(const Row&) const = default;
};

std::string short_id(std::string_view id) {
    if (id.starts_with("sha256:")) id.remove_prefix(7);
    return std::string(id.substr(0, 12));
}

/// Decimal units, as registries and other tools print image sizes.
std::string size_text(std::uint64_t bytes) {
    constexpr std::array<std::string_view, 4> units{"kB", "MB", "GB", "TB"};
    if (bytes < 1000) return fmt::format("{}B", bytes);
    auto value = static_cast<double>(bytes) / 1000;
    std::size_t unit = 0;
    for (; value >= 999.95 && unit + 1 < units.size(); ++unit) value /= 1000;
    return fmt::format("{:.1f}{}", value, units.at(unit));
}

std::vector<Row> rows_of(const std::vector<cri::Image>& images) {
    std::vector<Row> rows;
    for (const cri::Image& image : images) {
        std::vector<std::string> names = image.repo_tags.empty() ? image.repo_digests : image.repo_tags;
        if (names.empty()) names.emplace_back("<none>");
        for (std::string& name : names) {
            rows.push_back({std::move(name), short_id(image.id), size_text(image.size_bytes)});
        }
    }
    std::ranges::sort(rows);
    return rows;
}

}  // namespace

std::string image_table(const std::vector<cri::Image>& images) {
    std::vector<Row> rows = rows_of(images);
    rows.insert(rows.begin(), {"NAME", "ID", "SIZE"});
    std::size_t width = 0;
    for (const Row& row : rows) width = std::max(width, row.name.size());
    std::string text;
    for (const Row& row : rows) {
        text += fmt::format("{:<{}}   {:<12}   {:>8}\n", row.name, width, row.id, row.size);
    }
    return text;
}

std::string pulled_line(const std::string& image, const std::string& ref, Duration took) {
    return fmt::format("Pulled {} in {} ({})\n", image, insight::brief(took), ref);
}

}  // namespace hooklet::cli

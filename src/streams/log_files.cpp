// SPDX-License-Identifier: Apache-2.0
#include "streams/log_files.hpp"

#include <algorithm>
#include <string_view>

namespace hooklet {

namespace {

constexpr std::string_view compressed_suffix = ".gz";
constexpr std::string_view temporary_suffix = ".tmp";

}  // namespace

bool is_rotated_log(const std::string& name, const std::string& log) {
    return name.size() > log.size() + 1 && name.starts_with(log) && name[log.size()] == '.';
}

bool is_compressed_log(const std::string& name) {
    return name.ends_with(compressed_suffix);
}

bool is_log_in_use(const std::string& name, const std::vector<std::string>& names) {
    if (name.ends_with(temporary_suffix)) return false;
    if (is_compressed_log(name)) return true;
    return std::ranges::find(names, name + std::string(compressed_suffix)) == names.end();
}

std::vector<std::string> files_of_log(const std::string& log, const std::vector<std::string>& names) {
    std::vector<std::string> files;
    for (const std::string& name : names) {
        if (is_rotated_log(name, log) && is_log_in_use(name, names)) files.push_back(name);
    }
    std::ranges::sort(files);
    if (std::ranges::find(names, log) != names.end()) files.push_back(log);
    return files;
}

}  // namespace hooklet

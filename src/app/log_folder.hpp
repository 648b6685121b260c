// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/task.hpp"
#include "ports/file_system.hpp"
#include "ports/http_server.hpp"

#include <string>
#include <vector>

namespace hooklet::app {

/// Something in a directory of files that are shown.
struct FolderPath {
    std::string root;
    std::vector<std::string> parts{};  ///< Below it; none: the root itself.
    bool slash = false;                ///< Whether the path as asked for ends with one, as directories' do.
};

/// One name in a directory.
struct FolderEntry {
    std::string name;
    bool directory = false;
};

/// A page of links to them.
std::string folder_page(const std::vector<FolderEntry>& entries);

/// Answers with a file as it is now, or with a page that lists a directory, as Go's file server does. What
/// leads out of the root is not there (404).
Task<void> answer_log_folder(HttpExchange* exchange, FileSystem* files, FolderPath path);

}  // namespace hooklet::app

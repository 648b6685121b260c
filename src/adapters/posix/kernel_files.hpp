// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

/// Files that the kernel makes up, in /proc above all. They may vanish, or refuse to be read on, at any
/// moment because their process ends; the standard library's streams and directory iterators throw then.
namespace hooklet {

/// As much of the file as can be read; empty when it is not there.
std::string read_available(const std::string& path);

/// The names in a folder, as far as they can be listed; empty when it is not there.
std::vector<std::string> list_available(const std::string& path);

}  // namespace hooklet

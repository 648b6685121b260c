// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace hooklet::containerd {

/// Whether a program or plugin file can be executed.
using IsExecutable = std::function<bool(const std::string& path)>;

/// What was found on the machine.
struct Tools {
    std::string search_path;  ///< PATH for containerd, with the folders of system programs.
    std::string cni_plugins;
};

/// `path` with the folders that hold system programs, where missing.
std::string with_system_folders(std::string_view path);

/// The command line with which a program finds others in the folders of `path`, and does not find systemd's
/// socket.
std::vector<std::string> with_path(const std::string& path, const std::vector<std::string>& command);

/// Looks for all that a private containerd needs. Fails with not_found, naming each missing thing and the
/// Debian packages to install, all at once.
Result<Tools> find_tools(std::string_view path, const IsExecutable& is_executable);

/// Facts about this machine, and this process on it.
bool is_executable_file(const std::string& path);
/// From the text of /proc/self/status.
bool has_sys_resource(std::string_view status);
/// Mounts an overlay in a folder that it makes below `directory` and removes again.
bool overlayfs_works(const std::string& directory);

}  // namespace hooklet::containerd

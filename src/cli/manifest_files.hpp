// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/environment.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace hooklet::cli {

/// The files behind one argument: itself, `-` (standard input), or the *.yaml, *.yml and *.json files of a
/// directory by name; those of its sub-directories too when it is `recursive`. Code::not_found for a
/// directory without any.
Result<std::vector<std::string>> manifest_files(Environment& env, const std::string& path,
                                                bool recursive = false);

/// The documents of a text: JSON or YAML.
std::expected<std::vector<api::Node>, api::Issue> parse_documents(Environment& env, const std::string& text);

/// Which manifests a verb works on, as it was typed.
struct ManifestPaths {
    std::vector<std::string> paths{};
    bool recursive = false;
};
/// Declares `-f` and `-R`, and refuses `-k`.
void add_manifest_paths(CLI::App& verb, ManifestPaths& manifests, const std::string& what);

/// An object, and the file that it comes from, as errors name it.
struct ManifestObject {
    api::Node object;
    std::string file{};
};

/// The objects in files of any kind, in their order; the items of a `kind: List` one by one. Errors name the
/// file, and the line where the text is at fault.
Result<std::vector<ManifestObject>> read_objects(Environment& env, const ManifestPaths& manifests);

/// The error of an object out of a file, in kubectl's words for `doing` ("creating"):
/// `Error from server (BadRequest): error when creating "a.yaml": ...`. What the API says of an invalid
/// object names the object itself; the file stands there too when `several` objects are worked on. Errors
/// that are not about the object, such as those of the connection, stay as they are.
Error about_file(const Error& error, std::string_view doing, const std::string& file, bool several);

}  // namespace hooklet::cli

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/selector.hpp"
#include "cli/api_session.hpp"
#include "cli/manifest_files.hpp"

#include <string>
#include <vector>

namespace hooklet::cli {

/// One object that a verb works on.
struct Named {
    client::ResourceType type;
    std::string namespace_{};
    std::string name;
    std::string file{};  ///< The manifest that names it; empty: the command line or a selector did.
};

/// Which objects a verb works on, as it was typed.
struct Selected {
    std::vector<std::string> what{};  ///< `TYPE NAME...` or `TYPE/NAME...`
    ManifestPaths manifests{};        ///< They name the objects too.
    std::string labels{};
    std::string fields{};
    bool all = false;
    bool all_namespaces = false;

    [[nodiscard]] bool by_files() const { return !manifests.paths.empty(); }
};

/// A type that was typed, with or without a name.
struct Target {
    client::ResourceType type;
    std::string name{};  ///< Empty: those that the selector finds, or all.
};

/// Declares `-l`.
void add_label_selector(CLI::App& verb, std::string& labels);
/// Declares `-l` and `--field-selector`.
void add_selectors(CLI::App& verb, std::string& labels, std::string& fields);
/// What `-f` is where manifests only name objects.
inline constexpr const char* manifests_of_objects = "The objects in these files, - or directories";
/// Declares the arguments and options of `selected`.
void add_selection(CLI::App& verb, Selected& selected);

/// Reads `-l`. Code::invalid in kubectl's words.
Result<api::LabelRequirements> read_selector(const std::string& labels);
/// Whether an object's own labels match.
bool has_labels(const api::Node& object, const api::LabelRequirements& labels);

/// What `selected.what` names; nothing when there are files instead. Code::invalid in kubectl's words for
/// what contradicts itself, since the one half would be ignored: a name beside a selector, `--all` or `-A`, a
/// selector beside `--all`, arguments or `--field-selector` beside files. Asks the API for nothing.
Result<std::vector<Target>> read_targets(const ApiSession& session, const Selected& selected);

/// What the API calls the object of a manifest. Code::not_found for a type that it does not have,
/// Code::invalid for an object without a name: a request without it would mean all of the type.
Result<Named> name_of(const ApiSession& session, const ManifestObject& manifest);
/// Refuses objects of manifests that are in another namespace than the one that was typed.
Status check_namespaces(const ApiSession& session, const std::vector<Named>& objects);

/// Finds them; of manifests those whose own labels match. Code::invalid for what read_targets() and
/// check_namespaces() refuse, and when a type stands there without names, selector or `--all`.
Task<Result<std::vector<Named>>> find_objects(ApiSession* session, Selected selected);

}  // namespace hooklet::cli

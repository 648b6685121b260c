// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/api_session.hpp"

#include <string>
#include <vector>

namespace hooklet::cli {

/// One object that a verb works on.
struct Named {
    client::ResourceType type;
    std::string namespace_{};
    std::string name;
};

/// Which objects a verb works on, as it was typed.
struct Selected {
    std::vector<std::string> what{};   ///< `TYPE NAME...` or `TYPE/NAME...`
    std::vector<std::string> files{};  ///< Manifests that name them.
    std::string labels{};
    std::string fields{};
    bool all = false;
    bool all_namespaces = false;
};

/// Declares `-l` and `--field-selector`.
void add_selectors(CLI::App& verb, std::string& labels, std::string& fields);
/// Declares the arguments and options of `selected`.
void add_selection(CLI::App& verb, Selected& selected);

/// Finds them. Code::invalid when a type stands there without names, selector or `--all`.
Task<Result<std::vector<Named>>> find_objects(ApiSession* session, Selected selected);

}  // namespace hooklet::cli

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/node.hpp"
#include "base/error.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hooklet::client {

/// What an API says about one of its resources.
struct ResourceType {
    std::string group{};  ///< Empty for core.
    std::string version = "v1";
    std::string kind;    ///< `Pod`
    std::string plural;  ///< `pods`
    std::string singular{};
    bool namespaced = true;
    std::vector<std::string> short_names{};
    std::vector<std::string> categories{};  ///< `all`

    /// `v1`, `coordination.k8s.io/v1`
    [[nodiscard]] std::string api_version() const { return group.empty() ? version : group + "/" + version; }
    /// `pods`, `leases.coordination.k8s.io`
    [[nodiscard]] std::string resource() const { return group.empty() ? plural : plural + "." + group; }
    /// `pod/demo`, `hookrun.hooklet.dev/x`, as messages name an object.
    [[nodiscard]] std::string named(std::string_view name) const;
    /// The path of its objects, or of one; an empty namespace is all of them.
    [[nodiscard]] std::string path(std::string_view namespace_, std::string_view name = {}) const;
};
using ResourceTypes = std::vector<ResourceType>;

/// What clients ask for at `/api` and `/apis`.
inline constexpr const char* discovery_accept =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
    "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList";

/// Adds the resources of an APIGroupDiscoveryList, each in its group's first version.
void add_discovered(const api::Node& list, ResourceTypes& types);

/// What a person means by `pods`, `pod`, `po`, `Pod`, `leases.coordination.k8s.io`. Code::not_found in
/// kubectl's words.
Result<ResourceType> find_type(const ResourceTypes& types, std::string_view word);
/// The same; a category stands for all its types.
Result<ResourceTypes> find_types(const ResourceTypes& types, std::string_view word);
/// The resource of a document. Code::not_found.
Result<ResourceType> type_of(const ResourceTypes& types, const api::Node& document);

/// Objects as they are named on a command line: `pod a b`, `pod/a hookrun/b`, `pods,hookruns`.
struct Wanted {
    std::string type;
    std::string name{};  ///< Empty: all of the type.
    bool operator==(const Wanted&) const = default;
};
/// Code::invalid in kubectl's words.
Result<std::vector<Wanted>> read_wanted(const std::vector<std::string>& arguments);

/// A piece of a path or a query, escaped.
std::string escaped(std::string_view text);

}  // namespace hooklet::client
